"""What is going on today: read-only numbers and short lists for the desk's board."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from kiosk import clock
from kiosk.domain import cards, events, sightings
from kiosk.extensions import db
from kiosk.models import (
    LIVE,
    Attendance,
    Card,
    CardMove,
    CardState,
    Centre,
    Device,
    Doubt,
    Event,
    EventSession,
    Member,
    MemberState,
    Staff,
)

SHOWN = 8  # rows of each list on the board
LISTED = 50  # rows of a list that is a page of its own
# Written out, for the index that holds just these.
WAITING: tuple[ColumnElement[str], ...] = (literal_column("'issued'"), literal_column("'printed'"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who registered today; `card` is what is to be handed over."""

    member: Member
    card: Card | None

    @property
    def to_confirm(self) -> bool:
        return self.card is None or self.card.state != CardState.HANDED_OVER


@dataclass(frozen=True, slots=True)
class Counted:
    """A session and how many have come."""

    session: EventSession
    present: int


class Span(StrEnum):
    TODAY = "today"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Board:
    arrivals: list[Arrival]
    arrived: int
    sessions: list[Counted]
    present: int
    doubts: list[Doubt]
    waiting: int
    devices: list[Device]


def board(centre: Centre, staff: Staff, *, at: datetime, zone: ZoneInfo) -> Board:
    """Today at one centre, as far as this person may see it; numbers are for everybody."""
    sessions = _counted(events.on_day(centre.id, at=at, zone=zone))
    here = (Member.centre_id == centre.id) & (Member.registered_at >= clock.midnight(at, zone))
    here &= Member.state != MemberState.VISITOR
    return Board(
        arrivals=_arrivals(here & sightings.visible_to(staff, at=at)),
        arrived=db.session.scalar(select(func.count()).select_from(Member).where(here)) or 0,
        sessions=sessions,
        present=sum(counted.present for counted in sessions),
        doubts=doubts(staff, at=at),
        waiting=len(waiting(staff, at=at)),
        devices=devices(centre),
    )


def doubts(staff: Staff, *, at: datetime) -> list[Doubt]:
    """Pairs that may be one person, the newest first; at a desk those that were entered there."""
    mine = exists().where(
        Member.id == Doubt.member_id, _here(staff), sightings.visible_to(staff, at=at)
    )
    rows = (
        select(Doubt)
        .where(Doubt.settled_at.is_(None), mine)
        .options(joinedload(Doubt.member), joinedload(Doubt.like))
        .order_by(Doubt.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(rows))


def waiting(staff: Staff, *, at: datetime, limit: int = LISTED) -> list[Card]:
    """Cards that were issued and not printed yet, of members whom this person may see."""
    return _cards(CardState.ISSUED, staff, at, limit)


def printed(staff: Staff, *, at: datetime, limit: int = LISTED) -> list[Card]:
    """Cards on the table that nobody has collected yet."""
    return _cards(CardState.PRINTED, staff, at, limit)


def devices(centre: Centre) -> list[Device]:
    rows = select(Device).where(Device.centre_id == centre.id, Device.revoked_at.is_(None))
    return list(db.session.scalars(rows.order_by(Device.id)))


def calendar(centre_id: int | None, span: Span, *, at: datetime, zone: ZoneInfo) -> list[Counted]:
    """Sessions of one centre, or of all, with who came; cancelled ones are among them."""
    today = clock.midnight(at, zone)
    tomorrow = today + timedelta(days=1)
    when, order = {
        Span.TODAY: (
            (EventSession.starts_at < tomorrow) & (EventSession.ends_at > today),
            EventSession.starts_at.asc(),
        ),
        Span.COMING: (EventSession.starts_at >= tomorrow, EventSession.starts_at.asc()),
        Span.PAST: (EventSession.ends_at <= today, EventSession.starts_at.desc()),
    }[span]
    rows = select(EventSession).join(EventSession.event).where(when)
    if centre_id is not None:
        rows = rows.where(Event.centre_id == centre_id)
    rows = rows.options(contains_eager(EventSession.event).joinedload(Event.centre))
    return _counted(list(db.session.scalars(rows.order_by(order, EventSession.id).limit(LISTED))))


def is_mine(session: EventSession, staff: Staff) -> bool:
    """A desk works with the lists of its own centre; who belongs to none, with all."""
    return staff.centre_id is None or staff.centre_id == session.event.centre_id


def attended(session: EventSession, staff: Staff, *, at: datetime) -> list[Attendance]:
    """Who came, by time, as far as this person may see them."""
    rows = (
        select(Attendance)
        .join(Attendance.member)
        .where(Attendance.session_id == session.id, sightings.visible_to(staff, at=at))
        .options(contains_eager(Attendance.member), joinedload(Attendance.scan))
        .order_by(Attendance.at, Attendance.scan_id)
    )
    return list(db.session.scalars(rows))


def newest(staff: Staff, *, at: datetime) -> list[Member]:
    """Who registered last, at a desk those who did so there."""
    mine = (_here(staff), sightings.visible_to(staff, at=at), Member.name.is_not(None))
    rows = select(Member).where(*mine)
    rows = rows.order_by(Member.registered_at.desc(), Member.id.desc()).limit(20)
    return list(db.session.scalars(rows))


def _cards(state: CardState, staff: Staff, at: datetime, limit: int) -> list[Card]:
    issued_here = exists().where(CardMove.card_id == Card.id, CardMove.centre_id == staff.centre_id)
    rows = (
        select(Card)
        .join(Card.member)
        .where(Card.state.in_(WAITING), Card.state == state, or_(_here(staff), issued_here))
        .where(cards.entitled(), sightings.visible_to(staff, at=at))
        .options(contains_eager(Card.member))
        .order_by(Card.issued_at, Card.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def _here(staff: Staff) -> ColumnElement[bool]:
    """Entered at the centre where this person works; anywhere, for those who work at none."""
    return Member.centre_id == staff.centre_id if staff.centre_id else true()


def _arrivals(condition: ColumnElement[bool]) -> list[Arrival]:
    newest = select(Member).where(condition).order_by(Member.registered_at.desc(), Member.id.desc())
    members = list(db.session.scalars(newest.limit(SHOWN)))
    live = select(Card).where(Card.member_id.in_([m.id for m in members]), Card.state.in_(LIVE))
    by_member = {card.member_id: card for card in db.session.scalars(live)}
    return [Arrival(member, by_member.get(member.id)) for member in members]


def _counted(sessions: list[EventSession]) -> list[Counted]:
    ids = [session.id for session in sessions]
    counts = (
        select(Attendance.session_id, func.count())
        .where(Attendance.session_id.in_(ids))
        .group_by(Attendance.session_id)
    )
    present = dict(db.session.execute(counts).all())
    return [Counted(session, present.get(session.id, 0)) for session in sessions]
