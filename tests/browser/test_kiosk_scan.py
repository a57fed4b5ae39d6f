"""A card is shown, and the screen answers: without a touch, wherever the focus is."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from kiosk.extensions import db
from kiosk.models import Amendment, Attendance, DeviceKind, Scan
from tests import make
from tests.browser.conftest import scan


@pytest.fixture
def code(mei):
    return make.code(mei)


def count(table):
    """How many rows there are now; the server must not wait for who asks."""
    found = db.session.scalar(select(func.count()).select_from(table))
    db.session.rollback()
    return found


def word(page):
    return page.locator("verdict-panel dialog h1")


def test_a_scan_at_the_first_screen_is_a_welcome(kiosk, tonight, code):
    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("签到成功")
    expect(kiosk.locator("verdict-panel dialog")).to_contain_text("陈*，您好")
    expect(kiosk.locator("verdict-panel dialog")).to_contain_text("1 位")
    assert count(Attendance) == 1


@pytest.mark.parametrize("focus", ["a.tile", "button", "body"])
def test_a_scan_is_heard_wherever_the_focus_is(kiosk, tonight, code, focus):
    kiosk.locator(focus).first.focus()

    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("签到成功")
    assert kiosk.url.endswith("/")


def test_capslock_or_lower_case_does_not_matter(kiosk, tonight, code):
    scan(kiosk, code.lower())

    expect(word(kiosk)).to_have_text("签到成功")


def test_the_same_card_again_is_told_so(kiosk, tonight, code, mei):
    scan(kiosk, code)
    expect(word(kiosk)).to_have_text("签到成功")
    other = make.member("王强", centre=tonight.event.centre)
    scan(kiosk, make.code(other))
    expect(kiosk.locator("verdict-panel dialog")).to_contain_text("王*，您好")

    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("您已经签到")
    assert count(Attendance) == 2


def test_the_same_code_within_three_seconds_is_one_scan(kiosk, tonight, code):
    scan(kiosk, code)
    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("签到成功")
    assert count(Scan) == 1


def test_a_code_that_is_not_ours_is_answered_and_never_echoed(kiosk, tonight):
    scan(kiosk, "http//evil.example/pay?me=now")

    expect(word(kiosk)).to_have_text("没有认出这个码")
    assert "evil" not in kiosk.content().lower()


def test_with_nothing_open_the_kiosk_shows_ones_own_card(kiosk, code):
    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("这是您的卡")


def test_a_person_with_two_open_events_taps_one(kiosk, centre, tonight, code):
    make.session(centre, title="薪火夜课堂")
    scan(kiosk, code)
    expect(word(kiosk)).to_have_text("您来参加哪一场？")

    kiosk.get_by_role("button", name=re.compile("薪火夜课堂")).click()

    expect(word(kiosk)).to_have_text("签到成功")
    expect(kiosk.locator("verdict-panel dialog")).to_contain_text("薪火夜课堂")


def test_this_is_not_me_takes_the_check_in_back(kiosk, tonight, code):
    scan(kiosk, code)

    kiosk.get_by_role("button", name="这不是我").click()

    expect(word(kiosk)).to_have_text("已撤销")
    assert (count(Amendment), count(Attendance)) == (1, 0)


def test_nothing_of_a_scan_stays_in_the_page(kiosk, tonight, code):
    scan(kiosk, code)
    expect(word(kiosk)).to_have_text("签到成功")

    kiosk.get_by_role("button", name="完成").click()

    expect(word(kiosk)).to_have_count(0)
    assert "陈*" not in kiosk.content()
    assert code not in kiosk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_a_good_answer_closes_by_itself_and_a_touch_keeps_it(
    open_browser, kiosk_device, tonight, code, now
):
    page = open_browser(key=kiosk_device[1])
    page.clock.install(time=now)
    page.goto("/")
    page.clock.pause_at(now + timedelta(minutes=1))
    scan(page, code)
    expect(word(page)).to_have_text("签到成功")

    page.clock.fast_forward(4_000)
    word(page).click()
    page.clock.fast_forward(15_000)
    expect(word(page)).to_have_text("签到成功")
    page.clock.fast_forward(10_000)

    expect(word(page)).to_have_count(0)


def test_a_server_that_is_away_is_never_a_welcome(kiosk, tonight, code):
    kiosk.route("**/api/v1/scans", lambda route: route.abort())

    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("还没有记上")
    expect(kiosk.locator("verdict-panel dialog")).to_have_attribute("data-tone", "warn")


def test_a_screen_whose_pairing_was_revoked_says_so(kiosk, kiosk_device, tonight, code, now):
    kiosk_device[0].revoked_at = now
    db.session.commit()

    scan(kiosk, code)

    expect(word(kiosk)).to_have_text("这里不能签到")


def test_a_card_shown_while_typing_asks_first_and_leaves_the_text_alone(kiosk, tonight, code):
    kiosk.goto("/register/consent")
    kiosk.get_by_role("button", name="同意并开始").click()
    field = kiosk.get_by_label("您叫什么名字？")
    field.fill("林晓禾")

    scan(kiosk, code)
    expect(kiosk.get_by_text("现在用这张卡签到吗？")).to_be_visible()
    before = count(Attendance)
    kiosk.get_by_role("button", name="好，先签到").click()

    expect(word(kiosk)).to_have_text("签到成功")
    expect(field).to_have_value("林晓禾")
    assert (before, count(Attendance)) == (0, 1)


def test_who_says_no_goes_on_typing(kiosk, tonight, code):
    kiosk.goto("/register/consent")
    kiosk.get_by_role("button", name="同意并开始").click()

    scan(kiosk, code)
    kiosk.get_by_role("button", name="不用，接着填").click()

    expect(word(kiosk)).to_have_count(0)
    assert count(Scan) == 0


def test_a_door_counts_who_comes_in(open_browser, centre, tonight, code):
    page = open_browser(key=make.device(centre, DeviceKind.DOOR)[1])
    page.goto("/door")
    page.get_by_role("button", name=re.compile(tonight.event.title)).click()
    expect(page.locator("#present")).to_have_text("已到 0 人")

    scan(page, code)

    expect(word(page)).to_have_text("签到成功")
    expect(page.locator("#present")).to_have_text("已到 1 人")


def test_a_door_scans_for_its_own_event_alone(open_browser, centre, tonight, code):
    make.session(centre, title="薪火夜课堂")
    page = open_browser(key=make.device(centre, DeviceKind.DOOR)[1])
    page.goto("/door")
    page.get_by_role("button", name=re.compile("薪火夜课堂")).click()

    scan(page, code)

    expect(page.locator("verdict-panel dialog")).to_contain_text("薪火夜课堂")


def test_a_card_too_early_is_told_when_to_come_back(open_browser, centre, code):
    make.session(centre, title="明早的课", opens=timedelta(hours=2))
    page = open_browser(key=make.device(centre, DeviceKind.DOOR)[1])
    page.goto("/door")
    page.get_by_role("button", name=re.compile("明早的课")).click()

    scan(page, code)

    expect(word(page)).to_have_text("还没有开始签到")
    expect(page.locator("verdict-panel dialog")).to_contain_text("21:00 开始签到")
