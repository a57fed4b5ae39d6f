"""The desk in a real browser: it updates by itself, rings, forgets and locks."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kiosk import clock
from kiosk.domain import staff
from kiosk.extensions import db
from kiosk.models import Call
from tests import make

WINDOW = {"width": 1440, "height": 900}


@pytest.fixture
def page(open_browser, li, now):
    """李姐's browser, logged in, with a clock that a test can move."""
    token = staff.begin(li, at=now)
    db.session.commit()
    page = open_browser(viewport=WINDOW, cookies={"doorstep_staff": token})
    page.clock.install()
    return page


def test_somebody_who_registers_appears_without_a_touch(page, centre):
    page.goto("/desk/")
    make.member("陈梅", centre=centre)

    page.clock.fast_forward(5_000)

    expect(page.locator("#board")).to_contain_text("陈梅")


def test_an_update_does_not_take_the_focus_away(page, centre):
    mei = make.member("陈梅", centre=centre)
    page.goto("/desk/")
    link = page.locator(f"#arrival-{mei.id} a")
    link.focus()
    make.member("陈安", centre=centre)

    page.clock.fast_forward(5_000)

    expect(page.locator("#board")).to_contain_text("陈安")
    expect(link).to_be_focused()


def test_a_board_that_is_held_stays_as_it_is(page, centre):
    page.goto("/desk/")
    page.get_by_role("link", name="暂停自动更新").click()
    make.member("陈梅", centre=centre)

    page.clock.fast_forward(20_000)

    expect(page.get_by_role("link", name="恢复自动更新")).to_be_visible()
    expect(page.locator("#board")).not_to_contain_text("陈梅")


def test_a_call_reaches_every_page_and_goes_when_it_is_answered(page, centre):
    page.goto("/desk/events")
    make.saved(Call(centre_id=centre.id))

    page.clock.fast_forward(2_000)
    expect(page.locator("#calls")).to_contain_text("有人请您过去")
    page.get_by_role("button", name="我这就去").click()

    expect(page.locator("#calls")).not_to_contain_text("有人请您过去")


def test_nothing_that_asks_by_itself_survives_the_session(page, now, monkeypatch):
    page.goto("/desk/")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=15))

    page.clock.fast_forward(5_000)

    # Several parts find out at once, and each of them leads there.
    expect(page).to_have_url(re.compile("/desk/login$"))


def test_a_record_does_not_stay_on_an_empty_desk(page, mei):
    page.goto(f"/desk/members/{mei.id}")
    page.route("**/desk/calls", lambda route: route.abort())

    page.clock.fast_forward(15 * 60_000)

    expect(page.locator("body")).not_to_contain_text("Chen Mei")


def test_a_full_phone_number_hides_again_by_itself(page, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    page.goto(f"/desk/members/{mei.id}")
    page.get_by_text("查看", exact=True).click()
    page.get_by_role("button", name="显示号码 30 秒").click()
    expect(page.locator("#phone")).to_contain_text("13800002046")

    page.clock.fast_forward(30_000)

    expect(page.locator("#phone")).to_contain_text("138****2046")
    expect(page.locator("#phone")).not_to_contain_text("13800002046")


def test_a_card_goes_from_issued_to_handed_over(page, mei):
    page.goto(f"/desk/members/{mei.id}")
    page.get_by_role("button", name="发卡").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="打印卡").click()
    page.reload()
    page.get_by_role("button", name="交卡给本人").click()

    expect(page.locator(".cardview")).to_contain_text("有效")
    assert download.value.suggested_filename == f"{mei.number}-01.pdf"


def test_nothing_about_members_is_kept_in_the_browser(page, mei):
    page.goto(f"/desk/members/{mei.id}")

    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    assert "陈梅" not in kept
    assert page.evaluate("(async () => (await caches.keys()).length)()") == 0
