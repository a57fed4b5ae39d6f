"""Somebody at a kiosk asks for a person: who waits, and who went."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kiosk.extensions import db
from kiosk.models import Call, Centre, Staff

SHOWN = 5


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
