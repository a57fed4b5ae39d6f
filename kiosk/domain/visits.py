"""One use of a kiosk by one person: what was typed lives here, and dies with the visit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update

from kiosk import clock
from kiosk.domain import cards, members, tokens
from kiosk.extensions import db
from kiosk.models import Centre, CentreKind, Channel, Device, Draft, Member, Visit

LIVES = timedelta(minutes=15)  # without a sign of life
CONSENT = "2026-11"  # the version of the text in visits/_notice.html; raise it with the words


class Step(StrEnum):
    CONSENT = "consent"
    NAME = "name"
    PHONE = "phone"
    HOMETOWN = "hometown"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit and its token. Only the token's hash is kept."""

    visit: Visit
    token: str


def begin(centre: Centre, device: Device | None, *, at: datetime | None = None) -> Begun:
    """Somebody agreed: from now on there is something to keep, and to forget."""
    at = at or clock.now()
    sweep(at)
    token = tokens.make()
    visit = Visit(
        token_hash=tokens.hash_of(token), started_at=at, seen_at=at,
        centre_id=centre.id, device_id=device.id if device else None,
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    db.session.add(Draft(visit_id=visit.id, consent_version=CONSENT, consented_at=at))
    db.session.flush()
    return Begun(visit, token)


def with_token(token: str, *, at: datetime) -> Visit | None:
    """The visit that this browser is in. None: it never was, it ended, or it was left alone."""
    visit = db.session.scalar(select(Visit).where(Visit.token_hash == tokens.hash_of(token)))
    if visit is None or visit.ended_at is not None or at - visit.seen_at >= LIVES:
        return None
    return visit


def draft_of(visit: Visit) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.visit_id == visit.id))


def seen(visit: Visit, *, at: datetime) -> None:
    visit.seen_at = at


def next_step(draft: Draft) -> Step:
    """The first question without an answer; when all are answered, the review."""
    if not draft.name:
        return Step.NAME
    if draft.phone is None:
        return Step.PHONE
    return Step.HOMETOWN if not draft.hometown else Step.REVIEW


def register(visit: Visit, *, by: str, at: datetime | None = None) -> Member | None:
    """Make the draft a member with a card. A second time gives the same member.

    None: the draft is not complete.
    """
    at = at or clock.now()
    draft = draft_of(visit)
    if draft is not None and next_step(draft) != Step.REVIEW:
        return None
    if draft is None or not _taken(draft):  # the button was pressed twice
        db.session.refresh(visit)
        return visit.member
    entered = members.register(
        draft.name, phone=draft.phone or None, hometown=draft.hometown, centre=visit.centre,
        channel=channel(visit), consent=draft.consent_version, by=by, at=at,
    )  # fmt: skip
    cards.issue(entered.member, by=by, at=at, centre=visit.centre)
    visit.member_id = entered.member.id
    db.session.flush()
    return entered.member


def channel(visit: Visit) -> Channel:
    """By which way somebody came: a screen of ours, or a browser of their own."""
    return Channel.PHONE_WEB if visit.device_id is None else channel_at(visit.centre)


def channel_at(centre: Centre) -> Channel:
    """The way of somebody who came to the centre itself."""
    return Channel.FIRST_STOP if centre.kind == CentreKind.FIRST_STOP else Channel.DOORSTEP


def end(visit: Visit, *, at: datetime | None = None) -> None:
    """Forget what was typed and who was here. Twice is harmless."""
    _forget([visit.id], at or clock.now())


def sweep(at: datetime) -> int:
    """End the visits that were left alone; how many. Called at each start, too."""
    idle = select(Visit.id).where(Visit.ended_at.is_(None), Visit.seen_at <= at - LIVES)
    left = list(db.session.scalars(idle))
    _forget(left, at)
    return len(left)


def _taken(draft: Draft) -> bool:
    """One statement decides who may turn the draft into a member."""
    gone = delete(Draft).where(Draft.id == draft.id).returning(Draft.id)
    return db.session.scalar(gone) is not None


def _forget(ids: list[int], at: datetime) -> None:
    if not ids:
        return
    db.session.execute(delete(Draft).where(Draft.visit_id.in_(ids)))
    gone = update(Visit).where(Visit.id.in_(ids), Visit.ended_at.is_(None))
    db.session.execute(gone.values(ended_at=at, member_id=None))
