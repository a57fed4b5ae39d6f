"""The board of the day, calls from the kiosks, and the devices of a centre."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain import amendments, cards, centres
from kiosk.extensions import db
from kiosk.models import Call, CardState, Device, DeviceKind, PairingCode, Role
from kiosk.web import zone
from tests import make

HX = {"HX-Request": "true"}


@pytest.fixture
def call(centre):
    device, _key = make.device(centre, DeviceKind.KIOSK)
    return make.saved(Call(centre_id=centre.id, device_id=device.id))


def test_a_quiet_day_has_a_calm_page(desk):
    page = desk.get("/desk/")

    assert "今天还没有人登记。" in page.text
    assert "今天没有活动。" in page.text


def test_the_board_shows_arrivals_and_what_is_next_for_them(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    first = desk.get("/desk/").text
    card = make.card(mei)
    second = desk.get("/desk/").text
    cards.advance(card, CardState.PRINTED, by="test")

    third = desk.get("/desk/").text

    assert "138****2046" in first
    assert "13800002046" not in first
    assert "/desk/cards" in first
    assert f"/desk/cards/{card.id}/prints" in second
    assert f"/desk/cards/{card.id}/handover" in third


def test_yesterdays_arrivals_are_not_todays(desk, mei, now):
    mei.registered_at = now - timedelta(hours=19, seconds=1)  # before local midnight

    assert "陈梅" not in desk.get("/desk/").text


def test_the_board_counts_who_came(desk, mei, tonight, now):
    amendments.by_hand(tonight, mei, by="test", at=now, zone=zone())

    assert "已到 1 人" in desk.get("/desk/now", headers=HX).text


def test_the_board_asks_again_by_itself_unless_it_is_held(desk):
    assert 'hx-trigger="every 5s"' in desk.get("/desk/").text
    assert 'hx-trigger="every 5s"' not in desk.get("/desk/?still=1").text


def test_the_board_comes_as_a_part(desk):
    part = desk.get("/desk/now", headers=HX)

    assert part.text.lstrip().startswith('<div id="board"')
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR])
def test_who_sees_no_members_sees_their_number(client, mei, role):
    make.log_in(client, make.staff("counts", role))

    page = client.get("/desk/")

    assert "<dd>1</dd>" in page.text
    assert "陈梅" not in page.text


def test_a_pair_of_like_records_is_on_the_board(desk, centre):
    make.member("陈梅", centre=centre)
    make.member("陈梅", centre=centre)

    assert "1 组记录可能是同一个人" in desk.get("/desk/").text


def test_a_call_is_shown_on_every_page_and_answered_once(desk, li, call):
    page = desk.get("/desk/calls", headers=HX)
    desk.post(f"/desk/calls/{call.id}/answer")
    answered_at = call.answered_at
    desk.post(f"/desk/calls/{call.id}/answer")

    assert "有人请您过去" in page.text
    assert (call.answered_by_id, call.answered_at) == (li.id, answered_at)
    assert "有人请您过去" not in desk.get("/desk/calls", headers=HX).text


def test_a_call_at_another_centre_is_not_ours(desk):
    make.saved(Call(centre_id=make.centre("BA002", "沙井").id))

    assert "有人请您过去" not in desk.get("/desk/calls").text


def test_a_pairing_code_is_shown_once_and_pairs_one_browser(desk, now):
    page = desk.post("/desk/centres/pairings", data={"name": "二号门", "kind": "door"})

    [code] = [
        word for word in page.text.replace("<", " ").replace(">", " ").split() if is_code(word)
    ]
    assert code not in desk.get("/desk/centres/devices").text
    assert code not in db.session.scalar(select(PairingCode)).code_hash
    assert centres.take_pairing(code, at=now).device.name == "二号门"
    assert centres.take_pairing(code, at=now) is None


def is_code(word):
    return len(word) == 8 and word.isdecimal()


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"name": "x" * 61}, {"name": "门\x00"}, {"kind": "toaster"}]
)
def test_a_device_that_cannot_be_paired_is_explained(desk, changed):
    page = desk.post("/desk/centres/pairings", data={"name": "二号门", "kind": "door"} | changed)

    assert page.status_code == 422
    assert db.session.scalars(select(PairingCode)).all() == []


def test_a_revoked_device_opens_nothing(desk, door):
    device, key = door

    for _ in range(2):
        assert desk.post(f"/desk/centres/devices/{device.id}/revocation").status_code == 303

    assert device.revoked_at
    assert "已停用" in desk.get("/desk/centres/devices").text


def test_another_centres_device_is_not_ours(desk):
    device, _key = make.device(make.centre("BA002", "沙井"))

    assert desk.post(f"/desk/centres/devices/{device.id}/revocation").status_code == 404
    assert db.session.get(Device, device.id).revoked_at is None


def test_a_silent_device_is_told_apart_from_one_that_works(desk, door, now):
    device, _key = door
    before = desk.get("/desk/").text
    device.last_seen_at = now - timedelta(minutes=1)
    online = desk.get("/desk/").text
    device.last_seen_at = now - timedelta(minutes=6)

    silent = desk.get("/desk/").text

    assert "还没有连上" in before
    assert "在线" in online
    assert "最后在线" in silent


def test_a_call_at_another_centre_is_not_ours_to_answer(desk):
    call = make.saved(Call(centre_id=make.centre("BA002", "沙井").id))

    assert desk.post(f"/desk/calls/{call.id}/answer").status_code == 404
    assert call.answered_at is None


def test_only_doors_and_kiosks_are_offered_to_be_paired(desk):
    assert 'value="wall"' not in desk.get("/desk/centres/devices").text
    page = desk.post("/desk/centres/pairings", data={"name": "大屏", "kind": "wall"})

    assert page.status_code == 422
    assert db.session.scalars(select(PairingCode)).all() == []
