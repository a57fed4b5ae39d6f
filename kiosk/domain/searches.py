"""Finding a member from the desk's one box."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select

from kiosk import clock
from kiosk.domain import cards, codes, names, phones, sightings
from kiosk.extensions import db
from kiosk.models import Member, MemberKey, Staff

MOST = 10  # rows that are shown
MANY = 4 * MOST  # keys that give so many members, each of whom may have several
LAST = "\U0010ffff"  # sorts behind every key that begins alike
CODE = re.compile(r"K[1-9][A-Z0-9]{14,}")  # a card, even a damaged one
NUMBER = re.compile(r"[a-z]+\d{6}")
DIGITS = re.compile(r"0+([1-9]\d*)")  # the digits of a number, as printed on a card


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
        """The one that was meant, if there is no choice."""
        return self.members[0] if len(self.members) == 1 else None


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
    found = _by_prefix(staff, _without_zeros(typed), at)
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
        sightings.note(staff, member, by=by, at=at)
    return tuple(member for member in members if sightings.can_see(staff, member, at=at))


def _without_zeros(typed: str) -> str:
    padded = DIGITS.fullmatch(typed) if len(typed) == 6 else None
    return padded[1] if padded else typed


def _is_phone(text: str) -> bool:
    try:
        return bool(phones.clean(text))
    except phones.Refused:
        return False


def _by_prefix(staff: Staff, typed: str, at: datetime) -> list[Member]:
    """Members in the order of their keys, an exact match first; one more than is shown."""
    rows = (
        select(Member)
        .join(MemberKey, MemberKey.member_id == Member.id)
        .where(MemberKey.key >= typed, MemberKey.key < typed + LAST)
        .where(sightings.ties(staff, at).among(MemberKey.member_id))
        .order_by(MemberKey.key, MemberKey.member_id)
        .limit(MANY)
    )
    return list(dict.fromkeys(db.session.scalars(rows)))[: MOST + 1]
