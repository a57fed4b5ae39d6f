"""Who was there: derived from scans, per session and member the earliest one that stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    SQLColumnExpression,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import joinedload

from kiosk.extensions import db
from kiosk.models import Amendment, Attendance, Device, EventSession, Member, Scan, Verdict

# Plain tables and statements built once: to build one costs more than to run it.
attendances = cast(Table, Attendance.__table__)
scans, devices = cast(Table, Scan.__table__), cast(Table, Device.__table__)
AMONG = (
    select(
        attendances.c.session_id,
        attendances.c.member_id,
        attendances.c.at,
        attendances.c.scan_id,
        scans.c.device_id,
        devices.c.name,
    )
    .join(scans, scans.c.scan_id == attendances.c.scan_id)
    .outerjoin(devices, devices.c.id == scans.c.device_id)
    .where(
        attendances.c.session_id.in_(bindparam("sessions", expanding=True)),
        attendances.c.member_id.in_(bindparam("members", expanding=True)),
    )
)
HOW_MANY = select(func.count()).select_from(attendances)
PRESENT = HOW_MANY.where(attendances.c.session_id == bindparam("session"))
NEW = insert(attendances)
MOVED = (
    update(attendances)
    .where(
        attendances.c.session_id == bindparam("session"),
        attendances.c.member_id == bindparam("member"),
    )
    .values(at=bindparam("new_at"), scan_id=bindparam("new_scan"))
)


@dataclass(frozen=True, slots=True)
class Here:
    """Since when a member is present, and by which device (none and "" at the desk)."""

    at: datetime
    scan_id: str
    device_id: int | None
    device: str


def hold(member_id: int) -> None:
    """PostgreSQL: whoever changes what this member attended queues up here until the commit."""
    held = select(Member.id).where(Member.id == member_id)
    db.session.execute(held.with_for_update(key_share=True))


def of(session_id: int, member_id: int) -> Here | None:
    connection = db.session.connection()
    return among(connection, [session_id], [member_id]).get((session_id, member_id))


def among(
    connection: Connection, sessions: Collection[int], members: Collection[int]
) -> dict[tuple[int, int], Here]:
    """Which of these members came to which of these sessions."""
    if not sessions or not members:
        return {}
    asked = {"sessions": list(sessions), "members": list(members)}
    rows = connection.execute(AMONG, asked)
    return {
        (session, member): Here(at, scan_id, device_id, name or "")
        for session, member, at, scan_id, device_id, name in rows
    }


def present(session_id: int) -> int:
    """How many members are, or were, at this session."""
    return db.session.scalar(PRESENT, {"session": session_id}) or 0


def counted(session: SQLColumnExpression[int]) -> ScalarSelect[int]:
    """The same for a query that reads the sessions themselves."""
    return HOW_MANY.where(attendances.c.session_id == session).scalar_subquery()


def how_many(member_id: int) -> int:
    """How many sessions this member came to."""
    rows = select(func.count()).select_from(Attendance)
    return db.session.scalar(rows.where(Attendance.member_id == member_id)) or 0


def save(connection: Connection, new: Mapping[tuple[int, int], Here]) -> None:
    """These came for the first time."""
    rows = [
        {"session_id": session, "member_id": member, "at": here.at, "scan_id": here.scan_id}
        for (session, member), here in new.items()
    ]
    if rows:
        connection.execute(NEW, rows)


def move(connection: Connection, earlier: Mapping[tuple[int, int], Here]) -> None:
    """These came earlier than was known."""
    rows = [
        {"session": session, "member": member, "new_at": here.at, "new_scan": here.scan_id}
        for (session, member), here in earlier.items()
    ]
    if rows:
        connection.execute(MOVED, rows)


def derive(session_id: int, member_id: int) -> Scan | None:
    """Make one attendance again from the facts, and say which scan it rests on now."""
    withdrawn = select(Amendment.id).where(Amendment.scan_id == Scan.scan_id).exists()
    standing = select(Scan).where(
        Scan.session_id == session_id, Scan.member_id == member_id, ~withdrawn
    )
    first = db.session.scalar(
        standing.where(Scan.admitted).order_by(Scan.at, Scan.scan_id).limit(1)
    )
    db.session.execute(delete(Attendance).where(_is(session_id, member_id)))
    if first is None:
        return None
    went = standing.where(Scan.verdict == Verdict.GOODBYE, Scan.at >= first.at)
    last = db.session.scalar(went.order_by(Scan.at.desc()).limit(1))
    db.session.execute(
        insert(Attendance).values(
            session_id=session_id, member_id=member_id, scan_id=first.scan_id, at=first.at,
            left_at=last.at if last else None,
        )
    )  # fmt: skip
    return first


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
