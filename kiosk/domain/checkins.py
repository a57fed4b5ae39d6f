"""Checking in: a card is shown, somebody is welcomed; never lost and never counted twice.

A scan is an immutable fact, judged once, when it is first stored. Attendance is derived:
per session and member the earliest admitted scan that no amendment has withdrawn.
docs/protocol.md tells the whole of it.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from kiosk.domain import answers, attendances, batches, cards, codes, events, verdicts
from kiosk.domain.batches import Batch, Item, Malformed
from kiosk.domain.verdicts import Judged, Shown
from kiosk.extensions import db
from kiosk.models import (
    Card,
    Device,
    DeviceKind,
    EventSession,
    Member,
    Review,
    ReviewKind,
    Scan,
    Source,
    Verdict,
)

Answer = dict[str, Any]
COLUMNS = inspect(Scan).column_attrs


@dataclass(slots=True)
class Delivery:
    """A batch, and what its items need from the database, looked up at once."""

    batch: Batch
    device: Device
    received: datetime
    zone: ZoneInfo
    scans: dict[str, Scan] = field(default_factory=dict)
    by_seq: dict[int, Scan] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    sessions: dict[int, EventSession] = field(default_factory=dict)
    last_at: datetime | None = None


def record_batch(
    batch: Batch, device: Device, *, received: datetime, zone: ZoneInfo
) -> list[Answer]:
    """One result for each item, in order. Every fact is stored before anybody is answered."""
    try:
        with db.session.begin_nested():
            return _record(Delivery(batch, device, received, zone))
    except IntegrityError:
        # The same scan was delivered twice at one instant and the unique index let the other
        # one in: looking again finds it, as a replay.
        return _record(Delivery(batch, device, received, zone))


def _record(delivery: Delivery) -> list[Answer]:
    _look_up(delivery)
    return [_answer(item, delivery) for item in delivery.batch.items]


def _answer(item: Item | Malformed, delivery: Delivery) -> Answer:
    """The replay key comes before every rule: what was answered once is answered again."""
    if isinstance(item, Malformed):
        return answers.malformed(item.scan_id, item.message)
    earlier = delivery.scans.get(item.scan_id) or delivery.by_seq.get(item.seq)
    if earlier is None:
        return _store(item, delivery)
    same = earlier.scan_id == item.scan_id and earlier.body_hash == item.body_hash
    if same and earlier.device_id == delivery.device.id:
        told: Answer = json.loads(earlier.answer)
        return {"scan_id": item.scan_id, "status": "replay"} | told
    _note(earlier.scan_id, ReviewKind.ID_REUSED, delivery)
    return answers.reused(item.scan_id)


def _store(item: Item, delivery: Delivery) -> Answer:
    """Judge a new scan and keep it for good."""
    shown = _shown(item, delivery)
    if shown is None:
        return answers.malformed(item.scan_id, "This is not a session of this centre.")
    judged = verdicts.judge(shown)
    if judged is None:
        return answers.none_open(item.scan_id, shown)
    answer = answers.of(judged, shown, delivery.zone)
    scan = _keep(item, shown, judged, answer, delivery)
    if judged.admitted and scan.session_id and scan.member_id:
        attendances.add(
            scan.session_id, scan.member_id, scan_id=scan.scan_id, at=scan.at, here=shown.here
        )
    if judged.verdict == Verdict.GOODBYE and shown.here and scan.session_id and scan.member_id:
        attendances.leave(scan.session_id, scan.member_id, at=scan.at)
    if judged.review:
        _note(scan.scan_id, judged.review, delivery)
    if shown.found and shown.found.live:
        by = f"device:{delivery.device.id}"
        cards.shown(shown.found.card, by=by, at=shown.at)
    return {"scan_id": item.scan_id, "status": "stored"} | answer


def _shown(item: Item, delivery: Delivery) -> Shown | None:
    """What is known about the card and the session; None if the session is not this centre's."""
    at = batches.moment(item, delivery.batch, received=delivery.received)
    at = delivery.last_at = max(at, delivery.last_at) if delivery.last_at else at
    late = delivery.received - at > verdicts.ONLINE
    card = delivery.cards.get(_look_up_hash(item))
    found = cards.state_of(card, at=at) if card else None
    if item.session is None:
        sessions = _meant(found, delivery)
    elif item.session in delivery.sessions:
        sessions = [delivery.sessions[item.session]]
    else:
        return None
    here = None
    if found and len(sessions) == 1:
        here = attendances.of(sessions[0].id, found.card.member_id)
    return Shown(at, item.direction, late, found, sessions, here)


