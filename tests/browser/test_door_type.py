"""At a door without a scanner the code of a card is typed or pasted; it goes the same way."""

import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.extensions import db
from kiosk.models import Attendance, DeviceKind, Scan
from tests import make
from tests.browser.conftest import PORTRAIT, Open, scan

KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"


@pytest.fixture
def code(mei):
    return make.code(mei)


@pytest.fixture
def door_page(open_browser: Open, centre, tonight) -> Page:
    """A door at work, its field for a code still closed."""
    page = open_browser(key=make.device(centre, DeviceKind.DOOR)[1])
    page.goto("/door")
    page.get_by_role("button", name=re.compile(tonight.event.title)).click()
    expect(page.locator("type-code:defined")).to_be_visible()
    return page


def opened(page):
    page.get_by_role("button", name="输入卡码").click()
    expect(field(page)).to_be_focused()
    return field(page)


def field(page):
    return page.get_by_role("textbox", name="请输入卡码")


def word(page):
    return page.locator("verdict-panel dialog h1")


def count(table):
    found = db.session.query(table).count()
    db.session.rollback()
    return found


def test_a_typed_code_checks_in_as_a_scanned_one_does(door_page, code):
    sent = []
    door_page.on("request", lambda asked: sent.append((asked.method, asked.url)))

    opened(door_page).press_sequentially(code, delay=60)
    door_page.keyboard.press("Enter")

    expect(word(door_page)).to_have_text("签到成功")
    expect(door_page.locator("#present")).to_have_text("已到 1 人")
    assert [url for method, url in sent if method == "POST"] == [
        door_page.url.replace("/door", "/api/v1/scans")
    ]


def test_small_letters_spaces_and_hyphens_are_forgiven(door_page, code):
    groups = [code[at : at + 4].lower() for at in range(0, 28, 4)]

    opened(door_page).fill(" " + " ".join(groups[:4]) + "-" + "-".join(groups[4:]) + " ")
    expect(door_page.locator("output")).to_have_text("28 / 28")
    door_page.get_by_role("button", name="签到", exact=True).click()

    expect(word(door_page)).to_have_text("签到成功")


def test_the_keys_on_the_screen_are_enough(door_page, code):
    opened(door_page)

    for character in code:
        door_page.locator(f".keys__key[data-key='{character}']").click()
    door_page.get_by_role("button", name="签到", exact=True).click()

    expect(word(door_page)).to_have_text("签到成功")


def test_a_code_can_be_pasted(door_page, code):
    door_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    door_page.evaluate("(code) => navigator.clipboard.writeText(code)", code)

    opened(door_page).press("Control+v")
    door_page.keyboard.press("Enter")

    expect(word(door_page)).to_have_text("签到成功")


def test_nothing_of_a_typed_code_stays_in_the_page(door_page, code):
    opened(door_page).fill(code)
    door_page.keyboard.press("Enter")
    expect(word(door_page)).to_have_text("签到成功")
    door_page.get_by_role("button", name="完成").click()

    expect(field(door_page)).to_be_hidden()

    assert door_page.locator("#typed").input_value() == ""
    assert code not in door_page.evaluate(KEPT)
    assert code not in door_page.content()


def test_who_closes_it_sends_and_leaves_nothing(door_page, code):
    opened(door_page).press("Enter")
    expect(field(door_page)).to_be_focused()
    field(door_page).fill(code)
    door_page.keyboard.press("Escape")
    expect(field(door_page)).to_be_hidden()
    expect(door_page.locator("#typed")).to_have_value("")

    opened(door_page).fill(code)
    door_page.get_by_role("button", name="关闭").click()

    expect(door_page.locator("#typed")).to_have_value("")
    assert count(Scan) == 0


def test_it_closes_by_itself_when_nobody_goes_on(open_browser, centre, tonight, code, now):
    page = open_browser(key=make.device(centre, DeviceKind.DOOR)[1], viewport=PORTRAIT)
    page.clock.install(time=now)
    page.goto("/door")
    page.get_by_role("button", name=re.compile(tonight.event.title)).click()
    opened(page).fill(code)

    page.clock.fast_forward(61_000)

    expect(field(page)).to_be_hidden()
    assert page.locator("#typed").input_value() == ""


def test_a_scanner_is_heard_while_somebody_types(door_page, code):
    opened(door_page).fill("K1AB")

    scan(door_page, code)

    expect(word(door_page)).to_have_text("签到成功")
    expect(door_page.locator("#typed")).to_have_value("")
    expect(field(door_page)).to_be_hidden()
    assert count(Attendance) == 1


def test_a_scanner_is_heard_after_somebody_typed(door_page, code, centre):
    opened(door_page).fill(code)
    door_page.keyboard.press("Enter")
    expect(word(door_page)).to_have_text("签到成功")

    scan(door_page, make.code(make.member("王强", centre=centre)))

    expect(door_page.locator("verdict-panel dialog")).to_contain_text("王*，您好")


def test_a_mistyped_code_is_answered_and_never_echoed(door_page, code):
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")

    opened(door_page).fill(wrong)
    door_page.keyboard.press("Enter")

    expect(word(door_page)).to_have_text("没有认出这个码")
    assert wrong not in door_page.content()
