"""A browser keeps static files for good, and still shows nothing stale after an upgrade."""

import re
import shutil

import pytest

from kiosk import assets

STYLES = sorted(assets.STATIC.glob("css/*.css"))
MODULES = sorted(assets.STATIC.glob("js/*.js"))
ASKED_FOR = re.compile(r"""@import\s+"([^"]+)"|url\(["']?([^"')]+)|(?:import|from)\s+"([^"]+)\"""")


def addresses(path):
    """What a stylesheet or module asks for by itself."""
    return ["".join(found) for found in ASKED_FOR.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("name", ["css/tile.css", "js/slots.js", "img/icons.svg", "fonts/OFL.txt"])
def test_a_change_in_one_file_changes_the_address_of_all(tmp_path, monkeypatch, name):
    shutil.copytree(assets.STATIC, tmp_path / "static")
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    before = assets.address()

    with (tmp_path / "static" / name).open("a") as file:
        file.write("\n")

    assert assets.address() != before


@pytest.mark.parametrize("path", STYLES + MODULES, ids=lambda path: path.name)
def test_what_a_file_asks_for_lies_beside_it_under_the_same_address(path):
    for address in addresses(path):
        assert not address.startswith(("/", "http", "data:")), address
        assert (path.parent / address).is_file(), address


def test_some_files_ask_for_others():
    assert "tile.css" in addresses(assets.STATIC / "css/kiosk.css")
    assert "./slots.js" in addresses(assets.STATIC / "js/draw.js")


@pytest.mark.parametrize("page", ["/", "/door", "/desk/login", "/nothing-here"])
def test_every_page_asks_for_them_under_that_address(client, centre, page):
    asked = re.findall(r'(?:href|src)="(/static/[^"#]*)', client.get(page).text)

    assert asked
    for address in asked:
        assert address.startswith(assets.address() + "/")
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_file_that_is_not_there_is_asked_for_again(client):
    answer = client.get(f"{assets.address()}/css/gone.css")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stylesheet_comes_whole_and_in_its_order(client):
    sheet = client.get(f"{assets.address()}/css/kiosk.css")

    assert sheet.mimetype == "text/css"
    assert "@import" not in sheet.text
    parts = [found.name for found in STYLES if found.read_text("utf-8") in sheet.text]
    assert "tile.css" in parts
    assert sheet.text.count("{") == sheet.text.count("}")


def test_a_stylesheet_that_a_browser_has_is_not_sent_again(client):
    address = f"{assets.address()}/css/app.css"

    again = client.get(address, headers={"If-None-Match": client.get(address).headers["ETag"]})

    assert (again.status_code, again.text) == (304, "")
