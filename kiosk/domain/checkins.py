"""Checking in: a card is shown, somebody is welcomed; never lost and never counted twice.

A scan is an immutable fact, judged once, when it is first stored. Attendance is derived:
per session and member the earliest admitted scan that no amendment has withdrawn.
docs/protocol.md tells the whole of it.
"""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.domain import answers, batches, cards, deliveries, events, verdicts
from kiosk.domain.batches import Batch, Item, Malformed
from kiosk.domain.deliveries import Delivery, Stored
from kiosk.domain.verdicts import Judged, Shown
from kiosk.extensions import db
from kiosk.models import Device, DeviceKind, EventSession, Review, ReviewKind, Source

Answer = dict[str, Any]


def record_batch(
    batch: Batch, device: Device, *, received: datetime, zone: ZoneInfo
) -> list[Answer]:
    """One result for each item, in order. Every fact is stored before anybody is answered.

    The oldest scan is judged first, however the batch is ordered. Run it `once_more` if the same
    scan is delivered twice at one instant and the unique index let the other one in: looking
    again finds it, as a replay.
    """
    delivery = deliveries.look_up(batch, device, received=received, zone=zone)
    places = sorted(range(len(batch.items)), key=lambda place: _age(batch.items[place]))
    answered = {place: _answer(batch.items[place], delivery) for place in places}
    delivery.write()
    return [answered[place] for place in range(len(places))]


def _age(item: Item | Malformed) -> int:
    return item.seq if isinstance(item, Item) else 0


def _answer(item: Item | Malformed, delivery: Delivery) -> Answer:
    """The replay key comes before every rule: what was answered once is answered again."""
    if isinstance(item, Malformed):
        return answers.malformed(item.scan_id, item.message)
    earlier = delivery.stored.get(item.scan_id) or delivery.by_seq.get(item.seq)
    if earlier is None:
        return _store(item, delivery)
    same = earlier.scan_id == item.scan_id and earlier.body_hash == item.body_hash
    if same and earlier.device_id == delivery.device.id:
        told: Answer = json.loads(earlier.answer)
        return {"scan_id": item.scan_id, "status": "replay"} | told
    _note_reuse(earlier, delivery)
    return answers.reused(item.scan_id)


def _store(item: Item, delivery: Delivery) -> Answer:
    """Judge a new scan and keep it for good."""
    shown = _shown(item, delivery)
    if shown is None:
        return answers.malformed(item.scan_id, "This is not a session of this centre.")
    judged = verdicts.judge(shown)
    if judged is None:
        return answers.none_open(item.scan_id, shown)
    present = delivery.present(shown.session.id) if shown.session else 0
    answer = answers.of(judged, shown, delivery.zone, present=present)
    _keep(item, shown, judged, answer, delivery)
    if judged.review:
        delivery.review(item.scan_id, judged.review)
    if batches.is_doubtful(item, delivery.batch, received=delivery.received):
        delivery.review(item.scan_id, ReviewKind.CLOCK_SUSPECT)
    if shown.found and shown.found.live:
        cards.shown(shown.found.card, by=f"device:{delivery.device.id}", at=shown.at)
    return {"scan_id": item.scan_id, "status": "stored"} | answer


def _shown(item: Item, delivery: Delivery) -> Shown | None:
    """What is known about the card and the session; None if the session is not this centre's."""
    at = delivery.moment(item)
    card = delivery.cards.get(item.code_hash)
    found = cards.state_of(card, at=at) if card else None
    if item.session is None:
        sessions = _meant(found, at, delivery)
    elif item.session in delivery.sessions:
        sessions = [delivery.sessions[item.session]]
    else:
        return None
    here = None
    if found and len(sessions) == 1:
        here = delivery.here_at(sessions[0].id, found.card.member_id)
    late = delivery.received - at > verdicts.ONLINE
    return Shown(at, item.direction, late, delivery.device.id, found, sessions, here)


def _meant(found: cards.Found | None, at: datetime, delivery: Delivery) -> list[EventSession]:
    """A kiosk names no session: the only open one, else the only one signed up for, else all."""
    sessions = events.open_sessions(delivery.device.centre_id, at=at)
    if found is None or len(sessions) < 2:
        return sessions
    mine = [s for s in sessions if events.has_place(s.id, found.card.member_id)]
    return mine if len(mine) == 1 else sessions


def _keep(item: Item, shown: Shown, judged: Judged, answer: Answer, delivery: Delivery) -> None:
    """The fact, and what follows from it. A code that is not ours is kept as a hash only."""
    card = shown.found.card if shown.found else None
    session, member_id = shown.session, card.member_id if card else None
    kiosk = delivery.device.kind == DeviceKind.KIOSK
    delivery.keep(
        {
            "scan_id": item.scan_id, "device_id": delivery.device.id, "epoch": delivery.batch.epoch,
            "seq": item.seq, "body_hash": item.body_hash, "code_hash": item.code_hash,
            "card_id": card.id if card else None, "member_id": member_id,
            "session_id": session.id if session else None, "direction": item.direction,
            "source": Source.KIOSK if kiosk else Source.DOOR, "at": shown.at,
            "received_at": delivery.received, "verdict": judged.verdict,
            "admitted": judged.admitted, "answer": json.dumps(answer, ensure_ascii=False),
        }
    )  # fmt: skip
    if session is None or member_id is None:
        return
    key = session.id, member_id
    if judged.admitted:
        delivery.arrive(key, shown.here, scan_id=item.scan_id, at=shown.at)
    if session.event.records_exits:
        delivery.went.add(key)


def _note_reuse(earlier: Stored, delivery: Delivery) -> None:
    """Put a scan whose id was used again on the centre's list, once."""
    kind = ReviewKind.ID_REUSED
    listed = select(Review.id).where(Review.scan_id == earlier.scan_id, Review.kind == kind)
    if db.session.scalar(listed) is None:
        delivery.review(earlier.scan_id, kind)
