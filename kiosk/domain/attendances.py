"""Who was there: derived from scans, per session and member the earliest one that stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from kiosk.extensions import db
from kiosk.models import Amendment, Attendance, Device, EventSession, Member, Scan


@dataclass(frozen=True, slots=True)
class Here:
    """Since when a member is present, and by which device ("" at the desk)."""

    at: datetime
    scan_id: str
    device: str


def of(session_id: int, member_id: int) -> Here | None:
    row = db.session.execute(
        select(Attendance.at, Attendance.scan_id, Device.name)
        .join(Scan, Scan.scan_id == Attendance.scan_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(_is(session_id, member_id))
    ).one_or_none()
    return Here(row[0], row[1], row[2] or "") if row else None


def present(session_id: int) -> int:
    """How many members are, or were, at this session."""
    rows = select(func.count()).select_from(Attendance)
    return db.session.scalar(rows.where(Attendance.session_id == session_id)) or 0


def how_many(member_id: int) -> int:
    """How many sessions this member came to."""
    rows = select(func.count()).select_from(Attendance)
    return db.session.scalar(rows.where(Attendance.member_id == member_id)) or 0


def add(session_id: int, member_id: int, *, scan_id: str, at: datetime, here: Here | None) -> None:
    """Count an admitted scan: the first makes the attendance, an earlier one moves it forward."""
    if here is None:
        db.session.execute(
            insert(Attendance).values(
                session_id=session_id, member_id=member_id, scan_id=scan_id, at=at
            )
        )
    elif (at, scan_id) < (here.at, here.scan_id):
        earlier = update(Attendance).where(_is(session_id, member_id))
        db.session.execute(earlier.values(at=at, scan_id=scan_id))


def leave(session_id: int, member_id: int, *, at: datetime) -> None:
    db.session.execute(update(Attendance).where(_is(session_id, member_id)).values(left_at=at))


def derive(session_id: int, member_id: int) -> Scan | None:
    """Make one attendance again from the facts, and say which scan it rests on now."""
    withdrawn = select(Amendment.id).where(Amendment.scan_id == Scan.scan_id).exists()
    stands = (
        select(Scan)
        .where(Scan.session_id == session_id, Scan.member_id == member_id)
        .where(Scan.admitted, ~withdrawn)
        .order_by(Scan.at, Scan.scan_id)
        .limit(1)
    )
    first = db.session.scalar(stands)
    db.session.execute(delete(Attendance).where(_is(session_id, member_id)))
    if first is not None:
        add(session_id, member_id, scan_id=first.scan_id, at=first.at, here=None)
    return first


def at_session(session: EventSession) -> list[Attendance]:
    """Everyone who came, by time."""
    rows = (
        select(Attendance)
        .where(Attendance.session_id == session.id)
        .options(joinedload(Attendance.member), joinedload(Attendance.scan))
        .order_by(Attendance.at, Attendance.scan_id)
    )
    return list(db.session.scalars(rows))


def of_member(member: Member) -> list[Attendance]:
    """Where this member has been, the latest first."""
    rows = (
        select(Attendance)
        .where(Attendance.member_id == member.id)
        .options(joinedload(Attendance.session).joinedload(EventSession.event))
        .order_by(Attendance.at.desc())
    )
    return list(db.session.scalars(rows))


def _is(session_id: int, member_id: int) -> ColumnElement[bool]:
    return and_(Attendance.session_id == session_id, Attendance.member_id == member_id)
