"""Somebody at a kiosk asks for a person: who waits, and who went."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kiosk import clock
from kiosk.extensions import db
from kiosk.models import Call, Centre, Device, Staff

SHOWN = 5
LASTS = timedelta(minutes=5)  # until calling again is a second call


def call(centre: Centre, device: Device | None, *, at: datetime | None = None) -> Call:
    """Ask for a person. An impatient finger makes one call, not five."""
    at = at or clock.now()
    same_screen = Call.device_id == device.id if device else Call.device_id.is_(None)
    waiting = select(Call).where(
        Call.centre_id == centre.id, same_screen, Call.answered_at.is_(None),
        Call.at > at - LASTS,
    )  # fmt: skip
    open_call = db.session.scalar(waiting.limit(1))
    if open_call is None:
        open_call = Call(centre_id=centre.id, device_id=device.id if device else None, at=at)
        db.session.add(open_call)
    return open_call


def open_at(centre: Centre) -> list[Call]:
    """Calls that nobody has answered yet, the longest waiting first."""
    unanswered = select(Call).where(Call.centre_id == centre.id, Call.answered_at.is_(None))
    rows = unanswered.options(joinedload(Call.device)).order_by(Call.at, Call.id).limit(SHOWN)
    return list(db.session.scalars(rows))


def answer(call: Call, *, staff: Staff, at: datetime) -> None:
    """Somebody is on the way. Twice is harmless: the first one counts."""
    if call.answered_at is None:
        call.answered_at = at
        call.answered_by_id = staff.id
