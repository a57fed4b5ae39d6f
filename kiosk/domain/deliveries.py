"""What the scans of one batch need from the database: looked up at once, written at once.

The statements are built when the module is loaded: to build one costs more than to run it.
Plain rows are asked for on the connection itself; the session would cost as much again.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import contains_eager

from kiosk.domain import attendances, batches, events
from kiosk.domain.attendances import Here
from kiosk.domain.batches import Batch, Item
from kiosk.extensions import db
from kiosk.models import Card, Device, Event, EventSession, Member, Review, ReviewKind, Scan

scans, reviews = cast(Table, Scan.__table__), cast(Table, Review.__table__)
MINE = and_(scans.c.device_id == bindparam("device"), scans.c.epoch == bindparam("epoch"))
NEWEST = select(func.max(scans.c.seq)).where(MINE).correlate(None).scalar_subquery()
STORED = select(
    *(scans.c[name] for name in ("scan_id", "device_id", "epoch", "seq")),
    *(scans.c[name] for name in ("body_hash", "at", "answer")),
).where(
    or_(
        scans.c.scan_id.in_(bindparam("scan_ids", expanding=True)),
        and_(MINE, scans.c.seq.in_(bindparam("seqs", expanding=True))),
        and_(MINE, scans.c.seq == NEWEST),
    )
)
JUST_BEFORE = select(scans.c.at).where(MINE, scans.c.seq < bindparam("seq"))
JUST_AFTER = select(scans.c.at).where(MINE, scans.c.seq > bindparam("seq"))
AROUND = select(
    JUST_BEFORE.order_by(scans.c.seq.desc()).limit(1).scalar_subquery(),
    JUST_AFTER.order_by(scans.c.seq).limit(1).scalar_subquery(),
)
CARDS = (
    select(Card)
    .join(Card.member)
    .options(contains_eager(Card.member))
    .where(Card.code_hash.in_(bindparam("code_hashes", expanding=True)))
    # PostgreSQL: two doors and one member at the same instant queue up here, always in one order.
    .order_by(Member.id)
    .with_for_update(of=Member, key_share=True)
    .execution_options(populate_existing=True)
)
# Those of the sessions that take place at this centre, cancelled ones too.
SESSIONS = (
    events.WITH_EVENT.where(
        Event.centre_id == bindparam("centre"),
        EventSession.id.in_(bindparam("ids", expanding=True)),
    )
    .add_columns(attendances.counted(EventSession.id))
    .execution_options(populate_existing=True)
)
NEW_SCAN = insert(scans)
NEW_REVIEW = insert(reviews)
Key = tuple[int, int]  # a session and a member


@dataclass(frozen=True, slots=True)
class Stored:
    """A scan that is kept already; `answer` is what was said to it, as JSON."""

    scan_id: str
    device_id: int | None
    epoch: str | None
    seq: int | None
    body_hash: str
    at: datetime
    answer: str


@dataclass(slots=True)
class Delivery:
    """One batch, what is known about its scans, and what is to be written in the end."""

    batch: Batch
    device: Device
    received: datetime
    zone: ZoneInfo
    connection: Connection
    stored: dict[str, Stored] = field(default_factory=dict)
    by_seq: dict[int, Stored] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    sessions: dict[int, EventSession] = field(default_factory=dict)
    here: dict[Key, Here] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    scans: list[dict[str, Any]] = field(default_factory=list)
    reviews: dict[tuple[str, ReviewKind], dict[str, Any]] = field(default_factory=dict)
    came: dict[Key, bool] = field(default_factory=dict)  # True: nobody had seen them before
    went: set[Key] = field(default_factory=set)

    def moment(self, item: Item) -> datetime:
        """When it was: never later than received, and never decreasing with `seq`."""
        at = batches.moment(item, self.batch, received=self.received)
        before, after = self._neighbours(item.seq)
        return min([max([at, *before]), *after, self.received])

    def present(self, session_id: int) -> int:
        """How many came to the session, as far as this batch has been read."""
        if session_id not in self.counts:
            self.counts[session_id] = attendances.present(session_id)
        return self.counts[session_id]

    def here_at(self, session_id: int, member_id: int) -> Here | None:
        """Since when the member is present, as far as this batch has been read."""
        known = self.here.get((session_id, member_id))
        if known or session_id in self.sessions:
            return known
        return attendances.of(session_id, member_id)

    def keep(self, scan: dict[str, Any]) -> None:
        """A new fact. It is remembered, too: a batch may hold the same scan twice."""
        self.scans.append(scan)
        self.remember(Stored(**{told.name: scan[told.name] for told in fields(Stored)}))

    def arrive(self, key: Key, here: Here | None, *, scan_id: str, at: datetime) -> None:
        """Count an admitted scan: of each session and member the earliest one."""
        if here and (here.at, here.scan_id) <= (at, scan_id):
            return
        self.here[key] = Here(at, scan_id, self.device.id, self.device.name)
        if here is None:
            self.counts[key[0]] = self.present(key[0]) + 1
        self.came.setdefault(key, here is None)

    def review(self, scan_id: str, kind: ReviewKind) -> None:
        """Put a doubtful scan on the centre's list, once for each reason."""
        self.reviews[scan_id, kind] = {
            "centre_id": self.device.centre_id, "scan_id": scan_id, "kind": kind,
            "at": self.received,
        }  # fmt: skip

    def write(self) -> None:
        if self.scans:
            self.connection.execute(NEW_SCAN, self.scans)
        new = {key: self.here[key] for key, new in self.came.items() if new}
        earlier = {key: self.here[key] for key in self.came if key not in new}
        attendances.save(self.connection, new)
        attendances.move(self.connection, earlier)
        for key in self.went:
            attendances.derive(*key)
        if self.reviews:
            self.connection.execute(NEW_REVIEW, list(self.reviews.values()))

    def remember(self, scan: Stored) -> None:
        self.stored[scan.scan_id] = scan
        if scan.device_id == self.device.id and scan.epoch == self.batch.epoch and scan.seq:
            self.by_seq[scan.seq] = scan

    def _neighbours(self, seq: int) -> tuple[list[datetime], list[datetime]]:
        """When the scans before this one were, and those after it, as far as they matter."""
        newest = max(self.by_seq, default=0)
        if newest < seq:  # the usual case: nothing is stored that comes after it
            return [self.by_seq[newest].at] if newest else [], []
        around = self.connection.execute(AROUND, self._mine() | {"seq": seq}).one()
        before = [scan.at for number, scan in self.by_seq.items() if number < seq]
        return [*before, *filter(None, around[:1])], [*filter(None, around[1:])]

    def _mine(self) -> dict[str, Any]:
        return {"device": self.device.id, "epoch": self.batch.epoch}


def look_up(batch: Batch, device: Device, *, received: datetime, zone: ZoneInfo) -> Delivery:
    """One query a kind, whether the batch holds one scan or two hundred."""
    delivery = Delivery(batch, device, received, zone, db.session.connection())
    items = [item for item in batch.items if isinstance(item, Item)]
    asked = {
        "device": device.id,
        "epoch": batch.epoch,
        "scan_ids": [item.scan_id for item in items],
        "seqs": [item.seq for item in items],
    }
    for row in delivery.connection.execute(STORED, asked):
        delivery.remember(Stored(*row))
    held = {"code_hashes": {item.code_hash for item in items}}
    delivery.cards = {card.code_hash: card for card in db.session.scalars(CARDS, held)}
    if ids := {item.session for item in items if item.session}:
        centre = {"centre": device.centre_id, "ids": ids}
        for session, present in db.session.execute(SESSIONS, centre):
            delivery.sessions[session.id], delivery.counts[session.id] = session, present
    delivery.here = attendances.among(
        delivery.connection, delivery.sessions, {c.member_id for c in delivery.cards.values()}
    )
    return delivery
