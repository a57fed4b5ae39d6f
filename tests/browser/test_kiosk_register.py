"""Registering at the screen, in five questions, with a finger."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kiosk.extensions import db
from kiosk.models import Draft, Member

AGREE = re.compile("同意并开始")


@pytest.fixture
def at_name(kiosk: Page) -> Page:
    """A visitor who agreed and is asked for a name."""
    kiosk.goto("/register/consent")
    kiosk.get_by_role("button", name=AGREE).click()
    expect(kiosk.get_by_role("heading", name="您叫什么名字？")).to_be_visible()
    return kiosk


def rows(table):
    """What is there now; the server must not wait for who asks."""
    found = list(db.session.scalars(select(table)))
    db.session.rollback()
    return found


def next_question(page):
    page.get_by_role("button", name="下一步").click()


def heading(page):
    return page.get_by_role("heading", level=1)


def answer_all(page, *, phone="13800001234"):
    page.get_by_label("您叫什么名字？").fill("林晓禾")
    next_question(page)
    page.get_by_label("您的手机号是多少？").fill(phone)
    next_question(page)
    page.get_by_role("button", name="江西").click()
    page.get_by_role("button", name="宜春").click()
    expect(heading(page)).to_have_text("请核对一下")


def test_five_questions_make_a_member_with_a_code_to_take_along(at_name):
    answer_all(at_name)

    at_name.get_by_role("button", name="确认登记").click()

    expect(heading(at_name)).to_have_text("登记成功")
    [member] = rows(Member)
    expect(at_name.get_by_text(member.number)).to_be_visible()
    expect(at_name.get_by_role("img", name="您的卡的二维码")).to_be_visible()
    assert (member.name, member.phone, member.hometown) == ("林晓禾", "13800001234", "360900")


def test_only_the_question_is_swapped_and_each_has_its_address(at_name):
    at_name.evaluate("document.body.dataset.kept = 'yes'")

    at_name.get_by_label("您叫什么名字？").fill("林晓禾")
    next_question(at_name)

    expect(heading(at_name)).to_have_text("您的手机号是多少？")
    expect(at_name.locator("body[data-kept=yes]")).to_be_attached()
    assert at_name.url.endswith("/register/phone")


def test_it_works_without_any_script(open_browser, kiosk_device):
    page = open_browser(key=kiosk_device[1], java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name=re.compile("我要报到")).click()
    page.get_by_role("button", name=AGREE).click()

    answer_all(page)
    page.get_by_role("button", name="确认登记").click()

    expect(heading(page)).to_have_text("登记成功")
    assert len(rows(Member)) == 1


def test_taps_alone_are_enough_and_few(at_name):
    taps = ["shift", *"lin", " ", "shift", *"xiaohe"]
    for key in taps:
        at_name.locator(f'[data-key="{key}"]').click()
    expect(at_name.get_by_label("您叫什么名字？")).to_have_value("Lin Xiaohe")
    next_question(at_name)
    for key in "13800001234":
        at_name.locator(f'[data-key="{key}"]').click()
    expect(at_name.get_by_label("您的手机号是多少？")).to_have_value("138 0000 1234")
    next_question(at_name)
    at_name.get_by_role("button", name="江西").click()
    at_name.get_by_role("button", name="宜春").click()
    at_name.get_by_role("button", name="确认登记").click()

    expect(heading(at_name)).to_have_text("登记成功")
    assert 2 + len(taps) + 1 + 11 + 1 + 3 <= 40  # tile and consent, name, next, phone, next, taps


def test_erase_and_type_again_mend_a_slip(at_name):
    field = at_name.get_by_label("您叫什么名字？")
    field.fill("Linn")

    at_name.get_by_role("button", name="删除一个").click()
    expect(field).to_have_value("Lin")
    at_name.get_by_role("button", name="重打").click()

    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_the_keypad_says_how_many_digits_are_missing(at_name):
    at_name.get_by_label("您叫什么名字？").fill("林晓禾")
    next_question(at_name)
    for key in "138000012":
        at_name.locator(f'[data-key="{key}"]').click()

    expect(at_name.locator("#count")).to_have_text("还差 2 位")


def test_the_phone_can_be_skipped(at_name):
    at_name.get_by_label("您叫什么名字？").fill("林晓禾")
    next_question(at_name)

    at_name.get_by_role("button", name="没有手机 / 跳过").click()

    expect(heading(at_name)).to_have_text("您的家乡在哪里？")
    assert rows(Draft)[0].phone == ""


def test_a_refused_answer_stays_and_has_the_focus(at_name):
    field = at_name.get_by_label("您叫什么名字？")
    field.fill("林1")

    next_question(at_name)

    expect(at_name.get_by_text("请只用汉字或字母")).to_be_visible()
    expect(field).to_have_value("林1")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-describedby", re.compile("name-error"))


def test_a_new_question_has_the_focus_on_its_words(at_name):
    at_name.get_by_label("您叫什么名字？").fill("林晓禾")
    next_question(at_name)
    expect(at_name.get_by_label("您的手机号是多少？")).to_be_focused()

    at_name.get_by_role("button", name="没有手机 / 跳过").click()

    expect(heading(at_name)).to_be_focused()


def test_back_keeps_every_answer(at_name):
    answer_all(at_name)

    at_name.evaluate("setTimeout(() => history.back())")
    expect(heading(at_name)).to_have_text("江西的哪里？")
    at_name.get_by_role("link", name="上一步").click()
    expect(at_name.get_by_label("您的手机号是多少？")).to_have_value("138 0000 1234")
    at_name.get_by_role("link", name="上一步").click()

    expect(at_name.get_by_label("您叫什么名字？")).to_have_value("林晓禾")


def test_one_answer_can_be_changed_from_the_review(at_name):
    answer_all(at_name)

    at_name.get_by_role("link", name="改 姓名").click()
    at_name.get_by_label("您叫什么名字？").fill("林小禾")
    next_question(at_name)

    expect(heading(at_name)).to_have_text("请核对一下")
    expect(at_name.get_by_text("林小禾")).to_be_visible()
    expect(at_name.get_by_text("138****1234")).to_be_visible()


def test_two_taps_on_confirm_make_one_member(at_name):
    answer_all(at_name)

    at_name.get_by_role("button", name="确认登记").dblclick()

    expect(heading(at_name)).to_have_text("登记成功")
    assert len(rows(Member)) == 1


def test_who_does_not_agree_gets_a_person(kiosk):
    kiosk.goto("/register/consent")

    kiosk.get_by_role("button", name="不同意，找工作人员").click()

    expect(heading(kiosk)).to_have_text("已经叫了工作人员")
    assert rows(Draft) == []


def test_it_speaks_english_from_one_end_to_the_other(kiosk):
    kiosk.get_by_role("button", name="English").click()
    kiosk.get_by_role("link", name=re.compile("Register here")).click()
    kiosk.get_by_role("button", name=re.compile("Agree and start")).click()
    kiosk.get_by_label("What is your name?").fill("Ann Lee")
    kiosk.get_by_role("button", name="Next").click()
    kiosk.get_by_role("button", name="I have no phone").click()
    kiosk.get_by_role("button", name="Guangxi").click()
    kiosk.get_by_role("button", name="Nanning").click()
    kiosk.get_by_role("button", name="Register me").click()

    expect(heading(kiosk)).to_have_text("You are signed up")
    page = kiosk.locator("#step").inner_text().replace("中文", "", 1)  # the way back to Chinese
    assert not re.search("[一-鿿]", page)
