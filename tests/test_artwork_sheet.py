"""Printed sheets, read back as a printer and a scanner would see them."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from kiosk.artwork import card, scene
from kiosk.artwork.card import CardFace
from kiosk.artwork.sheet import Drawn, sheet, single

pytestmark = pytest.mark.slow

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
NAMES = {
    "林晓禾": "Lin Xiaohe",
    "欧阳上官婉清": "",
    "𠅤明": "Du Ming",
    "陈𬱖": "Chen Di",
    "黄䶮": "Huang Yan",
    "𠮷田太": "",
    "王𪚥": "Wang Zhe",
    "古丽巴哈尔·阿不都克热木·麦麦提依明": "",
    "Maria Fernanda dos Santos Oliveira": "",
    "李明明明明明明明明明明明明明明明明明明明明明明明明": "",
}


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    for tool in ("pdftoppm", "pdffonts", "pdftotext", "pdfinfo"):
        assert shutil.which(tool), f"{tool} is missing: install poppler-utils to check the print"


def faces(count: int = 10) -> list[CardFace]:
    people = list(NAMES.items())
    return [
        CardFace(
            name=people[index % 10][0],
            reading=people[index % 10][1],
            place="江西宜春 · 松禾社区",
            number=f"BA-{index + 1:06d}",
            code="K1" + "".join(LETTERS[(index * 7 + k * k + k) % 32] for k in range(26)),
            title="百姓客厅",
            kind="流动党员卡",
            small_print="本卡仅用于本区活动签到，不替代党员组织关系凭证",
        )
        for index in range(count)
    ]


def run(*command: str, pdf: bytes, folder: Path) -> str:
    """The output of a poppler tool on a PDF; a tool that complains fails the test."""
    (folder / "cards.pdf").write_bytes(pdf)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def pages(drawn: Drawn, folder: Path, dpi: int) -> list[Image.Image]:
    run("pdftoppm", "-r", str(dpi), "-png", "cards.pdf", "page", pdf=drawn.pdf, folder=folder)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob("page-*.png"))]


def codes(page: Image.Image) -> list[str]:
    """What a scanner reads on a page, in the order of the cells."""
    found = zxingcpp.read_barcodes(page)
    row = page.height / 297 * 54
    return [
        one.text
        for one in sorted(
            found, key=lambda one: (int(one.position.top_left.y / row), one.position.top_left.x)
        )
    ]


def text(drawn: Drawn, folder: Path) -> list[str]:
    written = run("pdftotext", "-raw", "cards.pdf", "-", pdf=drawn.pdf, folder=folder)
    return written.replace("\f", "\n").split("\n")


@pytest.mark.parametrize("dpi", [150, 300])
def test_every_code_of_a_sheet_is_read_back_in_order(tmp_path, dpi):
    cards = faces()

    (page,) = pages(sheet(cards), tmp_path, dpi)

    assert codes(page) == [one.code for one in cards]


@pytest.mark.parametrize("dpi", [150, 300])
def test_every_code_of_single_cards_is_read_back(tmp_path, dpi):
    cards = faces()

    found = pages(single(cards), tmp_path, dpi)

    assert [codes(page) for page in found] == [[one.code] for one in cards]


def test_names_are_copied_from_the_sheet_as_they_are_written(tmp_path):
    lines = text(sheet(faces()), tmp_path)

    assert {"林晓禾", "𠅤明", "陈𬱖", "黄䶮", "𠮷田太", "百姓客厅", "流动党员卡"} <= set(lines)
    assert {"古丽巴哈尔·", "阿不都克热木·麦麦提依明"} <= set(lines)
    assert [line.split()[0] for line in lines if line.startswith("BA-")] == [
        one.number for one in faces()
    ]


def test_a_name_that_cannot_be_drawn_is_reported_and_its_reading_printed(tmp_path):
    drawn = sheet(faces())

    assert drawn.undrawable == {"BA-000007": ("𪚥",)}
    assert "Wang Zhe" in text(drawn, tmp_path)


@pytest.mark.parametrize("draw", [sheet, single])
def test_both_fonts_are_embedded_as_subsets_and_no_other_is_named(tmp_path, draw):
    rows = run("pdffonts", "cards.pdf", pdf=draw(faces()).pdf, folder=tmp_path).splitlines()[2:]

    assert {row.split()[0].split("+")[1] for row in rows} == {
        "NotoSansSC-Regular",
        "KioskHanExt-Regular",
    }
    assert {tuple(row.split()[-5:-2]) for row in rows} == {("yes", "yes", "yes")}


@pytest.mark.parametrize(
    ("draw", "width", "height"), [(sheet, 210, 297), (single, 85.6, 54)], ids=["A4", "CR80"]
)
def test_pages_have_the_size_of_the_paper(tmp_path, draw, width, height):
    said = run("pdfinfo", "cards.pdf", pdf=draw(faces(3)).pdf, folder=tmp_path)

    points = re.search(r"Page size: +([\d.]+) x ([\d.]+)", said).groups()
    found = [float(number) * 25.4 / 72 for number in points]
    assert found == pytest.approx([width, height], abs=0.2)
    assert re.search(r"Title: +百姓客厅 · 流动党员卡", said)


def test_the_first_page_begins_at_the_cell_that_was_asked_for(tmp_path):
    cards = faces(5)

    first, second = pages(sheet(cards, start=8), tmp_path, 150)

    assert codes(first) == [one.code for one in cards[:3]]
    assert codes(second) == [one.code for one in cards[3:]]
    empty = first.crop((cut(19.4), cut(13.5), cut(19.4 + 85.6), cut(13.5 + 4 * 54)))
    assert empty.getcolors() == [(empty.width * empty.height, (255, 255, 255))]


def cut(length: float) -> int:
    """Millimetres as pixels at 150 dpi."""
    return round(length / 25.4 * 150)


def test_eleven_cards_take_two_pages(tmp_path):
    assert [len(codes(page)) for page in pages(sheet(faces(11)), tmp_path, 150)] == [10, 1]


@pytest.mark.parametrize("start", [0, 11, -1])
def test_a_cell_that_no_sheet_has_is_refused(start):
    with pytest.raises(ValueError, match="cells 1 to 10"):
        sheet(faces(1), start=start)


@pytest.mark.parametrize("draw", [sheet, single])
def test_a_sheet_of_no_cards_is_refused(draw):
    with pytest.raises(ValueError, match="no card"):
        draw([])


def test_the_code_and_its_quiet_zone_fill_twenty_millimetres_of_pure_white(tmp_path):
    (page,) = pages(single(faces(1)), tmp_path, 300)
    (code,) = zxingcpp.read_barcodes(page)

    side = (code.position.top_right.x - code.position.top_left.x) / 300 * 25.4
    assert side == pytest.approx(25 * 20 / 33, abs=0.2)
    x, y = round(scene.CODE_X / 25.4 * 300), round(scene.CODE_Y / 25.4 * 300)
    field = page.crop((x + 1, y + 1, x + 235, y + 235)).convert("L")
    dark = field.point(lambda level: 255 - level).getbbox()
    quiet = 4 * 20 / 33 / 25.4 * 300
    assert min(dark[0], dark[1], 234 - dark[2], 234 - dark[3]) >= quiet - 2


def test_no_text_is_printed_where_a_careless_cut_may_go(tmp_path):
    words = [one.__class__(*["" for _ in range(4)], one.code, "", "", "") for one in faces()]
    (tmp_path / "bare").mkdir()

    printed = pages(single(faces()), tmp_path, 150)
    bare = pages(single(words), tmp_path / "bare", 150)

    edge = round(2.5 / 25.4 * 150)
    for with_text, without in zip(printed, bare, strict=True):
        left, top, right, low = ImageChops.difference(with_text, without).getbbox()
        assert min(left, top, with_text.width - right, with_text.height - low) >= edge


def test_the_picture_shows_what_is_printed(tmp_path):
    for one, page in zip(faces(), pages(single(faces()), tmp_path, 300), strict=True):
        picture = Image.open(io.BytesIO(card.png(one)))

        alike = ImageChops.difference(coarse(picture), coarse(page)).getextrema()[1]

        assert alike < 40


def coarse(picture: Image.Image) -> Image.Image:
    """The picture in points of 0.8 mm, without the code, whose modules are whole pixels."""
    grey = picture.convert("L").resize((1011, 638))
    grey.paste(255, tuple(round(at / 25.4 * 300) for at in (60, 4.6, 81, 25.6)))
    return grey.resize((107, 68), Image.Resampling.BOX)


def test_the_same_cards_give_the_same_bytes():
    assert sheet(faces()).pdf == sheet(iter(faces())).pdf
    assert single(faces()).pdf == single(faces()).pdf
    assert b"(D:20000101000000+00'00')" in sheet(faces(1)).pdf


def test_a_sheet_says_nothing_about_the_machine_that_made_it():
    pdf = sheet(faces()).pdf

    assert str(Path(card.__file__).parent).encode() not in pdf
    assert b"Doorstep" in pdf


def test_a_hundred_cards_hold_each_font_and_the_scene_once():
    ten, hundred = len(sheet(faces(10)).pdf), len(sheet(faces(100)).pdf)

    assert hundred - ten < 90 * 1000