def _look_up(delivery: Delivery) -> None:
    """One query a kind, whether the batch holds one scan or two hundred."""
    items = [item for item in delivery.batch.items if isinstance(item, Item)]
    mine = (Scan.device_id == delivery.device.id) & (Scan.epoch == delivery.batch.epoch)
    seqs = [item.seq for item in items]
    known = or_(Scan.scan_id.in_([i.scan_id for i in items]), mine & Scan.seq.in_(seqs))
    for scan in db.session.scalars(select(Scan).where(known)):
        _remember(scan, delivery)
    before = select(Scan.at).where(mine, Scan.seq < min(seqs, default=0))
    delivery.last_at = db.session.scalar(before.order_by(Scan.seq.desc()).limit(1))
    held = (
        select(Card)
        .join(Card.member)
        .options(contains_eager(Card.member))
        .where(Card.code_hash.in_({_look_up_hash(item) for item in items}))
        # PostgreSQL: two doors and one card at the same instant queue up here.
        .with_for_update(of=Member)
    )
    delivery.cards = {card.code_hash: card for card in db.session.scalars(held)}
    asked = {item.session for item in items if item.session}
    delivery.sessions = {s.id: s for s in events.at_centre(delivery.device.centre_id, asked)}


def _meant(found: cards.Found | None, delivery: Delivery) -> list[EventSession]:
    """A kiosk names no session: the only open one, else the only one signed up for, else all."""
    sessions = events.open_sessions(delivery.device.centre_id, at=delivery.received)
    if found is None or len(sessions) < 2:
        return sessions
    mine = [s for s in sessions if events.has_place(s, found.card.member)]
    return mine if len(mine) == 1 else sessions


def _keep(item: Item, shown: Shown, judged: Judged, answer: Answer, delivery: Delivery) -> Scan:
    """Write the fact. A code that is not ours is kept as a hash only."""
    card = shown.found.card if shown.found else None
    kiosk = delivery.device.kind == DeviceKind.KIOSK
    scan = Scan(
        scan_id=item.scan_id, device_id=delivery.device.id, epoch=delivery.batch.epoch,
        seq=item.seq, body_hash=item.body_hash, code_hash=_look_up_hash(item),
        card_id=card.id if card else None, member_id=card.member_id if card else None,
        session_id=shown.session.id if shown.session else None, direction=item.direction,
        source=Source.KIOSK if kiosk else Source.DOOR, at=shown.at,
        received_at=delivery.received, verdict=judged.verdict, admitted=judged.admitted,
        answer=json.dumps(answer, ensure_ascii=False),
    )  # fmt: skip
    db.session.execute(insert(Scan).values({c.key: getattr(scan, c.key) for c in COLUMNS}))
    _remember(scan, delivery)
    return scan


def _remember(scan: Scan, delivery: Delivery) -> None:
    """A batch may hold the same scan twice."""
    delivery.scans[scan.scan_id] = scan
    if scan.device_id == delivery.device.id and scan.epoch == delivery.batch.epoch and scan.seq:
        delivery.by_seq[scan.seq] = scan


def _look_up_hash(item: Item) -> str:
    """Of the card's code as printed, or of whatever text was scanned instead."""
    return codes.look_up_hash(codes.read(item.code) or item.code)


def _note(scan_id: str, kind: ReviewKind, delivery: Delivery) -> None:
    """Put a doubtful scan on the centre's list, once."""
    listed = select(Review.id).where(Review.scan_id == scan_id, Review.kind == kind)
    if db.session.scalar(listed) is None:
        centre_id = delivery.device.centre_id
        db.session.add(Review(centre_id=centre_id, scan_id=scan_id, kind=kind))
        db.session.flush()
