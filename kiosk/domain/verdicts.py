"""What the door says to a card that is shown: one decision, from facts already looked up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain import events, members
from kiosk.domain.attendances import Here
from kiosk.domain.cards import Found
from kiosk.models import (
    CardState,
    Direction,
    EventSession,
    Member,
    ReviewKind,
    SignUpRule,
    SignUpState,
    Verdict,
)

ONLINE = timedelta(seconds=10)  # later than this, the person has long gone in
OF_STATE = {
    CardState.LOST: Verdict.LOST,
    CardState.REPLACED: Verdict.REPLACED,
    CardState.STOPPED: Verdict.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A card shown at one moment, with what is known about it.

    `late`: the scan took more than ten seconds to arrive. `found` None: not a card of ours.
    `sessions`: where it may have been meant, one at a door. `here`: since when the member is
    present at that one session.
    """

    at: datetime
    direction: Direction
    late: bool
    device_id: int | None
    found: Found | None
    sessions: list[EventSession]
    here: Here | None = None

    @property
    def session(self) -> EventSession | None:
        return self.sessions[0] if len(self.sessions) == 1 else None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, whether the person counts as let in, and what somebody should look at."""

    verdict: Verdict
    admitted: bool = False
    review: ReviewKind | None = None
    other: EventSession | None = None  # the session this member did sign up for
    position: int | None = None  # on the waiting list


def judge(shown: Shown) -> Judged | None:
    """The verdict; None when the card is fine and nothing is on."""
    if shown.found is None:
        return Judged(Verdict.UNKNOWN, review=ReviewKind.UNKNOWN if shown.late else None)
    if not shown.found.live:
        stopped = ReviewKind.AFTER_STOP if shown.late else None
        return Judged(OF_STATE[shown.found.state], review=stopped)
    if members.gone(shown.found.card.member):
        return Judged(Verdict.MEMBER_LEFT, review=ReviewKind.AFTER_STOP if shown.late else None)
    if shown.session is None:
        nowhere = ReviewKind.NOT_SIGNED_UP if shown.late else None
        return Judged(Verdict.CHOOSE, review=nowhere) if shown.sessions else None
    return _at_the_door(shown, shown.session, shown.found.card.member)


def _at_the_door(shown: Shown, session: EventSession, member: Member) -> Judged:
    """A live card at one session.

    A scan that arrives late is a person who is inside: it is let in, and what would have
    been refused at the door is noted for somebody to look at.
    """
    if shown.direction == Direction.OUT and session.event.records_exits:
        return Judged(Verdict.GOODBYE)
    if shown.here:
        gates = {None, shown.device_id, shown.here.device_id}
        second = ReviewKind.SECOND_GATE if shown.late and len(gates) > 2 else None
        return Judged(Verdict.ALREADY, admitted=True, review=second)
    refused = _times(session, shown.at) or _place(session, member, at=shown.at)
    if refused is None:
        return Judged(Verdict.WELCOME, admitted=True)
    if not shown.late:
        return Judged(refused.verdict, other=refused.other, position=refused.position)
    events.squeeze_in(session, member.id)
    return Judged(Verdict.WELCOME, admitted=True, review=refused.review)


def _times(session: EventSession, at: datetime) -> Judged | None:
    if session.cancelled_at or at > session.closes_at:
        return Judged(Verdict.CLOSED, review=ReviewKind.OUTSIDE_TIMES)
    if at < session.opens_at:
        return Judged(Verdict.TOO_EARLY, review=ReviewKind.OUTSIDE_TIMES)
    return None


def _place(session: EventSession, member: Member, *, at: datetime) -> Judged | None:
    """None: there is a place. Somebody who walks in takes it in the same moment."""
    required = session.event.sign_up == SignUpRule.REQUIRED
    if session.places is None and not required:
        return None
    mine = events.sign_up_of(session.id, member.id)
    if mine is not None and mine.state == SignUpState.JOINED:
        return None
    if mine is not None:
        waiting = events.position(mine)
        return Judged(Verdict.WAITLISTED, review=ReviewKind.OVER_CAPACITY, position=waiting)
    if required:
        return _not_signed_up(session, member, at)
    if events.take_place(session):
        return None
    return Judged(Verdict.FULL, review=ReviewKind.OVER_CAPACITY)


def _not_signed_up(session: EventSession, member: Member, at: datetime) -> Judged:
    other = events.signed_up_elsewhere(session, member, at=at)
    if other is not None:
        return Judged(Verdict.WRONG_SESSION, review=ReviewKind.NOT_SIGNED_UP, other=other)
    if events.places_left(session) == 0:
        return Judged(Verdict.FULL, review=ReviewKind.OVER_CAPACITY)
    return Judged(Verdict.NOT_SIGNED_UP, review=ReviewKind.NOT_SIGNED_UP)
