"""Every public screen: nothing for axe to find, nothing cut off, nothing too small for a finger."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.extensions import db
from kiosk.models import DeviceKind, Organisation, OrganisationKind
from tests import make
from tests.browser.axe import violations
from tests.browser.conftest import scan

FINGER = 64  # CSS pixels; see the table of screens in docs/architecture.md
# Each screen by width, height, the smallest text, and whether it must fit without scrolling.
SCREENS = {
    "portrait": (1080, 1920, 24, True),
    "landscape": (1920, 1080, 24, True),
    "tablet": (1280, 800, 18, True),
    "phone": (390, 844, 13, False),
    "small phone": (320, 568, 13, False),
}
SEEN_BY_AXE = ("portrait", "phone")  # large text, and small, which needs more contrast
PAGES = ["/", "/me", "/calls", "/events", "/events/coming", "/find", "/find/360000", "/find/110000"]
MEASURE = """(least) => {
  const shown = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('.unseen')
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown)
  const name = (e) => e.outerHTML.slice(0, 90)
  const root = document.documentElement
  const small = (e) => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
  return {
    wide: root.scrollWidth - innerWidth,
    tall: root.scrollHeight - innerHeight,
    outside: all('body *').filter((e) => own(e) && e.getBoundingClientRect().right > innerWidth + 1)
      .map(name),
    targets: all('a, button, summary, input:not([type=hidden])')
      .filter((e) => small(e) < least.finger).map(name),
    letters: all('body *')
      .filter((e) => own(e) && parseFloat(getComputedStyle(e).fontSize) < least.text).map(name),
  }
}"""


@pytest.fixture
def full_house(centre, tonight, mei):
    """Enough rows that every list has something to show, and a page to turn."""
    for number in range(12):
        make.session(centre, title=f"薪火夜课堂：第 {number} 讲，新市民第一课在宝安怎么找服务")
        kind, name = OrganisationKind.HOMETOWN_BRANCH, f"赣州市三江口县驻深流动党员第{number}党支部"
        row = {"code": f"H{number}", "kind": kind, "name": name, "name_en": f"Branch {number}"}
        db.session.add(Organisation(**row, hometown="360700"))
    db.session.commit()


def screen_of(open_browser, screen: str, *, key: str = "", **cookies: str) -> Page:
    """A browser of this size. axe writes styles of its own, which the pages' policy forbids."""
    width, height, _, _ = SCREENS[screen]
    size = {"width": width, "height": height}
    return open_browser(key=key, cookies=cookies, viewport=size, bypass_csp=True)


def faults(page: Page, screen: str) -> dict[str, object]:
    """What is wrong with the page as it stands; an empty answer is a good one."""
    _, _, text, fits = SCREENS[screen]
    finger = FINGER if fits else 44
    found = page.evaluate(MEASURE, {"finger": finger, "text": text})
    if screen in SEEN_BY_AXE:
        found["axe"] = violations(page)
    found["tall"] = max(found["tall"] - 1, 0) if fits else 0
    return {kind: what for kind, what in found.items() if what and what != 0}


def walk(page: Page, screen: str) -> dict[str, object]:
    """Every page, then every question of a registration, one wrong answer included."""
    found: dict[str, object] = {}

    def look(name: str) -> None:
        expect(page.locator("idle-reset:defined")).to_be_attached()
        found.update({f"{name} {kind}": what for kind, what in faults(page, screen).items()})

    for path in PAGES:
        page.goto(path)
        look(path)
    page.goto("/register/consent")
    look("consent")
    page.locator("[name=agree]").click()
    for wrong, right, question in (("林1", "林晓禾", "name"), ("13", "13800001234", "phone")):
        for answer in (wrong, right):
            look(question)
            page.locator(f"#{question}").fill(answer)
            page.locator(".ask__go .btn--go").click()
            if answer == wrong:
                expect(page.locator(".field__error")).to_be_visible()
        expect(page.locator(f"#{question}")).to_have_count(0)
    for place in ("360000", "360900"):
        look(f"hometown {place}")
        page.locator(f"[value='{place}']").click()
        expect(page.locator(f"[value='{place}']")).to_have_count(0)
    look("review")
    page.locator(".ask__go .btn--go").click()
    expect(page.locator(".done")).to_be_visible()
    look("done")
    return found


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_can_be_read_and_touched(
    open_browser, kiosk_device, full_house, screen, language
):
    page = screen_of(open_browser, screen, key=kiosk_device[1], doorstep_language=language)

    assert walk(page, screen) == {}


