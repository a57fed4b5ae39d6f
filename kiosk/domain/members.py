"""The register: who came, with what consent, and whether we may know them already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from kiosk.domain import audit, names, settings
from kiosk.domain.regions import UNKNOWN
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    Centre,
    Channel,
    Consent,
    ConsentKind,
    Doubt,
    DoubtReason,
    Member,
    MemberKey,
    MemberState,
    Staff,
)

GONE = (MemberState.LEFT, MemberState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to enter. `name` and `phone` are clean; a `phone` of None was not given."""

    number: str
    name: str
    phone: str | None
    hometown: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A new member, and the records that may be the same person."""

    member: Member
    doubts: tuple[Doubt, ...] = ()


class Edited(StrEnum):
    """What became of a correction. `stale`: somebody else was faster, nothing was saved."""

    SAVED = "saved"
    SAME = "same"
    STALE = "stale"


def register(
    name: str,
    *,
    phone: str | None,
    hometown: str,
    centre: Centre,
    channel: Channel,
    consent: str,
    by: str,
    at: datetime,
) -> Registered:
    """Enter a person who agreed to the text version `consent`.

    `name` and `phone` are clean (names.clean, phones.clean); `phone` None means none was given.
    Somebody like them may be here already: that is noted for the desk, and never told here.
    """
    person = Person(next_number(), name, phone, hometown)
    alike = like(name, phone=phone, hometown=hometown)
    [member] = enter([person], centre=centre, channel=channel, consent=consent, at=at)
    doubts = tuple(
        Doubt(member=member, like=other, reason=why, found_at=at) for other, why in alike
    )
    db.session.add_all(doubts)
    audit.write("members.registered", f"members:{member.id}", by=by, at=at, detail=channel)
    return Registered(member, doubts)


def enter(
    people: Sequence[Person], *, centre: Centre, channel: Channel, consent: str, at: datetime
) -> list[Member]:
    """The rows of new members, in the order of `people`: themselves, their consent, their keys.

    The caller has looked for doubles and writes the audit entry.
    """
    if not people:
        return []
    state, here = MemberState.REGISTERED, centre.id
    common = {"state": state, "channel": channel, "centre_id": here, "registered_at": at}
    rows = [
        {"number": p.number, "name": p.name, "phone": p.phone, "hometown": p.hometown} | common
        for p in people
    ]
    made = insert(Member).returning(Member, sort_by_parameter_order=True)
    made = made.execution_options(render_nulls=True)  # else those without a phone go apart
    entered = list(db.session.scalars(made, rows))
    agreed = {"kind": ConsentKind.REGISTRATION, "text_version": consent, "given_at": at}
    keys = [{"key": key, "member_id": member.id} for member in entered for key in keys_of(member)]
    plain = db.session.connection()  # rows that nobody reads back need no objects
    plain.execute(insert(Consent), [{"member_id": member.id} | agreed for member in entered])
    plain.execute(insert(MemberKey), keys)
    return entered


def like(name: str, *, phone: str | None, hometown: str) -> list[tuple[Member, DoubtReason]]:
    """Members who may be the same person: the same phone, or the same name from one place."""
    same_name = (Member.name == name) & (Member.hometown == hometown) & (hometown != UNKNOWN)
    same = or_(Member.phone == phone, same_name) if phone else same_name
    found = db.session.scalars(select(Member).where(same).order_by(Member.id).limit(10))
    person = Person("", name, phone, hometown)
    return [(member, why) for member in found if (why := likeness(person, member))]


def likeness(person: Person, other: Person | Member) -> DoubtReason | None:
    """Why these two may be one."""
    if person.phone and person.phone == other.phone:
        return DoubtReason.SAME_PHONE
    same_name = (person.name, person.hometown) == (other.name, other.hometown)
    return DoubtReason.SAME_NAME_AND_HOMETOWN if same_name and other.hometown != UNKNOWN else None


def agree(member: Member, kind: ConsentKind, *, text_version: str, at: datetime) -> Consent:
    consent = Consent(member_id=member.id, kind=kind, text_version=text_version, given_at=at)
    db.session.add(consent)
    return consent


def has_agreed(member: Member, kind: ConsentKind) -> bool:
    live = select(Consent.id).where(
        Consent.member_id == member.id, Consent.kind == kind, Consent.ended_at.is_(None)
    )
    return db.session.scalar(live) is not None


def gone(member: Member) -> bool:
    """Somebody who left, withdrew or was erased is no longer served as a member."""
    return member.name is None or member.state in GONE


def consents(member: Member) -> list[Consent]:
    """What this member agreed to, ended or not, the oldest first."""
    rows = select(Consent).where(Consent.member_id == member.id)
    return list(db.session.scalars(rows.order_by(Consent.given_at, Consent.id)))


def affiliations(member: Member) -> list[Affiliation]:
    """Where this member belongs now."""
    live = select(Affiliation).where(Affiliation.member_id == member.id)
    rows = live.where(Affiliation.until.is_(None)).options(joinedload(Affiliation.organisation))
    return list(db.session.scalars(rows.order_by(Affiliation.since, Affiliation.id)))


def edit(
    member: Member,
    *,
    name: str,
    phone: str | None,
    hometown: str,
    version: int,
    by: str,
    at: datetime,
) -> Edited:
    """Correct a record that was read as `version`; a later version is never written over."""
    if member.version != version:
        return Edited.STALE
    new = {"name": name, "phone": phone, "hometown": hometown}
    changed = {column: v for column, v in new.items() if getattr(member, column) != v}
    if not changed:
        return Edited.SAME
    if not _changed(member, changed):
        return Edited.STALE
    detail = " ".join(changed)
    audit.write("members.edited", f"members:{member.id}", by=by, at=at, detail=detail)
    return Edited.SAVED


def doubts(member: Member) -> list[Doubt]:
    """Other records that may be this person, as long as nobody has looked at them."""
    mine = or_(Doubt.member_id == member.id, Doubt.like_id == member.id)
    rows = select(Doubt).where(mine, Doubt.settled_at.is_(None)).order_by(Doubt.id)
    return list(db.session.scalars(rows.options(joinedload(Doubt.member), joinedload(Doubt.like))))


def settle(doubt: Doubt, *, same: bool, staff: Staff, at: datetime) -> None:
    """Somebody asked: the same person, or two people. The first answer counts."""
    if doubt.settled_at is not None:
        return
    doubt.settled_at = at
    doubt.settled_by_id = staff.id
    answer = "same person" if same else "two people"
    subject, by = f"doubts:{doubt.id}", f"staff:{staff.id}"
    audit.write("members.doubt_settled", subject, by=by, at=at, detail=answer)


def with_number(number: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.number == number.strip().upper()))


def next_number() -> str:
    """BA-000001, BA-000002 …: the prefix is a setting of the installation."""
    return next_numbers(1)[0]


def next_numbers(how_many: int) -> list[str]:
    first = settings.reserve_numbers("member", how_many)
    return _numbers_of(range(first, first + how_many))


def number_of(value: int) -> str:
    return _numbers_of([value])[0]


def keys_of(member: Member) -> set[str]:
    """Every spelling under which the desk finds this member, as names.query_key writes them."""
    found = {names.query_key(member.number), member.number[-6:].lstrip("0")}
    if member.name:
        found |= names.search_keys(member.name)
    if member.phone:
        found |= {member.phone, member.phone[-4:]}
    return {key[:100] for key in found if key}


def _changed(member: Member, new: dict[str, str | None]) -> bool:
    """False: somebody else changed this record a moment ago, and that stands."""
    try:
        with db.session.begin_nested():
            for column, value in new.items():
                setattr(member, column, value)
    except StaleDataError:
        db.session.refresh(member)
        return False
    db.session.execute(delete(MemberKey).where(MemberKey.member_id == member.id))
    db.session.add_all(MemberKey(key=key, member_id=member.id) for key in keys_of(member))
    return True


def _numbers_of(values: Sequence[int]) -> list[str]:
    prefix = settings.get(settings.MEMBER_PREFIX, "BA")
    return [f"{prefix}-{value:06d}" for value in values]
