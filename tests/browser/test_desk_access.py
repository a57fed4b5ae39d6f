"""Every page of the desk: readable by everybody, at any size, in both languages."""

import pytest

from kiosk.domain import amendments, settings, staff
from kiosk.extensions import db
from kiosk.models import Call, Role
from kiosk.web import zone
from tests import make
from tests.browser.axe import violations

SIZES = [(1440, 900), (720, 450)]  # the second is the first at 200 % zoom
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    "word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
)


@pytest.fixture
def places(centre, mei, tonight, now):
    """One address for each page, with something on it."""
    settings.put(settings.DEMO, "1")
    make.card(mei)
    for _ in range(2):  # each looks like an earlier one
        make.member("陈梅", centre=centre, phone="13800002046")
    make.device(centre)
    make.saved(Call(centre_id=centre.id))
    amendments.by_hand(tonight, mei, by="test", at=now, zone=zone())
    db.session.commit()
    return [
        "/desk/", "/desk/members", "/desk/members/new",
        f"/desk/members/{mei.id}", f"/desk/members/{mei.id}/edit", f"/desk/members/{mei.id}/phone",
        "/desk/events", f"/desk/events/{tonight.id}", "/desk/events/new", "/desk/cards",
        "/desk/centres/devices", "/desk/calls",
    ]  # fmt: skip


@pytest.fixture(params=SIZES, ids=["100%", "200%"])
def open_desk(request, open_browser, li, now):
    def opened(language, *, inside=True):
        width, height = request.param
        token = staff.begin(li, at=now) if inside else ""
        db.session.commit()
        return open_browser(
            viewport={"width": width, "height": height}, bypass_csp=True,
            cookies={"doorstep_staff": token, "doorstep_language": language},
        )  # fmt: skip

    return opened


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_axe_finds_nothing_on_any_page(open_desk, places, language):
    page = open_desk(language)
    for place in places:
        page.goto(place)

        assert violations(page) == [], place


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_axe_finds_nothing_at_the_door_of_the_desk(open_desk, places, language):
    page = open_desk(language, inside=False)
    page.goto("/desk/login")

    assert violations(page) == []
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_page_scrolls_sideways_even_with_wide_spacing(open_desk, places, language):
    page = open_desk(language)
    for place in places:
        page.goto(place)
        assert page.evaluate(SIDEWAYS) <= 0, place

        page.add_style_tag(content=SPACING)

        assert page.evaluate(SIDEWAYS) <= 0, place


def test_every_control_is_large_enough(open_desk, places):
    page = open_desk("zh_CN")
    small = """[...document.querySelectorAll("button, input, select, summary, a[class]")]
      .filter(e => !e.matches(".rows__main"))
      .filter(e => e.type !== "hidden" && e.type !== "checkbox" && e.checkVisibility())
      .filter(e => e.getBoundingClientRect().height < (e.matches(".act") ? 24 : 40))
      .map(e => e.outerHTML)"""
    for place in places:
        page.goto(place)

        assert page.evaluate(small) == [], place


def test_no_page_breaks_the_content_policy_or_asks_elsewhere(
    open_browser, address, li, places, now
):
    token = staff.begin(li, at=now)
    db.session.commit()
    page = open_browser(cookies={"doorstep_staff": token})
    said, asked = [], []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("request", lambda request: asked.append(request.url))

    for place in places:
        page.goto(place)

    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_log_can_be_read_by_everybody_who_may(open_browser, places, now, language):
    token = staff.begin(make.staff("auditor", Role.AUDITOR), at=now)
    db.session.commit()
    page = open_browser(
        viewport={"width": 720, "height": 450}, bypass_csp=True,
        cookies={"doorstep_staff": token, "doorstep_language": language},
    )  # fmt: skip
    page.goto("/desk/audit")

    assert violations(page) == []
    assert page.evaluate(SIDEWAYS) <= 0
