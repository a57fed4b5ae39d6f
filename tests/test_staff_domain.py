"""Accounts and log-ins: what lets somebody in, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain import settings, staff
from kiosk.domain.staff import Fault, Outcome
from kiosk.extensions import db
from kiosk.models import LoginAttempt, Role, Staff, StaffSession
from tests import make

PASSWORD = "eine lange Nacht"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def fang(centre):
    """方姐: an account with a real password."""
    made = staff.add("fang", "方姐", Role.DESK, PASSWORD, centre=centre, by="test")
    db.session.commit()
    assert isinstance(made, Staff)
    return made


def attempt(login, password, now, address=HERE):
    tried = staff.attempt(login, address=address, at=now)
    db.session.commit()
    assert tried.wait is None
    result = staff.log_in(tried, password, at=now)
    db.session.commit()
    return result


def test_the_right_password_lets_in(fang, now):
    result = attempt("Fang ", PASSWORD, now)

    assert result.outcome == Outcome.WELCOME
    assert staff.by_token(result.token, at=now).staff == fang


def test_the_password_and_the_token_are_not_kept(fang, now):
    token = attempt("fang", PASSWORD, now).token

    session = db.session.scalar(select(StaffSession))

    assert fang.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert token not in session.token_hash


@pytest.mark.parametrize("login", ["fang", "nobody", "no\x00body"])
def test_a_wrong_password_and_an_unknown_login_look_alike(fang, now, login):
    assert attempt(login, "something else", now) == staff.LogIn(Outcome.WRONG)


def test_a_stopped_account_is_not_let_in(fang, now):
    token = attempt("fang", PASSWORD, now).token
    fang.stopped_at = now

    assert attempt("fang", PASSWORD, now).outcome == Outcome.WRONG
    assert staff.by_token(token, at=now) is None


def test_an_account_without_a_usable_password_is_not_let_in(centre, now):
    make.staff("old", centre=centre)

    assert attempt("old", "none", now).outcome == Outcome.WRONG


def test_five_failures_from_one_place_make_the_account_wait_there(fang, now):
    for _ in range(5):
        attempt("fang", "wrong", now)

    tried = staff.attempt("fang", address=HERE, at=now + timedelta(minutes=5))

    assert tried.wait == timedelta(minutes=10)


def test_nobody_can_lock_an_account_from_elsewhere(fang, now):
    for _ in range(5):
        attempt("fang", "wrong", now, address=ELSEWHERE)

    assert attempt("fang", PASSWORD, now).outcome == Outcome.WELCOME


def test_the_wait_ends(fang, now):
    for _ in range(5):
        attempt("fang", "wrong", now)

    assert attempt("fang", PASSWORD, now + timedelta(minutes=15)).outcome == Outcome.WELCOME


def test_twenty_failures_from_one_place_make_it_wait_for_every_account(fang, now):
    for number in range(20):
        staff.attempt(f"guess{number}", address=HERE, at=now)

    assert staff.attempt("fang", address=HERE, at=now).wait
    assert staff.attempt("fang", address=ELSEWHERE, at=now).wait is None


def test_attempts_count_before_the_password_is_checked(fang, now):
    for _ in range(5):
        staff.attempt("fang", address=HERE, at=now)

    assert staff.attempt("fang", address=HERE, at=now).wait


def test_a_success_forgets_the_failures(fang, now):
    for _ in range(4):
        attempt("fang", "wrong", now)
    attempt("fang", PASSWORD, now)

    assert db.session.scalars(select(LoginAttempt)).all() == []


def test_attempts_name_neither_account_nor_address(fang, now):
    attempt("fang", "wrong", now)

    kept = db.session.scalar(select(LoginAttempt))

    assert "fang" not in kept.login_hash
    assert HERE not in kept.address_hash
    assert len(kept.login_hash) == len(kept.address_hash) == 64


def test_old_attempts_are_forgotten(fang, now):
    attempt("fang", "wrong", now)

    attempt("nobody", "wrong", now + timedelta(days=1, seconds=1))

    assert len(db.session.scalars(select(LoginAttempt)).all()) == 1


def test_a_session_ends_after_fifteen_idle_minutes(fang, now):
    token = staff.begin(fang, at=now)

    assert staff.by_token(token, at=now + timedelta(minutes=14, seconds=59))
    assert staff.by_token(token, at=now + timedelta(minutes=15)) is None


def test_work_keeps_a_session_but_never_past_twelve_hours(fang, now):
    session = staff.by_token(token := staff.begin(fang, at=now), at=now)
    staff.touch(session, at=now + timedelta(hours=11, minutes=59))

    assert staff.by_token(token, at=now + timedelta(hours=11, minutes=59))
    assert staff.by_token(token, at=now + timedelta(hours=12)) is None


def test_work_is_noted_once_a_minute(fang, now):
    session = staff.by_token(staff.begin(fang, at=now), at=now)

    assert not staff.due(session, at=now + timedelta(seconds=59))
    assert staff.due(session, at=now + timedelta(seconds=60))


def test_after_logging_out_the_token_opens_nothing(fang, now):
    session = staff.by_token(token := staff.begin(fang, at=now), at=now)
    staff.end(session, at=now)
    staff.end(session, at=now + timedelta(minutes=1))

    assert staff.by_token(token, at=now) is None
    assert session.ended_at == now


def test_each_log_in_has_a_token_of_its_own(fang, now):
    assert staff.begin(fang, at=now) != staff.begin(fang, at=now)


@pytest.mark.parametrize(
    ("login", "password", "fault"),
    [
        ("fang", PASSWORD, Fault.LOGIN_TAKEN),
        ("", PASSWORD, Fault.LOGIN_ODD),
        ("two words", PASSWORD, Fault.LOGIN_ODD),
        ("方姐", PASSWORD, Fault.LOGIN_ODD),
        ("x" * 41, PASSWORD, Fault.LOGIN_ODD),
        ("new", "short", Fault.PASSWORD_SHORT),
        ("new", "ab" * 101, Fault.PASSWORD_LONG),
        ("longenoughname", "LongEnoughName", Fault.PASSWORD_IS_LOGIN),
        ("new", "1234567890", Fault.PASSWORD_KNOWN),
        ("new", "aaaaaaaaaaaa", Fault.PASSWORD_KNOWN),
        ("new", staff.DEMO_PASSWORD, Fault.PASSWORD_KNOWN),
    ],
)
def test_an_account_that_cannot_be_made_says_why(fang, centre, login, password, fault):
    assert staff.add(login, "", Role.DESK, password, centre=centre, by="test") == fault


def test_the_demo_may_use_its_own_password(centre):
    settings.put(settings.DEMO, "1")

    made = staff.add("desk", "", Role.DESK, staff.DEMO_PASSWORD, centre=centre, by="test")

    assert isinstance(made, Staff)


def test_a_desk_needs_a_centre_and_a_branch_an_organisation(app):
    assert staff.add("a", "", Role.DESK, PASSWORD, by="test") == Fault.CENTRE_MISSING
    assert staff.add("a", "", Role.BRANCH, PASSWORD, by="test") == Fault.ORGANISATION_MISSING
