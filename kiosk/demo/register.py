"""Writing the demo's members: rows as the register and the cards' rules make them, many at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import Column, MetaData, String, Table, func, insert, select, text, union

from kiosk.demo import bulk
from kiosk.demo.bulk import Rows, stamp
from kiosk.domain import codes, members, names, settings, visits
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    AffiliationKind,
    Card,
    CardMove,
    CardState,
    Channel,
    Consent,
    ConsentKind,
    Doubt,
    Member,
    MemberKey,
    MemberState,
)

BY = "demo"
BLOCK = 10_000  # people whose rows are held in memory
A_WHILE = timedelta(minutes=4)
CARRIED = (CardState.ISSUED, CardState.PRINTED, CardState.HANDED_OVER)
LIVES = {  # as plain words, which are quicker to write
    last: [state.value for state in life]
    for last, life in {
        CardState.ISSUED: CARRIED[:1],
        CardState.HANDED_OVER: CARRIED,
        CardState.STOPPED: (*CARRIED, CardState.STOPPED),
        CardState.REPLACED: (*CARRIED, CardState.LOST, CardState.REPLACED),
    }.items()
}
ENDED = {MemberState.LEFT, MemberState.WITHDRAWN, MemberState.REFERRED_BACK}


SPELLINGS = Table(
    "spellings", MetaData(), Column("name", String), Column("key", String), prefixes=["TEMPORARY"]
)
PLAIN = (
    func.lower(func.replace(Member.number, "-", "")),
    func.ltrim(func.substr(Member.number, func.length(Member.number) - 5), "0"),
    Member.phone,
    func.substr(Member.phone, func.length(Member.phone) - 3),
)
# In their order, because an index that grows at its end grows quickly.
KEYS = insert(MemberKey).from_select(
    ["key", "member_id"],
    union(
        select(SPELLINGS.c.key, Member.id).join(Member, Member.name == SPELLINGS.c.name),
        *(
            select(key, Member.id).where(key.is_not(None), Member.name.is_not(None))
            for key in PLAIN
        ),
    ).order_by(text("1, 2")),
)


class Newcomer(NamedTuple):
    """Somebody who registered, and what has become of it since.

    `name` None: erased. `card`: its state; one that was REPLACED is followed by the next.
    """

    name: str | None
    phone: str | None
    hometown: str
    state: MemberState
    channel: Channel
    centre_id: int
    at: datetime
    party: bool
    card: CardState | None
    belongs: tuple[tuple[AffiliationKind, int], ...] = ()


class Holder(NamedTuple):
    """A member with a card in the pocket, for the scans of the demo."""

    code_hash: str
    card_id: int
    member_id: int
    masked: str
    centre_id: int
    since: datetime


class Register:
    """Takes people in and writes them in blocks. `holders` are those whose card works."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.prefix = members.number_of(0).removesuffix("000000")
        self.holders: list[Holder] = []
        self.last_card = 0
        self._begin()

    def enter(self, people: Iterable[Newcomer], how_many: int) -> None:
        """`how_many` numbers are taken, one for each of the people."""
        first = settings.reserve_numbers("member", how_many)
        for id_, person in enumerate(people, first):
            self._person(id_, f"{self.prefix}{id_:06d}", person)
            if len(self.members) == BLOCK:
                self._write()
        self._write()
        _note_keys()
        bulk.numbered(Member, Card)

    def _person(self, id_: int, number: str, person: Newcomer) -> None:
        registered = stamp(person.at)
        ended = stamp(self._end(person)) if person.state in ENDED else None
        self.members.append(
            (id_, number, person.name, person.phone, person.hometown, person.state.value,
             person.channel.value, person.centre_id, registered, 1)
        )  # fmt: skip
        agreed = (ConsentKind.REGISTRATION, ConsentKind.PARTY)[: 1 + person.party]
        withdrawn = ended if person.state == MemberState.WITHDRAWN else None
        self.consents += [(id_, k.value, visits.CONSENT, registered, withdrawn) for k in agreed]
        self.affiliations += [(id_, o, k.value, registered, ended) for k, o in person.belongs]
        if person.card:
            self._card(id_, f"{number}-01", person, person.card, person.at)
        if person.card == CardState.REPLACED:
            self._card(id_, f"{number}-02", person, CardState.HANDED_OVER, self._end(person))

    def _card(
        self, member_id: int, serial: str, person: Newcomer, state: CardState, at: datetime
    ) -> None:
        """A card and its life so far; it is made a few minutes after `at`."""
        self.last_card += 1
        code = codes.make()
        code_hash = codes.look_up_hash(code)
        life = [at + A_WHILE, at + 2 * A_WHILE, at + 3 * A_WHILE] + [self._end(person)] * 2
        moves = [(word, stamp(when)) for word, when in zip(LIVES[state], life, strict=False)]
        self.cards.append(
            (self.last_card, member_id, serial, code_hash, codes.door_hash(code),
             codes.seal(code) if person.name else None, moves[-1][0], moves[0][1])
        )  # fmt: skip
        self.moves += [
            (self.last_card, word, when, BY, person.centre_id, "") for word, when in moves
        ]
        if state == CardState.HANDED_OVER and person.name:
            masked = _masked(person.name)
            self.holders.append(
                Holder(code_hash, self.last_card, member_id, masked, person.centre_id, life[2])
            )

    def _end(self, person: Newcomer) -> datetime:
        """When a card was lost, or the person went: half-way between then and now."""
        return person.at + (self.at - person.at) / 2

    def _begin(self) -> None:
        self.members: Rows = []
        self.consents: Rows = []
        self.affiliations: Rows = []
        self.cards: Rows = []
        self.moves: Rows = []

    def _write(self) -> None:
        bulk.write(
            Member,
            "id number name phone hometown state channel centre_id registered_at version",
            self.members,
        )
        bulk.write(Consent, "member_id kind text_version given_at ended_at", self.consents)
        bulk.write(Affiliation, "member_id organisation_id kind since until", self.affiliations)
        bulk.write(
            Card, "id member_id serial code_hash door_hash sealed state issued_at", self.cards
        )
        bulk.write(CardMove, "card_id state at actor centre_id reason", self.moves)
        self._begin()


def note_doubts(*, at: datetime) -> None:
    """What the register would have noticed: people who may be one."""
    known: dict[tuple[str | None, str], list[Member]] = {}
    for member in db.session.scalars(select(Member).order_by(Member.id)):
        alike = known.setdefault((member.name, member.hometown), [])
        for other in alike:
            if why := members.likeness(_as_person(member), other):
                db.session.add(Doubt(member=member, like=other, reason=why, found_at=at))
        alike.append(member)
    db.session.flush()


def _as_person(member: Member) -> members.Person:
    return members.Person(member.number, member.name or "", member.phone, member.hometown)


def _note_keys() -> None:
    """As members.keys_of, but each name is spelled once. Nobody finds an erased member."""
    called = filter(None, db.session.scalars(select(Member.name).distinct()))
    spellings = [(name, key) for name in called for key in names.search_keys(name)]
    SPELLINGS.create(db.session.connection())
    bulk.write(SPELLINGS, "name key", spellings)
    db.session.execute(KEYS)
    SPELLINGS.drop(db.session.connection())


@cache
def _masked(name: str) -> str:
    return names.mask(name)
