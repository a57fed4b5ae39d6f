"""Who may see whom: staff and the members of their centre or branch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    false,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from kiosk import clock
from kiosk.domain import audit
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    Attendance,
    Event,
    EventSession,
    Member,
    Role,
    Sighting,
    SignUp,
    SignUpState,
    Staff,
)

YEAR = timedelta(days=365)  # how long a visit ties a member to a centre
SEEN = timedelta(minutes=30)  # how long a card shown at a desk opens the record there

Column = InstrumentedAttribute[int]


@dataclass(frozen=True, slots=True)
class Ties:
    """Whom somebody may see: by a fact of the member's own row, or through another table."""

    own: ColumnElement[bool]
    through: tuple[tuple[Select[int], Column], ...] = ()

    def one_by_one(self) -> ColumnElement[bool]:
        """Quick for a few members."""
        found = (exists(rows.where(member == Member.id)) for rows, member in self.through)
        return or_(self.own, *found)

    def among(self, member: Column) -> ColumnElement[bool]:
        """Quick for many members: who may be seen is looked up once.

        `member` is their id in the query. "+ 0": it is not the way in, the query has a better one.
        """
        if not self.through:
            return self.own
        known = union_all(select(Member.id).where(self.own), *(rows for rows, _ in self.through))
        return (member + 0).in_(known)


def visible_to(staff: Staff, *, at: datetime | None = None) -> ColumnElement[bool]:
    """A condition on members: whom this person may see now."""
    return ties(staff, at or clock.now()).one_by_one()


def can_see(staff: Staff, member: Member, *, at: datetime | None = None) -> bool:
    seen = select(Member.id).where(Member.id == member.id, visible_to(staff, at=at))
    return db.session.scalar(seen) is not None


def note(staff: Staff, member: Member, *, by: str, at: datetime) -> None:
    """Note that this member stood at this desk: the record is open there for half an hour."""
    if staff.centre_id is None or can_see(staff, member, at=at):
        return
    db.session.add(Sighting(member_id=member.id, centre_id=staff.centre_id, at=at))
    audit.write("members.seen", f"members:{member.id}", by=by, at=at)
    db.session.flush()


def ties(staff: Staff, at: datetime) -> Ties:
    """What ties members to this person's work now."""
    match staff.role:
        case Role.ADMIN | Role.DISTRICT:
            return Ties(true())
        case Role.DESK if staff.centre_id:
            return _at_centre(staff.centre_id, at)
        case Role.BRANCH if staff.organisation_id:
            mine = Affiliation.organisation_id == staff.organisation_id
            members = select(Affiliation.member_id).where(mine, Affiliation.until.is_(None))
            return Ties(false(), ((members, Affiliation.member_id),))
    return Ties(false())


def _at_centre(centre_id: int, at: datetime) -> Ties:
    """Registered, signed up or attended here within a year, or seen at the desk just now."""
    since = at - YEAR
    own = (Member.centre_id == centre_id) & (Member.registered_at >= since)
    attended = (
        select(Attendance.member_id)
        .join(EventSession, EventSession.id == Attendance.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(Event.centre_id == centre_id, Attendance.at >= since)
    )
    signed_up = (
        select(SignUp.member_id)
        .join(EventSession, EventSession.id == SignUp.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(Event.centre_id == centre_id, SignUp.at >= since)
        .where(SignUp.state != SignUpState.CANCELLED)
    )
    sighted = select(Sighting.member_id).where(
        Sighting.centre_id == centre_id, Sighting.at > at - SEEN
    )
    members = Attendance.member_id, SignUp.member_id, Sighting.member_id
    return Ties(own, tuple(zip((attended, signed_up, sighted), members, strict=True)))
