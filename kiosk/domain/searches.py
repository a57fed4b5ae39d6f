"""Finding a member from the desk's one box, and who may be found by whom."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from kiosk import clock
from kiosk.domain import audit, cards, codes, names, phones
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    Attendance,
    Event,
    EventSession,
    Member,
    MemberKey,
    Role,
    Sighting,
    SignUp,
    SignUpState,
    Staff,
)

YEAR = timedelta(days=365)  # how long a visit ties a member to a centre
SEEN = timedelta(minutes=30)  # how long a card shown at a desk opens the record there
MOST = 10  # rows that are shown
NEAR = 200  # keys looked at one by one
LAST = "\U0010ffff"  # sorts behind every key that begins alike
Column = InstrumentedAttribute[int]
CODE = re.compile(r"K[1-9][A-Z0-9]{14,}")  # a card, even a damaged one
NUMBER = re.compile(r"[a-z]+\d{6}")


class Kind(StrEnum):
    """What was put into the box."""

    CARD = "card"
    NUMBER = "number"
    PHONE = "phone"
    TEXT = "text"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Found:
    """At most ten members. `card`: its state, when one was shown, even a dead one."""

    kind: Kind
    members: tuple[Member, ...] = ()
    more: bool = False
    card: cards.Found | None = None

    @property
    def only(self) -> Member | None:
        """The one that was meant: a card or a full number leaves no doubt."""
        sure = self.kind in (Kind.CARD, Kind.NUMBER) and len(self.members) == 1
        return self.members[0] if sure else None


def search(staff: Staff, text: str, *, by: str, at: datetime | None = None) -> Found:
    """Who may be meant, among those whom this person may see.

    A card, a full number and a full phone also open the record at this desk for 30 minutes.
    """
    at = at or clock.now()
    kind, typed = kind_of(text), names.query_key(text)
    match kind:
        case Kind.NOTHING:
            return Found(kind)
        case Kind.CARD:
            return _by_card(staff, codes.read(text), by, at)
        case Kind.NUMBER:
            exact = select(Member).join(MemberKey).where(MemberKey.key == typed)
            return _exactly(staff, kind, exact, by, at)
        case Kind.PHONE:
            exact = select(Member).where(Member.phone == phones.clean(text))
            return _exactly(staff, kind, exact, by, at)
    found = _by_prefix(staff, typed, at)
    return Found(kind, tuple(found[:MOST]), more=len(found) > MOST)


def kind_of(text: str) -> Kind:
    """What this is, by its form alone."""
    typed = names.query_key(text)
    if CODE.match(text.strip().upper()):
        return Kind.CARD
    if NUMBER.fullmatch(typed):
        return Kind.NUMBER
    if _is_phone(text):
        return Kind.PHONE
    return Kind.TEXT if typed else Kind.NOTHING


def visible_to(staff: Staff, *, at: datetime | None = None) -> ColumnElement[bool]:
    """A condition on members: whom this person may see now."""
    return _seen_by(staff, at or clock.now()).one_by_one()


def can_see(staff: Staff, member: Member, *, at: datetime | None = None) -> bool:
    seen = select(Member.id).where(Member.id == member.id, visible_to(staff, at=at))
    return db.session.scalar(seen) is not None


def see(staff: Staff, member: Member, *, by: str, at: datetime) -> None:
    """Note that this member stood at this desk: the record is open there for half an hour."""
    if staff.centre_id is None or can_see(staff, member, at=at):
        return
    db.session.add(Sighting(member_id=member.id, centre_id=staff.centre_id, at=at))
    audit.write("members.seen", f"members:{member.id}", by=by, at=at)
    db.session.flush()


def _by_card(staff: Staff, code: str | None, by: str, at: datetime) -> Found:
    found = cards.find(code, at=at) if code else None
    if found is None:
        return Found(Kind.CARD)
    return Found(Kind.CARD, _seen(staff, [found.card.member], by, at), card=found)


def _exactly(staff: Staff, kind: Kind, exact: Select[Member], by: str, at: datetime) -> Found:
    members = list(db.session.scalars(exact.order_by(Member.id).limit(MOST)))
    return Found(kind, _seen(staff, members, by, at))


def _seen(staff: Staff, members: list[Member], by: str, at: datetime) -> tuple[Member, ...]:
    for member in members:
        see(staff, member, by=by, at=at)
    return tuple(member for member in members if can_see(staff, member, at=at))


def _is_phone(text: str) -> bool:
    try:
        return bool(phones.clean(text))
    except phones.Refused:
        return False


def _by_prefix(staff: Staff, typed: str, at: datetime) -> list[Member]:
    """Members in the order of their keys, an exact match first; one more than is shown.

    A few keys are looked at first, which is enough unless the text is short. Where few of
    many may be seen ("wang" at a small desk), it is quicker to begin with those who may.
    """
    keys = (
        select(MemberKey.member_id)
        .where(MemberKey.key >= typed, MemberKey.key < typed + LAST)
        .order_by(MemberKey.key, MemberKey.member_id)
    )
    near = list(db.session.scalars(keys.limit(NEAR)))
    found = _in_order(near, visible_to(staff, at=at))
    if len(found) > MOST or len(near) < NEAR:
        return found
    known = _seen_by(staff, at).known()
    far = keys.join(Member, Member.id == MemberKey.member_id).where(known).limit(4 * MOST)
    return _in_order(list(db.session.scalars(far)), true())


def _in_order(ids: list[int], condition: ColumnElement[bool]) -> list[Member]:
    """Several keys of one member may match: each member once."""
    rows = select(Member).where(Member.id.in_(set(ids)), condition)
    found = {member.id: member for member in db.session.scalars(rows)}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found][: MOST + 1]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whom somebody may see: by a fact of the member's own row, or through another table."""

    own: ColumnElement[bool]
    through: tuple[tuple[Select[int], Column], ...] = ()

    def one_by_one(self) -> ColumnElement[bool]:
        """Quick for a few members."""
        ties = (exists(rows.where(member == Member.id)) for rows, member in self.through)
        return or_(self.own, *ties)

    def known(self) -> ColumnElement[bool]:
        """The same, quick for many members of whom few may be seen."""
        return or_(self.own, *(Member.id.in_(rows) for rows, _ in self.through))


