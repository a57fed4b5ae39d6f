"""The life of a member card: issued, printed, handed over; then lost, replaced or stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from kiosk import clock
from kiosk.domain import audit, codes, members
from kiosk.extensions import db
from kiosk.models import LIVE, Card, CardMove, CardState, Centre, Member, MemberState

NO_CARD = (MemberState.VISITOR, *members.GONE)
ORDER = (CardState.ISSUED, CardState.PRINTED, CardState.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Found:
    """A card, and what it was at the moment in question, since when."""

    card: Card
    state: CardState
    since: datetime

    @property
    def live(self) -> bool:
        return self.state in LIVE


def issue(
    member: Member, *, by: str, at: datetime | None = None, centre: Centre | None = None
) -> Card | None:
    """The member's live card; a new one only where there is none. None: they may have no card."""
    if not may_have(member):
        return None
    at = at or clock.now()
    card = live(member)
    if card is not None:
        return card
    card = _insert(member, at)
    if card is None:  # somebody else was faster
        return _the_live(member)
    _note(card, CardState.ISSUED, by=by, at=at, centre=centre)
    audit.write("cards.issued", f"cards:{card.id}", by=by, at=at)
    return card


def live(member: Member) -> Card | None:
    return db.session.scalar(select(Card).where(Card.member_id == member.id, Card.state.in_(LIVE)))


def code_of(card: Card) -> str | None:
    """What the QR says. None once the member was erased."""
    return codes.unseal(card.sealed) if card.sealed else None


def find(code: str, *, at: datetime | None = None) -> Found | None:
    """The card with this code, and its state at the time of the scan."""
    card = db.session.scalar(select(Card).where(Card.code_hash == codes.look_up_hash(code)))
    return state_of(card, at=at or clock.now()) if card else None


def state_of(card: Card, *, at: datetime) -> Found:
    """What the card was at that moment, in the order in which things happened to it."""
    if card.live:
        return Found(card, CardState(card.state), card.issued_at)
    last = select(CardMove).where(CardMove.card_id == card.id, CardMove.at <= at)
    move = db.session.scalar(last.order_by(CardMove.id.desc()).limit(1))
    if move is None:  # scanned before it was issued, by a clock that is wrong
        return Found(card, CardState.ISSUED, card.issued_at)
    return Found(card, CardState(move.state), move.at)


def advance(
    card: Card,
    state: CardState,
    *,
    by: str,
    at: datetime | None = None,
    centre: Centre | None = None,
) -> bool:
    """Printed, handed over: only forwards, and doing it twice is harmless."""
    if not card.live or ORDER.index(state) <= ORDER.index(CardState(card.state)):
        return False
    return _move(card, state, by=by, at=at or clock.now(), centre=centre)


def shown(card: Card, *, by: str, at: datetime) -> None:
    """A printed card that is scanned was handed over, whether or not anybody said so.

    The scan is its own record, so this writes no audit entry.
    """
    if card.state == CardState.PRINTED and _change(card, CardState.HANDED_OVER):
        _note(card, CardState.HANDED_OVER, by=by, at=at, centre=None)


def stop(
    card: Card, *, by: str, reason: str, at: datetime | None = None, centre: Centre | None = None
) -> None:
    """The code stops at once."""
    if card.live:
        _move(card, CardState.STOPPED, by=by, at=at or clock.now(), centre=centre, reason=reason)


def lose(
    card: Card, *, by: str, at: datetime | None = None, centre: Centre | None = None
) -> Card | None:
    """The lost card stops at once and the next one is issued, in one step.

    The old one then says "replaced" with the date, never "unknown". None: no other card is due.
    """
    at = at or clock.now()
    if not may_have(card.member):
        stop(card, by=by, reason="lost", at=at, centre=centre)
        return None
    if card.live and _move(card, CardState.LOST, by=by, at=at, centre=centre):
        _move(card, CardState.REPLACED, by=by, at=at, centre=centre)
    return issue(card.member, by=by, at=at, centre=centre)


def waiting() -> list[Card]:
    """Issued, and not printed yet; the oldest first."""
    rows = select(Card).join(Card.member).where(Card.state == CardState.ISSUED, entitled())
    rows = rows.options(contains_eager(Card.member).joinedload(Member.centre))
    return list(db.session.scalars(rows.order_by(Card.issued_at, Card.id)))


def in_use() -> Iterator[Card]:
    """Every live card, in the order of the serials."""
    rows = select(Card).where(Card.state.in_(LIVE)).order_by(Card.serial)
    rows = rows.options(joinedload(Card.member)).execution_options(yield_per=1000)
    yield from db.session.scalars(rows)


def by_state() -> dict[CardState, int]:
    """How many cards there are of each kind."""
    rows = db.session.execute(select(Card.state, func.count()).group_by(Card.state))
    return {CardState(state): how_many for state, how_many in rows}


def moves(card: Card) -> list[CardMove]:
    rows = select(CardMove).where(CardMove.card_id == card.id).order_by(CardMove.at, CardMove.id)
    return list(db.session.scalars(rows))


def without(limit: int = 10_000) -> list[Member]:
    """Members who may have a card and have no live one."""
    rows = select(Member).where(_has_none()).order_by(Member.id).limit(limit)
    return list(db.session.scalars(rows))


def due() -> int:
    """How many members are without the card that they may have."""
    return db.session.scalar(select(func.count()).select_from(Member).where(_has_none())) or 0


def may_have(member: Member) -> bool:
    return member.name is not None and member.state not in NO_CARD


def entitled() -> ColumnElement[bool]:
    """The same as a condition on members."""
    return Member.state.not_in(NO_CARD) & Member.name.is_not(None)


def _has_none() -> ColumnElement[bool]:
    has = select(Card.id).where(Card.member_id == Member.id, Card.state.in_(LIVE)).exists()
    return ~has & entitled()


def _insert(member: Member, at: datetime) -> Card | None:
    """Let the unique index decide who issues: two desks may press the button at once."""
    earlier = db.session.scalar(select(func.count()).where(Card.member_id == member.id)) or 0
    code = codes.make()
    card = Card(
        member_id=member.id, serial=f"{member.number}-{earlier + 1:02d}", sealed=codes.seal(code),
        code_hash=codes.look_up_hash(code), door_hash=codes.door_hash(code),
        state=CardState.ISSUED, issued_at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(card)
    except IntegrityError:
        return None
    return card


def _the_live(member: Member) -> Card:
    card = live(member)
    if card is None:
        raise ValueError("no card could be issued and none is live")
    return card


def _move(
    card: Card, state: CardState, *, by: str, at: datetime, centre: Centre | None, reason: str = ""
) -> bool:
    if not _change(card, state):
        return False
    _note(card, state, by=by, at=at, centre=centre, reason=reason)
    audit.write(f"cards.{state}", f"cards:{card.id}", by=by, at=at)
    return True


def _change(card: Card, state: CardState) -> bool:
    """False: somebody else changed the card a moment ago, and that stands."""
    changed = update(Card).where(Card.id == card.id, Card.state == card.state).values(state=state)
    # This one row is read again below; to look at all others would make many cards slow.
    changed = changed.execution_options(synchronize_session=False)
    done = db.session.scalar(changed.returning(Card.id)) is not None
    db.session.refresh(card)
    return done


def _note(
    card: Card, state: CardState, *, by: str, at: datetime, centre: Centre | None, reason: str = ""
) -> None:
    db.session.flush()
    db.session.add(
        CardMove(
            card_id=card.id, state=state, at=at, actor=by, reason=reason,
            centre_id=centre.id if centre else None,
        )
    )  # fmt: skip
