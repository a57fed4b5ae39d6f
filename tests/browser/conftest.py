"""A real browser before a real server: the kiosk, the door, and a scanner that types."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from kiosk.models import Centre, Device, DeviceKind
from kiosk.web import DEVICE_COOKIE
from tests import make

PORTRAIT = {"width": 1080, "height": 1920}
ARGUMENTS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",  # as a kiosk is started
]
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    """Does not log each of the sixty files of a page."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def whole(app: Flask) -> WSGIApplication:
    """Answers at once and in full: who leaves in the middle leaves no file open."""

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(app(environ, start_response)) as parts:
            return list(parts)

    return served


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the server listens. Its forms carry their tokens, as outside a test."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet)
    server.daemon_threads = False  # every answer is finished before the test is over
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_browser(browser: Browser, address: str) -> Iterator[Open]:
    """`open_browser(key=…)`: a page of a browser of its own, paired if it has a device's key."""
    contexts: list[BrowserContext] = []

    def opened(*, key: str = "", cookies: dict[str, str] | None = None, **given: object) -> Page:
        context = browser.new_context(
            base_url=address, **({"viewport": PORTRAIT, "locale": "zh-CN"} | given)
        )
        contexts.append(context)
        wanted = (cookies or {}) | ({DEVICE_COOKIE: key} if key else {})
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in wanted.items()]
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def kiosk_device(centre: Centre) -> tuple[Device, str]:
    return make.device(centre, DeviceKind.KIOSK)


@pytest.fixture
def kiosk(open_browser: Open, kiosk_device: tuple[Device, str]) -> Page:
    """A paired kiosk at its first screen."""
    page = open_browser(key=kiosk_device[1])
    page.goto("/")
    return page


def scan(page: Page, code: str, *, gap: float = 0.005, end: str = "Enter") -> None:
    """A keyboard scanner: keys `gap` seconds apart, by their own clock, then Enter."""
    expect(page.locator("scan-listener:defined")).to_be_attached()
    keyboard = page.context.new_cdp_session(page)
    at = time.time()
    for char in [*code, end]:
        at += gap
        key = {"key": char, "code": _place(char), "windowsVirtualKeyCode": ord(char[0].upper())}
        if char == "Enter":
            key |= {"windowsVirtualKeyCode": 13}
        text = "\r" if char == "Enter" else char
        down = key | {"type": "keyDown", "text": text, "timestamp": at}
        keyboard.send("Input.dispatchKeyEvent", down)
        keyboard.send("Input.dispatchKeyEvent", key | {"type": "keyUp", "timestamp": at})
    keyboard.detach()


def _place(char: str) -> str:
    """Where a key lies, as browsers call it."""
    if len(char) > 1:
        return char
    if char.isdigit():
        return f"Digit{char}"
    return f"Key{char.upper()}" if char.isalpha() else "Slash"
