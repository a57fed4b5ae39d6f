"""The desk's search box: keys alone are enough, and a card is heard from anywhere."""

import pytest
from playwright.sync_api import expect

from kiosk.domain import staff
from kiosk.extensions import db
from tests import make
from tests.browser.conftest import scan

WINDOW = {"width": 1440, "height": 900}


@pytest.fixture
def page(open_browser, li, now):
    """李姐's board, logged in."""
    token = staff.begin(li, at=now)
    db.session.commit()
    page = open_browser(viewport=WINDOW, cookies={"doorstep_staff": token})
    page.goto("/desk/")
    return page


@pytest.fixture
def two(centre):
    """陈安 and 陈梅, in the order in which they are found."""
    return [make.member(name, centre=centre) for name in ("陈安", "陈梅")]


def box(page):
    return page.get_by_role("searchbox")


def results(page):
    return page.locator("#results a")


def test_a_slash_reaches_the_box_and_letters_find_people(page, two):
    page.keyboard.press("/")
    page.keyboard.type("chen")

    expect(results(page)).to_have_count(2)
    expect(box(page)).to_be_focused()
    assert "chen" not in page.url


def test_arrows_walk_the_results_and_enter_opens_one(page, two):
    page.keyboard.press("/")
    page.keyboard.type("chen")
    expect(results(page)).to_have_count(2)

    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "Enter"):
        page.keyboard.press(key)

    page.wait_for_url(f"**/desk/members/{two[1].id}")


def test_escape_clears_the_box_and_what_it_found(page, two):
    page.keyboard.press("/")
    page.keyboard.type("chen")
    expect(results(page)).to_have_count(2)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")

    expect(results(page)).to_have_count(0)
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()


def test_enter_alone_opens_the_only_one_found(page, two):
    page.keyboard.press("/")
    page.keyboard.type("陈梅")

    page.keyboard.press("Enter")

    page.wait_for_url(f"**/desk/members/{two[1].id}")


def test_a_slash_in_a_field_is_a_slash(page):
    page.goto("/desk/members/new")
    page.get_by_label("姓名").fill("")

    page.keyboard.press("/")

    expect(page.get_by_label("姓名")).to_have_value("/")


@pytest.mark.parametrize("place", ["/desk/", "/desk/events", "/desk/members/new"])
def test_a_card_is_heard_wherever_one_is(page, mei, place):
    page.goto(place)

    scan(page, make.code(mei))

    page.wait_for_url(f"**/desk/members/{mei.id}")


def test_a_card_shown_while_a_form_is_filled_in_takes_nothing_away(page, mei):
    page.goto("/desk/members/new")
    page.get_by_label("姓名").fill("林晓禾")

    scan(page, make.code(mei))

    expect(results(page)).to_contain_text("陈梅")
    expect(page.get_by_label("姓名")).to_have_value("林晓禾")


def test_a_card_of_nobody_is_not_repeated(page):
    with page.expect_navigation():
        scan(page, "K1" + "A" * 26)

    expect(page.locator("#results")).to_contain_text("这张卡不在我们这里")
    assert "AAAA" not in page.content()


def test_a_name_found_nowhere_is_carried_into_the_form(page):
    page.keyboard.press("/")
    page.keyboard.type("林晓禾")

    page.get_by_role("button", name="登记新会员").click()

    expect(page.get_by_label("姓名")).to_have_value("林晓禾")
    assert page.url.endswith("/desk/members/new")
