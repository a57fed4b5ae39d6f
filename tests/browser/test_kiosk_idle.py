"""Whoever leaves is forgotten: the page, the address, the storage and the way back."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from kiosk.extensions import db
from kiosk.models import Draft

SECRETS = ("林晓禾", "1234")
TITLE = "还在吗？"


@pytest.fixture
def typed(open_browser, kiosk_device, now):
    """Somebody typed a name and a phone, went on to the hometown, and left. The clock stands."""
    page = open_browser(key=kiosk_device[1])
    page.clock.install(time=now)
    page.goto("/register/consent")
    page.get_by_role("button", name=re.compile("同意并开始")).click()
    page.get_by_label("您叫什么名字？").fill("林晓禾")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("您的手机号是多少？").fill("13800001234")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的家乡在哪里？")
    stop_clock(page)
    page.mouse.click(5, 5)
    return page


def stop_clock(page):
    """From here on time passes only where a test says so."""
    at = page.evaluate("Date.now()") / 1000
    page.clock.pause_at(datetime.fromtimestamp(at + 1, UTC))


def wait(page, seconds):
    for _ in range(seconds):
        page.clock.run_for(1000)


def drafts():
    found = db.session.scalar(select(func.count()).select_from(Draft))
    db.session.rollback()
    return found


def left_behind(page):
    """Everything a curious next visitor could look into."""
    stores = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
    )
    fields = page.evaluate("[...document.querySelectorAll('input')].map((i) => i.value).join()")
    databases = page.evaluate("indexedDB.databases().then((all) => all.length)")
    assert databases == 0
    return page.content() + page.url + stores + fields


def test_a_quiet_screen_warns_and_then_forgets(typed):
    wait(typed, 59)
    expect(typed.get_by_role("heading", name=TITLE)).to_be_hidden()
    wait(typed, 2)
    expect(typed.get_by_role("heading", name=TITLE)).to_be_visible()

    wait(typed, 21)

    expect(typed.locator(".home")).to_be_visible()
    assert typed.url.endswith("/")
    assert drafts() == 0


def test_nothing_is_left_behind(typed):
    wait(typed, 82)
    expect(typed.locator(".home")).to_be_visible()

    left = left_behind(typed)

    assert [secret for secret in SECRETS if secret in left] == []
    assert "doorstep_visit" not in {cookie["name"] for cookie in typed.context.cookies()}


def test_the_way_back_leads_to_nobodys_data(typed):
    wait(typed, 82)
    expect(typed.locator(".home")).to_be_visible()

    while typed.evaluate("history.length") > 1 and typed.go_back(wait_until="domcontentloaded"):
        left = left_behind(typed)
        assert [secret for secret in SECRETS if secret in left] == []


def test_any_touch_stays_as_often_as_one_likes(typed):
    for _ in range(3):
        wait(typed, 65)
        expect(typed.get_by_role("heading", name=TITLE)).to_be_visible()
        typed.get_by_role("button", name="继续").click()
        expect(typed.get_by_role("heading", name=TITLE)).to_be_hidden()

    assert typed.url.endswith("/register/hometown")
    assert drafts() == 1


def test_ending_from_the_warning_forgets_at_once(typed):
    wait(typed, 62)

    typed.get_by_role("button", name="结束", exact=True).click()

    expect(typed.locator(".home")).to_be_visible()
    assert drafts() == 0


def test_end_and_clear_forgets_in_one_tap(typed):
    typed.get_by_role("button", name="结束并清空").click()

    expect(typed.locator(".home")).to_be_visible()
    assert drafts() == 0
    assert [secret for secret in SECRETS if secret in left_behind(typed)] == []


def test_larger_text_gives_twice_the_time_and_ends_with_the_visit(open_browser, kiosk_device, now):
    page = open_browser(key=kiosk_device[1])
    page.clock.install(time=now)
    page.goto("/")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html[data-text=large]")).to_be_attached()
    stop_clock(page)
    page.locator("h1").click()

    wait(page, 80)
    expect(page.get_by_role("heading", name=TITLE)).to_be_hidden()
    wait(page, 55)

    expect(page.locator("html:not([data-text])")).to_be_attached()


def test_a_first_screen_at_rest_disturbs_nobody(open_browser, kiosk_device, now):
    page = open_browser(key=kiosk_device[1])
    page.clock.install(time=now)
    page.goto("/")
    stop_clock(page)

    wait(page, 120)

    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_server_that_is_away_still_leaves_nothing_on_the_screen(typed):
    typed.route("**/visits/end", lambda route: route.abort())
    typed.route("**/healthz", lambda route: route.abort())

    wait(typed, 82)

    expect(typed.get_by_role("heading", name="这台机器暂停服务")).to_be_visible()
    assert [secret for secret in SECRETS if secret in left_behind(typed)] == []
