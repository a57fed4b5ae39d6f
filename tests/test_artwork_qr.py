"""QR codes: what is drawn is read back by another library."""

import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageOps

from kiosk.artwork import qr

CARD = "K1ABCDEFGHIJKLMNOPQRSTUVWXY7"
ADDRESS = "https://doorstep.example/phone/Zk3_hand-over?x=1"


def drawn(text: str) -> Image.Image:
    """The picture on the white of a card."""
    return ImageOps.expand(qr.image(qr.matrix(text), module=8), qr.QUIET * 8, fill=1)


def decode(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def painted(svg: str, module: int = 6) -> Image.Image:
    """Paints the strokes of the SVG, which are whole modules, one row after another."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("1", (side, side), 1)
    x = y = 0
    for kind, first, second, length in re.findall(
        r"([Mm])(\d+) (\d+)(?:\.5)?h(\d+)", root[1].attrib["d"]
    ):
        x, y = (int(first), int(second)) if kind == "M" else (x + int(first), y)
        picture.paste(0, (x, y, x + int(length), y + 1))
        x += int(length)
    return picture.resize((side * module, side * module))


def test_a_card_code_is_always_version_2_with_level_q():
    modules = qr.matrix(CARD)

    assert len(modules) == 25
    assert {len(row) for row in modules} == {25}
    assert zxingcpp.read_barcodes(drawn(CARD))[0].ec_level == "Q"


@pytest.mark.parametrize("text", ["K1", "A" * 29, "K3ABCD-7/2:X", CARD])
def test_whatever_fits_a_card_has_modules_of_the_same_size(text):
    assert len(qr.matrix(text)) == 25
    assert decode(drawn(text)) == [text]


@pytest.mark.parametrize("text", [ADDRESS, "A" * 30, "k1abc", "家门口"])
def test_any_other_text_takes_the_version_it_needs(text):
    assert decode(drawn(text)) == [text]


def test_a_text_too_long_for_any_code_is_refused():
    with pytest.raises(ValueError, match="version"):
        qr.matrix("x" * 3000)


@pytest.mark.parametrize("text", [CARD, ADDRESS])
def test_the_svg_shows_the_same_code(text):
    picture = painted(qr.svg(text))

    assert decode(picture) == [text]


def test_the_svg_is_small_and_needs_no_style():
    svg = qr.svg(CARD)

    assert len(svg) < 1600
    assert "style" not in svg
    assert "class" not in svg
    assert 'viewBox="0 0 33 33"' in svg


def test_the_svg_never_holds_the_text_itself():
    svg = qr.svg('K1"><script>alert(1)</script>')

    assert "script" not in svg
    assert ET.fromstring(svg).tag.endswith("svg")


def test_four_white_modules_surround_the_code():
    picture = painted(qr.svg(CARD), module=5)

    assert picture.size == (165, 165)
    assert picture.convert("L").point(lambda level: 255 - level).getbbox() == (20, 20, 145, 145)
