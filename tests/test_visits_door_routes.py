"""The door screen: told its event once, then only scanning; and how a browser becomes one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk import clock, create_app
from kiosk.domain import centres, settings
from kiosk.extensions import db
from kiosk.models import DeviceKind, PairingCode, Verdict
from kiosk.web import DEVICE_COOKIE
from tests import make
from tests.conftest import SETTINGS


@pytest.fixture
def at_door(client, door):
    client.set_cookie(DEVICE_COOKIE, door[1])
    return client


@pytest.fixture
def standing(at_door, tonight):
    """The door has been told that it stands at tonight's event."""
    at_door.post("/door/session", data={"session": tonight.id})
    return at_door


def test_an_unpaired_browser_is_told_how_to_become_a_door(client, centre):
    page = client.get("/door").text

    assert 'href="/pair"' in page
    assert "/demo/door" not in page


def test_in_a_demo_it_may_simply_become_one(client, centre):
    settings.put(settings.DEMO, "1")
    db.session.commit()

    assert 'action="/demo/door"' in client.get("/door").text


def test_a_kiosk_is_not_a_door(client, centre):
    client.set_cookie(DEVICE_COOKIE, make.device(centre, DeviceKind.KIOSK)[1])

    assert 'href="/pair"' in client.get("/door").text


def test_a_revoked_door_is_no_door(at_door, door):
    centres.revoke(door[0], by="test")
    db.session.commit()

    assert 'href="/pair"' in at_door.get("/door").text


def test_a_door_asks_once_for_its_event(at_door, tonight):
    page = at_door.get("/door").text

    assert f'value="{tonight.id}"' in page
    assert "scan-listener" not in page


def test_a_door_with_nothing_to_do_says_so(at_door):
    assert "没有活动" in at_door.get("/door").text


def test_a_door_that_was_told_its_event_waits_for_cards(standing, tonight):
    page = standing.get("/door").text

    assert "请扫码" in page
    assert tonight.event.title in page
    assert f'<verdict-panel data-session="{tonight.id}">' in page
    assert "<idle-reset" not in page


def test_choosing_twice_is_harmless(standing, tonight):
    answer = standing.post("/door/session", data={"session": tonight.id})

    assert (answer.status_code, answer.location) == (303, "/door")


def test_a_door_can_be_told_another_event(standing):
    standing.post("/door/session", data={"session": ""})

    assert "这个签到口用于哪一场活动" in standing.get("/door").text


@pytest.mark.parametrize("chosen", ["9999", "x", "", "-1"])
def test_a_session_that_is_none_leaves_the_door_asking(at_door, tonight, chosen):
    answer = at_door.post("/door/session", data={"session": chosen})

    assert answer.status_code == 303
    assert "请扫码" not in at_door.get("/door").text


def test_the_session_of_another_centre_is_none(at_door):
    elsewhere = make.session(make.centre(code="BA002", name="别处"))

    at_door.post("/door/session", data={"session": elsewhere.id})

    assert "请扫码" not in at_door.get("/door").text


def test_who_is_no_door_may_not_choose(client, centre, tonight):
    assert client.post("/door/session", data={"session": tonight.id}).status_code == 403


def test_the_count_of_those_present_is_a_part_of_its_own(standing, tonight, mei):
    before = standing.get("/door/present").text
    batch = make.batch(make.item(make.code(mei), tonight))
    standing.post("/api/v1/scans", json=batch, headers={"X-Doorstep": "1"})

    assert "已到 0 人" in before
    assert "已到 1 人" in standing.get("/door/present").text


def test_when_the_event_is_over_the_page_is_loaded_again(standing, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=6))

    assert standing.get("/door/present").headers["HX-Refresh"] == "true"


def test_the_pairing_page_asks_for_one_code(client, centre):
    page = client.get("/pair").text

    assert 'name="code"' in page


def test_a_wrong_pairing_code_is_told_beside_the_question(client, centre):
    answer = client.post("/pair", data={"code": "00000000"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "配对码不对" in answer.text


def test_a_right_pairing_code_makes_a_door_once(client, centre):
    code = centres.offer_pairing(centre, DeviceKind.DOOR, "一号门")
    db.session.commit()

    answers = [client.post("/pair", data={"code": code}) for _ in range(2)]

    assert answers[0].location == "/door"
    assert answers[1].status_code == 422


def test_all_verdicts_have_their_words(standing):
    page = standing.get("/door").text

    ours = {"queued", "none_open", "checking", "unreached", "unpaired", "amended", "unamended"}
    for verdict in ours | {verdict.value for verdict in Verdict}:
        assert f'<template data-verdict="{verdict}">' in page


def test_an_answer_about_a_card_greets_nobody(standing):
    page = standing.get("/door").text

    for verdict in ("replaced", "stopped", "lost", "member_left"):
        template = page.partition(f'data-verdict="{verdict}"')[2].partition("</template>")[0]
        assert 'data-slot="name"' not in template


def test_ten_wrong_pairing_codes_from_one_place_make_it_wait(client, centre, now, monkeypatch):
    code = centres.offer_pairing(centre, DeviceKind.DOOR, "一号门", at=now + timedelta(minutes=14))
    db.session.commit()

    wrong = [client.post("/pair", data={"code": "00000000"}).status_code for _ in range(10)]
    waits = client.post("/pair", data={"code": code})
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=15))

    assert set(wrong) == {422}
    assert waits.status_code == 429
    assert waits.headers["Retry-After"] == "900"
    assert "15 分钟" in waits.text
    assert client.post("/pair", data={"code": code}).location == "/door"


def test_a_code_for_a_page_that_is_not_served_here_is_not_spent(database_url, now):
    settings_here = SETTINGS | {"SQLALCHEMY_DATABASE_URI": database_url}
    app = create_app(settings_here | {"AUDIENCES": ("door", "machine")})
    with app.app_context():
        code = centres.offer_pairing(make.centre(), DeviceKind.KIOSK, "一号屏")
        db.session.commit()

        page = app.test_client().post("/pair", data={"code": code})

        assert page.status_code == 422
        assert "配对码没有用掉" in page.text
        assert db.session.scalar(select(PairingCode)).used_at is None
        db.session.remove()
        db.engine.dispose()


def test_the_door_is_titled_in_the_readers_language(standing, tonight):
    standing.set_cookie("doorstep_language", "en")

    assert "<title>Night class" in standing.get("/door").text
