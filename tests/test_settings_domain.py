"""Facts about the installation, and numbers that are given out once."""

from datetime import timedelta

import pytest

from kiosk import clock
from kiosk.domain import settings
from kiosk.extensions import db
from kiosk.models import Setting
from tests.together import at_once


def test_a_setting_that_was_never_put_is_its_default(app):
    assert settings.get("colour") == ""
    assert settings.get("colour", "green") == "green"


def test_a_setting_is_what_was_put_last_and_since_when(app, now, monkeypatch):
    settings.put("colour", "green")
    assert settings.get("colour") == "green"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))

    settings.put("colour", "red")

    assert settings.get("colour") == "red"
    assert db.session.get_one(Setting, "colour").since == now + timedelta(hours=1)


def test_two_processes_may_put_the_same_setting_first(app):
    def put():
        settings.put("checked_at", "now")
        db.session.commit()

    at_once(app, *[put] * 4)

    assert settings.get("checked_at") == "now"


def test_numbers_begin_with_one_in_each_row(app):
    assert [settings.reserve_numbers("member", 1) for _ in range(3)] == [1, 2, 3]
    assert settings.reserve_numbers("other", 1) == 1


def test_a_reserved_row_of_numbers_belongs_to_one_caller(app):
    settings.reserve_numbers("member", 1)

    assert settings.reserve_numbers("member", 100) == 2
    assert settings.reserve_numbers("member", 1) == 102


def test_the_very_first_numbers_can_be_taken_at_one_instant(app):
    def take():
        number = settings.reserve_numbers("member", 1)
        db.session.commit()
        return number

    assert sorted(at_once(app, *[take] * 4)) == [1, 2, 3, 4]


@pytest.mark.parametrize("undone", [1, 5])
def test_a_number_taken_in_vain_is_given_again(app, undone):
    settings.reserve_numbers("member", undone)
    db.session.rollback()

    assert settings.reserve_numbers("member", 1) == 1