def test_no_page_breaks_its_own_policy_or_asks_elsewhere(open_browser, kiosk_device, full_house):
    problems: list[str] = []
    page = open_browser(key=kiosk_device[1])
    page.on("console", lambda said: "Security" in said.text and problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: "127.0.0.1" in asked.url or problems.append(asked.url))

    for path in [*PAGES, "/register/consent"]:
        page.goto(path)
        expect(page.locator("idle-reset:defined")).to_be_attached()
    page.locator("[name=agree]").click()
    page.locator("#name").fill("林晓禾")
    page.locator(".ask__go .btn--go").click()
    expect(page.locator("#phone")).to_be_focused()

    assert problems == []


@pytest.mark.parametrize(
    "comfort",
    [
        {"doorstep_text": "large", "doorstep_contrast": "more"},
        {"doorstep_text": "xl"},
    ],
)
@pytest.mark.parametrize("screen", ["portrait", "landscape", "tablet"])
def test_larger_text_cuts_nothing_off(open_browser, kiosk_device, full_house, screen, comfort):
    page = screen_of(open_browser, screen, key=kiosk_device[1], **comfort)

    found = walk(page, screen)

    lost = {
        what: why for what, why in found.items() if what.split()[-1] in ("wide", "outside", "axe")
    }
    assert lost == {}


@pytest.mark.parametrize("screen", ["portrait", "landscape", "tablet", "phone"])
def test_every_verdict_can_be_read_and_touched(open_browser, kiosk_device, tonight, screen):
    page = screen_of(open_browser, screen, key=kiosk_device[1])
    page.goto("/")
    found: dict[str, object] = {}

    names = page.locator("template[data-verdict]").evaluate_all(
        "all => all.map((t) => t.dataset.verdict)"
    )
    for name in names:
        page.route("**/api/v1/scans", answering(name))
        scan(page, f"K1{name.upper().replace('_', ''):A<24}"[:26])
        dialog = page.locator("verdict-panel dialog")
        expect(dialog).to_have_attribute("data-name", name)
        look = dialog.evaluate("(d) => d.scrollHeight - d.clientHeight")
        found.update({f"{name} {kind}": what for kind, what in faults(page, screen).items()})
        if look > 1 and screen != "phone":
            found[f"{name} scrolls"] = look
        page.unroute("**/api/v1/scans")

    assert len(names) >= 22
    assert found == {}


def answering(name: str):
    """The server's answer with this verdict and every fact that a verdict may carry."""
    session = {
        "id": 1, "title": "薪火夜课堂：电工入门", "title_en": "Night class",
        "place": "二楼 · 乡音厅",
        "starts_at": "2026-11-22T18:30:00+08:00", "ends_at": "2026-11-22T20:30:00+08:00",
        "places": 60, "present": 38,
    }  # fmt: skip
    at = "2026-11-22T18:20:00+08:00"
    card = {"state": "replaced", "since": at, "serial_tail": "2-01"}
    facts = {
        "scan_id": "x", "status": "stored", "verdict": name, "member": {"name_masked": "欧阳**"},
        "session": session, "at": at, "first_at": at, "first_place": "一号门", "count": 38,
        "position": 2, "places_left": 12, "other": session, "opens_at": at, "closed_at": at,
        "card": card, "candidates": [session] * 4, "attended": 7,
    }  # fmt: skip
    return lambda route: route.fulfill(json={"results": [facts]})


@pytest.mark.parametrize("screen", SCREENS)
def test_the_doors_screens_can_be_read_and_touched(open_browser, centre, full_house, screen):
    page = screen_of(open_browser, screen)
    found: dict[str, object] = {}

    def look(name: str) -> None:
        found.update({f"{name} {kind}": what for kind, what in faults(page, screen).items()})

    page.goto("/door")
    look("unpaired")
    page.goto("/pair")
    look("pair")
    page.goto("/nothing-here")
    look("404")
    key = make.device(centre, DeviceKind.DOOR)[1]
    page.context.add_cookies([{"name": "doorstep_device", "value": key, "url": page.url}])
    page.goto("/door")
    look("choose")
    page.locator("[name=session]").first.click()
    expect(page.locator("#present")).to_be_visible()
    look("door")

    assert found == {}
