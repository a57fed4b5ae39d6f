"""A visit has ended when the server says so, and not before."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from kiosk.extensions import db
from kiosk.models import Draft

OUT_OF_ORDER = "这台机器暂停服务"


@pytest.fixture
def begun(open_browser, kiosk_device, now):
    """Somebody agreed and is asked for a name."""
    page = open_browser(key=kiosk_device[1])
    page.clock.install(time=now)
    page.goto("/register/consent")
    page.get_by_role("button", name=re.compile("同意并开始")).click()
    expect(page.get_by_label("您叫什么名字？")).to_be_visible()
    return page


def drafts():
    found = db.session.scalar(select(func.count()).select_from(Draft))
    db.session.rollback()
    return found


@pytest.mark.parametrize("status", [400, 503])
def test_a_server_that_did_not_forget_is_not_believed(begun, status):
    begun.route("**/visits/end", lambda route: route.fulfill(status=status))

    begun.get_by_role("button", name="结束并清空").click()

    expect(begun.get_by_role("heading", name=OUT_OF_ORDER)).to_be_visible()
    begun.clock.run_for(6000)
    expect(begun.get_by_role("heading", name=OUT_OF_ORDER)).to_be_visible()


def test_the_screen_comes_back_once_the_visit_is_really_over(begun):
    begun.route("**/visits/end", lambda route: route.fulfill(status=503))
    begun.get_by_role("button", name="结束并清空").click()
    expect(begun.get_by_role("heading", name=OUT_OF_ORDER)).to_be_visible()
    assert drafts() == 1

    begun.unroute("**/visits/end")
    begun.clock.run_for(6000)

    expect(begun.locator(".home")).to_be_visible()
    assert drafts() == 0


def test_a_page_too_old_to_end_anything_ends_with_the_form_of_a_new_one(begun):
    begun.locator("input[name=csrf_token]").evaluate_all("all => all.forEach(i => i.value = 'old')")

    begun.get_by_role("button", name="结束并清空").click()
    expect(begun.get_by_role("heading", name=OUT_OF_ORDER)).to_be_visible()
    begun.clock.run_for(6000)

    expect(begun.locator(".home")).to_be_visible()
    assert drafts() == 0
