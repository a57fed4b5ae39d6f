"""Events and their sessions: what is on, and who has a place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from kiosk import clock
from kiosk.domain import audit
from kiosk.extensions import db
from kiosk.models import (
    Attendance,
    Centre,
    Event,
    EventSession,
    Member,
    SignUp,
    SignUpRule,
    SignUpState,
)

# Built once: to build a statement costs more than to run it.
WITH_EVENT = (
    select(EventSession).join(EventSession.event).options(contains_eager(EventSession.event))
)
LIVE_SIGN_UP = select(SignUp).where(
    SignUp.session_id == bindparam("session"),
    SignUp.member_id == bindparam("member"),
    SignUp.state != SignUpState.CANCELLED,
)
TAKE_PLACE = (
    update(EventSession)
    .where(
        EventSession.id == bindparam("session"),
        EventSession.places.is_(None) | (EventSession.taken < EventSession.places),
    )
    .values(taken=EventSession.taken + 1)
    .returning(EventSession.taken)
    .execution_options(synchronize_session=False)
)
DOORS_OPEN = timedelta(minutes=60)  # before the beginning, where nobody says otherwise


class Place(StrEnum):
    JOINED = "joined"
    WAITING = "waiting"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class SignedUp:
    """What came of asking for a place; `position` counts from 1 on the waiting list."""

    place: Place
    sign_up: SignUp
    position: int | None = None


def add(
    title: str,
    *,
    centre: Centre,
    starts_at: datetime,
    ends_at: datetime,
    by: str,
    title_en: str = "",
    kind: str = "social",
    place: str = "",
    places: int | None = None,
    sign_up: SignUpRule = SignUpRule.NONE,
) -> EventSession:
    """A new event with its first session. ValueError if it ends before it starts."""
    if starts_at >= ends_at:
        raise ValueError("an event must start before it ends")
    event = Event(
        centre_id=centre.id, title=title, title_en=title_en or title, kind=kind, place=place,
        sign_up=sign_up,
    )  # fmt: skip
    db.session.add(event)
    session = schedule(event, starts_at=starts_at, ends_at=ends_at, places=places)
    audit.write("events.added", f"events:{event.id}", by=by)
    return session


def schedule(
    event: Event,
    *,
    starts_at: datetime,
    ends_at: datetime,
    places: int | None = None,
    opens_at: datetime | None = None,
) -> EventSession:
    """One more sitting. Its doors open an hour before, and close when it ends."""
    session = EventSession(
        event=event, starts_at=starts_at, ends_at=ends_at, places=places,
        opens_at=opens_at or starts_at - DOORS_OPEN, closes_at=ends_at,
    )  # fmt: skip
    db.session.add(session)
    db.session.flush()
    return session


def open_sessions(centre_id: int, *, at: datetime) -> list[EventSession]:
    """Sessions whose doors are open now."""
    rows = _sessions(centre_id).where(EventSession.opens_at <= at, EventSession.closes_at >= at)
    return list(db.session.scalars(rows))


def on_day(centre_id: int, *, at: datetime, zone: ZoneInfo) -> list[EventSession]:
    """Sessions that touch the local day of `at`, by time."""
    midnight = clock.midnight(at, zone)
    tomorrow = midnight + timedelta(days=1)
    rows = _sessions(centre_id).where(
        EventSession.starts_at < tomorrow, EventSession.ends_at > midnight
    )
    return list(db.session.scalars(rows))


def coming(centre_id: int, *, at: datetime, limit: int = 20) -> list[EventSession]:
    """Sessions that are not over, by time."""
    return list(
        db.session.scalars(_sessions(centre_id).where(EventSession.ends_at > at).limit(limit))
    )


def signing_up(centre_id: int, *, at: datetime) -> list[EventSession]:
    """Sessions that are not over and take sign-ups, by time."""
    rows = _sessions(centre_id).where(EventSession.ends_at > at, Event.sign_up != SignUpRule.NONE)
    return list(db.session.scalars(rows.limit(20)))


def sign_up_of(session_id: int, member_id: int) -> SignUp | None:
    return db.session.scalar(LIVE_SIGN_UP, {"session": session_id, "member": member_id})


def has_place(session_id: int, member_id: int) -> bool:
    mine = sign_up_of(session_id, member_id)
    return mine is not None and mine.state == SignUpState.JOINED


def sign_up(session: EventSession, member: Member, *, at: datetime | None = None) -> SignedUp:
    """A place if one is left, else the waiting list. Asking twice gives the same place.

    Somebody who walked in has a place already, and keeps that one.
    """
    at = at or clock.now()
    before = sign_up_of(session.id, member.id)
    if before is not None:
        return SignedUp(Place.ALREADY, before, position(before))
    mine = SignUp(session_id=session.id, member_id=member.id, at=at)
    try:
        with db.session.begin_nested():
            mine.state = _state_for(session, member)
            db.session.add(mine)
    except IntegrityError:  # the same member at two desks at once
        return sign_up(session, member, at=at)
    place = Place.JOINED if mine.state == SignUpState.JOINED else Place.WAITING
    return SignedUp(place, mine, position(mine))


def position(sign_up: SignUp) -> int | None:
    """1 for the first on the waiting list; None for somebody who has a place."""
    if sign_up.state != SignUpState.WAITING:
        return None
    ahead = select(func.count()).where(
        SignUp.session_id == sign_up.session_id,
        SignUp.state == SignUpState.WAITING,
        SignUp.id <= sign_up.id,
    )
    return db.session.scalar(ahead)


def places_left(session: EventSession) -> int | None:
    return None if session.places is None else max(session.places - session.taken, 0)


def signed_up_elsewhere(
    session: EventSession, member: Member, *, at: datetime
) -> EventSession | None:
    """The session that this member does have a place in, now or within half a day."""
    near = timedelta(hours=12)
    rows = (
        select(EventSession)
        .join(SignUp)
        .where(
            SignUp.member_id == member.id,
            SignUp.state == SignUpState.JOINED,
            EventSession.id != session.id,
            EventSession.cancelled_at.is_(None),
            EventSession.ends_at > at,
            EventSession.starts_at < at + near,
        )
        .options(joinedload(EventSession.event))
        .order_by(EventSession.starts_at)
        .limit(1)
    )
    return db.session.scalar(rows)


def take_place(session: EventSession) -> bool:
    """One conditional statement decides, so that the last place is given once."""
    taken = db.session.scalar(TAKE_PLACE, {"session": session.id})
    if taken is not None:
        set_committed_value(session, "taken", taken)
    return taken is not None


def squeeze_in(session: EventSession, member_id: int) -> None:
    """Somebody is inside already: they have a place from now on, even where none was left."""
    if session.places is not None and not has_place(session.id, member_id):
        session.taken = EventSession.taken + 1
        db.session.flush()


def give_back(session_id: int) -> None:
    given = update(EventSession).where(EventSession.id == session_id, EventSession.taken > 0)
    db.session.execute(given.values(taken=EventSession.taken - 1))


def release(session_id: int, member_id: int) -> None:
    """Somebody who walked in was not there after all: the place is free again."""
    session = db.session.get_one(EventSession, session_id)
    if session.places is not None and not has_place(session_id, member_id):
        give_back(session_id)


def _state_for(session: EventSession, member: Member) -> SignUpState:
    """A place is taken before anything is looked at, so that this waits for a door that lets
    the member in at the same instant; then it is given back."""
    taken = take_place(session)
    came = select(Attendance.member_id).where(
        Attendance.session_id == session.id, Attendance.member_id == member.id
    )
    inside = db.session.scalar(came) is not None
    if inside and taken:
        give_back(session.id)
    return SignUpState.JOINED if inside or taken else SignUpState.WAITING


def _sessions(centre_id: int) -> Select[EventSession]:
    """This centre's sessions by time, each with its event; a cancelled one is not among them."""
    return WITH_EVENT.where(
        Event.centre_id == centre_id, EventSession.cancelled_at.is_(None)
    ).order_by(EventSession.starts_at, EventSession.id)
