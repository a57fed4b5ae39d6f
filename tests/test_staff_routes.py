"""The desk's door over HTTP."""

import re
from datetime import timedelta

import pytest

from kiosk import audiences, clock
from kiosk.domain import roles, settings, staff
from kiosk.extensions import db
from kiosk.models import Role
from tests import make

PASSWORD = "eine lange Nacht"


@pytest.fixture
def fang(centre):
    staff.add("fang", "方姐", Role.DESK, PASSWORD, centre=centre, by="test")
    db.session.commit()


def log_in(client, password=PASSWORD):
    return client.post("/desk/login", data={"login": "fang", "password": password})


def test_logging_in_leads_to_the_board(client, fang):
    answer = log_in(client)

    assert answer.status_code == 303
    assert answer.location == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_cookie_is_for_the_desk_alone_and_for_no_script(client, fang):
    cookie = log_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/desk" in cookie


def test_a_cookie_that_was_there_before_is_replaced(client, fang):
    client.set_cookie("doorstep_staff", "planted", path="/desk")

    log_in(client)

    assert client.get_cookie("doorstep_staff", path="/desk").value != "planted"


def test_a_wrong_password_gets_one_plain_sentence(client, fang):
    page = log_in(client, "wrong password")

    assert page.status_code == 422
    assert "账号和密码不符。" in page.text
    assert "wrong password" not in page.text


@pytest.mark.parametrize("field", ["login", "password"])
def test_an_empty_field_says_what_to_do(client, fang, field):
    page = client.post("/desk/login", data={"login": "fang", "password": PASSWORD} | {field: ""})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_after_five_failures_even_the_right_password_waits(client, fang):
    for _ in range(5):
        log_in(client, "wrong password")

    page = log_in(client)

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "900"
    assert "15 分钟" in page.text


def test_logging_out_ends_the_session_itself(client, fang):
    log_in(client)
    token = client.get_cookie("doorstep_staff", path="/desk").value

    client.post("/desk/logout")
    client.set_cookie("doorstep_staff", token, path="/desk")

    assert client.get("/desk/").location == "/desk/login"


def test_whoever_is_logged_in_needs_no_log_in_page(desk):
    assert desk.get("/desk/login").location == "/desk/"


def test_an_idle_desk_has_to_log_in_again(desk, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=15))

    assert desk.get("/desk/").location == "/desk/login"


def test_a_part_of_a_page_never_becomes_the_log_in_page(client, centre):
    answer = client.get("/desk/now", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/desk/login"


def test_pages_that_ask_by_themselves_do_not_count_as_work(desk, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    desk.get("/desk/now")
    desk.get("/desk/calls")

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=15))

    assert desk.get("/desk/").location == "/desk/login"


def test_work_keeps_the_session(desk, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    desk.get("/desk/")

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=20))

    assert desk.get("/desk/").status_code == 200


def test_only_a_demo_names_its_accounts(client, centre):
    before = client.get("/desk/login").text
    settings.put(settings.DEMO, "1")

    after = client.get("/desk/login").text

    assert staff.DEMO_PASSWORD not in before
    assert all(f"<dt>{role}</dt>" in after for role in Role)
    assert staff.DEMO_PASSWORD in after


def test_the_language_can_be_chosen_before_logging_in(client, centre):
    client.post("/desk/language", data={"language": "en"})

    assert "Log in" in client.get("/desk/login").text


def test_an_unknown_language_changes_nothing(client, centre):
    client.post("/desk/language", data={"language": "tlh"})

    assert "登录" in client.get("/desk/login").text


def test_logging_in_needs_the_form_token(app, client, fang):
    app.config["WTF_CSRF_ENABLED"] = True

    page = log_in(client)

    assert page.status_code == 400
    assert "Set-Cookie" not in page.headers or "doorstep_staff" not in page.headers["Set-Cookie"]


READS = {"/desk/", "/desk/events"}
LISTS = {"/desk/members", "/desk/members/1"}
ACTS = {"/desk/members/new", "/desk/cards", "/desk/centres/devices", "/desk/events/new"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMIN, READS | LISTS | ACTS),
        (Role.DISTRICT, READS | LISTS),
        (Role.DESK, READS | LISTS | ACTS),
        (Role.LIAISON, READS),
        (Role.AUDITOR, READS),
    ],
)
def test_a_role_opens_what_is_its_own_and_nothing_else(client, centre, mei, role, allowed):
    make.log_in(client, make.staff(role, role, centre=centre if role == Role.DESK else None))

    for address in READS | LISTS | ACTS:
        expected = 200 if address in allowed else 403
        assert client.get(address).status_code == expected, address


def test_every_act_of_the_desk_has_a_rule(app):

    acts = {
        rule.endpoint.removeprefix("desk.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and rule.endpoint not in audiences.OPEN_TO_ALL
    }

    assert {act for act in acts if not roles.may(Role.ADMIN, act)} == set()
    assert not roles.may(Role.ADMIN, "unheard.of")


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_not_do_is_refused_whoever_it_is_about(app, client, centre, role):
    branch = make.branch()
    make.log_in(client, make.staff(role, role, centre=centre, organisation_id=branch.id))
    for rule in app.url_map.iter_rules():
        word, _, act = rule.endpoint.partition(".")
        if word != "desk" or rule.endpoint in audiences.OPEN_TO_ALL or roles.may(role, act):
            continue
        address = re.sub("<int:[a-z_]+>", "1", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            assert client.open(address, method=method).status_code == 403, rule


def test_a_second_log_in_in_one_browser_ends_the_first(client, fang):
    log_in(client)
    first = client.get_cookie("doorstep_staff", path="/desk").value

    log_in(client)
    second = client.get_cookie("doorstep_staff", path="/desk").value

    assert staff.by_token(first, at=clock.now()) is None
    assert staff.by_token(second, at=clock.now())
