"""The other language is one large button away, wherever a visitor may stand."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from kiosk.extensions import db
from kiosk.models import DeviceKind, Draft
from tests import make
from tests.browser.conftest import Open

SCREENS = {"portrait": (1080, 1920), "phone": (390, 844)}
FINGER = 64  # CSS pixels
PARTS = {"door.checkins.present"}  # swapped into a page, not a page
SAMPLES = {"code": "360000"}


def pages(app: Flask) -> list[str]:
    """Every address of the public audiences that a browser may be sent to."""
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in ("visitor", "door")
        and "GET" in (rule.methods or ())
        and rule.endpoint not in PARTS
    ]
    return sorted(address for rule in rules for address in addresses(rule))


def addresses(rule: str) -> list[str]:
    """One for each word that <any(…)> allows, else one."""
    choice = re.search(r"<any\(([^)]*)\):\w+>", rule)
    if choice:
        return [rule.replace(choice[0], word.strip()) for word in choice[1].split(",")]
    return [re.sub(r"<(?:\w+:)?(\w+)>", lambda blank: SAMPLES[blank[1]], rule)]


def without_button(page: Page, *, name: str = "English") -> list[str]:
    """Where the page falls short, in words; an empty list is a good page."""
    button = page.locator("button[name=language]:visible")
    if button.count() != 1:
        return [f"{page.url}: {button.count()} buttons"]
    box = button.bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    inside = box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    large = min(box["width"], box["height"]) >= FINGER
    named = button.inner_text().strip() == name
    return [] if inside and large and named else [f"{page.url}: {button.inner_text()} {box}"]


def answer_everything(page: Page) -> None:
    """As far as the last question, so that each of them may be asked for again."""
    page.goto("/register/consent")
    page.locator("[name=agree]").click()
    page.wait_for_url("**/name")
    draft = db.session.query(Draft).one()
    draft.name, draft.phone, draft.hometown = "林晓禾", "", "360900"
    db.session.commit()


@pytest.mark.parametrize("screen", SCREENS)
def test_every_public_page_has_a_large_button_for_the_other_language(
    app, open_browser: Open, kiosk_device, tonight, screen
):
    width, height = SCREENS[screen]
    page = open_browser(key=kiosk_device[1], viewport={"width": width, "height": height})
    answer_everything(page)
    missing = []

    for path in [*pages(app), "/nothing-here", "/door/nothing-here"]:
        page.goto(path)
        missing += without_button(page)
    page.goto("/register/review")
    page.locator(".ask__go .btn--go").click()
    expect(page.locator(".done")).to_be_visible()
    missing += without_button(page)

    assert missing == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_door_has_it_too(open_browser: Open, centre, tonight, screen):
    width, height = SCREENS[screen]
    key = make.device(centre, DeviceKind.DOOR)[1]
    page = open_browser(key=key, viewport={"width": width, "height": height})

    page.goto("/door")
    missing = without_button(page)
    page.locator("[name=session]").first.click()
    expect(page.locator("#present")).to_be_visible()
    missing += without_button(page)

    assert missing == []


def test_an_error_is_read_again_in_the_other_language(kiosk):
    kiosk.goto("/find/nowhere")
    expect(kiosk.get_by_role("heading", name="没有这个页面")).to_be_visible()

    kiosk.get_by_role("button", name="English").click()

    expect(kiosk.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert kiosk.url.endswith("/find/nowhere")


def test_from_a_form_that_failed_it_leads_to_the_first_screen(kiosk):
    kiosk.locator("form[action='/calls'] [name=csrf_token]").evaluate("e => { e.value = 'old' }")
    kiosk.get_by_role("button", name="叫工作人员").click()
    expect(kiosk.get_by_role("heading", name="这个页面打开得太久了")).to_be_visible()

    kiosk.get_by_role("button", name="English").click()

    expect(kiosk.get_by_role("heading", name="Away from home")).to_be_visible()
