"""Cards at the desk: issued once, printed, handed over, lost."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from kiosk.domain import cards
from kiosk.extensions import db
from kiosk.models import AuditEntry, Card, CardState, MemberState, Role
from tests import make


@pytest.fixture
def wang(app):
    """王强, whom 李姐's centre has never seen."""
    return make.member("王强", centre=make.centre("BA002", "沙井"))


def audited(action):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_pressing_twice_issues_one_card(desk, li, mei):
    for _ in range(2):
        answer = desk.post("/desk/cards", data={"member": mei.id})

    assert answer.location == f"/desk/members/{mei.id}"
    assert len(db.session.scalars(select(Card)).all()) == 1
    assert audited("cards.issued")[0].actor == f"staff:{li.id}"


def test_a_strangers_card_does_not_exist(desk, wang):
    card = make.card(wang)

    assert desk.post("/desk/cards", data={"member": wang.id}).status_code == 404
    assert desk.get(f"/desk/cards/{card.id}/picture").status_code == 404
    for act in ("prints", "handover", "loss"):
        assert desk.post(f"/desk/cards/{card.id}/{act}").status_code == 404
    assert card.state == CardState.ISSUED


@pytest.mark.parametrize("member", ["", "x", "0", "999", str(2**70)])
def test_nobody_gets_no_card(desk, member):
    assert desk.post("/desk/cards", data={"member": member}).status_code == 404


def test_the_picture_is_the_card_in_its_printed_shape(desk, mei):
    picture = desk.get(f"/desk/cards/{make.card(mei).id}/picture")

    image = Image.open(io.BytesIO(picture.data))
    assert picture.headers["Cache-Control"] == "no-store"
    assert abs(image.width / image.height - 85.6 / 54) < 0.01


def test_one_card_is_printed_as_a_page_of_its_size(desk, mei):
    card = make.card(mei)

    page = desk.post(f"/desk/cards/{card.id}/prints")

    assert page.mimetype == "application/pdf"
    assert page.data.startswith(b"%PDF-")
    assert card.serial in page.headers["Content-Disposition"]
    assert card.state == CardState.PRINTED


def test_a_reprint_keeps_the_code_and_is_noted(desk, mei):
    card, code = make.card(mei), make.code(mei)

    for _ in range(2):
        desk.post(f"/desk/cards/{card.id}/prints")

    assert cards.code_of(card) == code
    assert len(audited("cards.printed")) == len(audited("cards.reprinted")) == 1


def test_a_sheet_prints_all_that_wait_and_only_those_one_may_see(desk, centre, wang):
    mine = [make.card(make.member(f"陈{n}", centre=centre)) for n in "一二三"]
    stranger = make.card(wang)

    page = desk.post("/desk/cards/sheets", data={"start": "4"})

    assert page.mimetype == "application/pdf"
    assert [card.state for card in mine] == [CardState.PRINTED] * 3
    assert stranger.state == CardState.ISSUED


@pytest.mark.parametrize("start", ["0", "11", "x"])
def test_a_sheet_has_ten_places(desk, mei, start):
    card = make.card(mei)

    page = desk.post("/desk/cards/sheets", data={"start": start})

    assert page.status_code == 422
    assert card.state == CardState.ISSUED


def test_with_nothing_to_print_the_page_says_so(desk):
    assert "卡都打印完了" in desk.get("/desk/cards").text
    assert desk.post("/desk/cards/sheets", data={"start": "1"}).status_code == 422


def test_printed_cards_wait_to_be_collected(desk, mei):
    desk.post(f"/desk/cards/{make.card(mei).id}/prints")

    page = desk.get("/desk/cards")

    assert "待领取 1 张" in page.text
    assert "陈梅" in page.text


def test_a_card_is_handed_over_once(desk, mei):
    card = make.card(mei)

    for _ in range(2):
        desk.post(f"/desk/cards/{card.id}/handover")

    assert card.state == CardState.HANDED_OVER
    assert len(audited("cards.handed_over")) == 1


def test_a_lost_card_stops_and_the_next_one_is_issued_once(desk, mei):
    old = make.card(mei)

    for _ in range(2):
        desk.post(f"/desk/cards/{old.id}/loss")

    assert old.state == CardState.REPLACED
    assert cards.live(mei).serial == f"{mei.number}-02"
    assert len(db.session.scalars(select(Card)).all()) == 2


def test_a_character_without_a_glyph_is_told_to_the_desk(desk, centre):
    rare = make.member("王𪚥", centre=centre)
    make.card(rare)

    assert "卡上印不出 𪚥" in desk.get(f"/desk/members/{rare.id}").text


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.LIAISON, Role.AUDITOR])
def test_who_does_not_serve_people_prints_nothing(client, mei, role):
    make.log_in(client, make.staff("reader", role))
    card = make.card(mei)

    assert client.post("/desk/cards", data={"member": mei.id}).status_code == 403
    assert client.post(f"/desk/cards/{card.id}/prints").status_code == 403
    assert client.post("/desk/cards/sheets", data={"start": "1"}).status_code == 403
    assert client.get(f"/desk/cards/{card.id}/picture").status_code == 403


@pytest.fixture
def left(mei):
    """陈梅 has left; her card was issued before that."""
    make.card(mei)
    mei.state = MemberState.LEFT
    return mei


def test_somebody_who_left_gets_no_card(desk, mei):
    mei.state = MemberState.WITHDRAWN

    page = desk.post("/desk/cards", data={"member": mei.id})

    assert page.status_code == 409
    assert "现在不是会员" in page.text
    assert db.session.scalars(select(Card)).all() == []


def test_the_card_of_somebody_who_left_is_not_printed_or_handed_over(desk, left):
    card = cards.live(left)

    for act in ("prints", "handover"):
        assert desk.post(f"/desk/cards/{card.id}/{act}").status_code == 409
    assert desk.get(f"/desk/cards/{card.id}/picture").status_code == 409
    assert desk.post("/desk/cards/sheets", data={"start": 1}).status_code == 422
    assert card.state == CardState.ISSUED


def test_the_card_of_somebody_who_left_can_be_stopped(desk, left):
    card = cards.live(left)

    page = desk.post(f"/desk/cards/{card.id}/loss", follow_redirects=True)

    assert "不再补发" in page.text
    assert (card.state, len(db.session.scalars(select(Card)).all())) == (CardState.STOPPED, 1)


def test_an_erased_members_card_breaks_no_page(desk, mei):
    card = make.card(mei)
    mei.name, card.sealed = None, None

    assert desk.get(f"/desk/members/{mei.id}").status_code == 200
    assert desk.get("/desk/cards").status_code == 200
    assert desk.get(f"/desk/cards/{card.id}/picture").status_code == 409
    assert desk.post(f"/desk/cards/{card.id}/prints").status_code == 409
