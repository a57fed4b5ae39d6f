"""Somebody at a kiosk asks for a person."""

from sqlalchemy import func, select

from kiosk.domain import calls
from kiosk.extensions import db
from kiosk.models import Call
from tests import make


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_calling_staff_five_times_is_one_call(centre, door):
    called = {calls.call(centre, door[0]) for _ in range(5)}

    assert len(called) == 1
    assert count(Call) == 1


def test_two_screens_call_on_their_own(centre, door):
    calls.call(centre, door[0])
    calls.call(centre, make.device(centre)[0])
    calls.call(centre, None)

    assert count(Call) == 3


def test_an_answered_or_old_call_does_not_swallow_a_new_one(centre, door, now):
    calls.call(centre, door[0], at=now).answered_at = now
    calls.call(centre, door[0], at=now)
    calls.call(centre, door[0], at=now + calls.LASTS)

    assert count(Call) == 3