def _seen_by(staff: Staff, at: datetime) -> _Seen:
    match staff.role:
        case Role.ADMIN | Role.DISTRICT:
            return _Seen(true())
        case Role.DESK if staff.centre_id:
            return _at_centre(staff.centre_id, at)
        case Role.BRANCH if staff.organisation_id:
            live = (
                Affiliation.organisation_id == staff.organisation_id,
                Affiliation.until.is_(None),
            )
            return _Seen(
                false(),
                ((select(Affiliation.member_id).where(*live), Affiliation.member_id),),
            )
    return _Seen(false())


def _at_centre(centre_id: int, at: datetime) -> _Seen:
    """Registered, signed up or attended here within a year, or seen at the desk just now."""
    since = at - YEAR
    here = Event.centre_id == centre_id
    attended = (
        select(Attendance.member_id)
        .join(EventSession, EventSession.id == Attendance.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(here, Attendance.at >= since)
    )
    signed_up = (
        select(SignUp.member_id)
        .join(EventSession, EventSession.id == SignUp.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(here, SignUp.at >= since, SignUp.state != SignUpState.CANCELLED)
    )
    sighted = select(Sighting.member_id).where(
        Sighting.centre_id == centre_id, Sighting.at > at - SEEN
    )
    return _Seen(
        (Member.centre_id == centre_id) & (Member.registered_at >= since),
        (
            (attended, Attendance.member_id),
            (signed_up, SignUp.member_id),
            (sighted, Sighting.member_id),
        ),
    )
