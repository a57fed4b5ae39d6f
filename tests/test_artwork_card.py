"""The front of a card: every name has its place, and nothing leaves the safe area."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageChops

from kiosk.artwork import card, scene
from kiosk.artwork.card import CardFace

PLACE = "江西宜春 · 松禾社区"
SMALL = "本卡仅用于本区活动签到，不替代党员组织关系凭证"
NAMES = [
    "李",
    "林晓禾",
    "艾山·吐尔逊",
    "古丽巴哈尔·阿不都克热木·麦麦提依明",
    "买买提吐尔逊·阿不力克木·吾斯曼",
    "Maria Fernanda dos Santos Oliveira",
    "O'Connor-Smith Jean",
    "李" + "明" * 24,
    "明" * 100,
    "W" * 100,
    "a·" * 50,
    "𠅤明",
    "",
]


def face(**changes: str) -> CardFace:
    words = {
        "name": "林晓禾",
        "reading": "Lin Xiaohe",
        "place": PLACE,
        "number": "BA-004218",
        "code": "K1ABCDEFGHIJKLMNOPQRSTUVWXY7",
        "title": "百姓客厅",
        "kind": "流动党员卡",
        "small_print": SMALL,
    }
    return CardFace(**(words | changes))


def lines(name: str, **changes: str) -> list[str]:
    """The lines that the name takes: all that have its weight."""
    return [
        line.text
        for line in reversed(card.arrange(face(name=name, **changes)))
        if line.weight == 0.02
    ]


def picture(one: CardFace) -> Image.Image:
    return Image.open(io.BytesIO(card.png(one)))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_stays_in_the_safe_area_and_off_the_code(name):
    for line in card.arrange(face(name=name)):
        right, top = line.x + line.width, line.y - 0.9 * line.size * 25.4 / 72

        assert line.x >= scene.SAFE
        assert top >= scene.SAFE
        assert line.y <= scene.HEIGHT - scene.SAFE - 0.2 * line.size * 25.4 / 72
        assert right <= (scene.CODE_X if top < 26 else scene.WIDTH - scene.SAFE)


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_name_is_never_smaller_than_six_and_a_half_points(name):
    sizes = [line.size for line in card.arrange(face(name=name)) if line.weight == 0.02]

    assert sizes
    assert min(sizes) >= 6.5


def test_a_name_that_no_card_can_hold_ends_with_dots():
    found = [line for line in card.arrange(face(name="明" * 300)) if line.weight == 0.02]

    assert {line.size for line in found} == {6.5}
    assert found[0].text.endswith("明…")


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_of_a_name_is_lost(name):
    assert "".join(lines(name)).replace(" ", "") == name.replace(" ", "")


def test_a_long_name_is_broken_after_a_dot():
    assert lines("古丽巴哈尔·阿不都克热木·麦麦提依明") == ["古丽巴哈尔·", "阿不都克热木·麦麦提依明"]


def test_a_long_name_is_broken_at_a_space():
    assert lines("Maria Fernanda dos Santos Oliveira") == ["Maria Fernanda", "dos Santos Oliveira"]


def test_a_long_name_without_a_place_to_break_is_cut_in_even_halves():
    assert [len(line) for line in lines("明" * 25)] == [13, 12]


def test_lines_of_a_name_keep_their_distance():
    baselines = [line.y for line in card.arrange(face(name="明" * 25)) if line.weight == 0.02]
    (size,) = {line.size for line in card.arrange(face(name="明" * 25)) if line.weight == 0.02}

    assert abs(baselines[0] - baselines[1]) >= size * 25.4 / 72


@pytest.mark.parametrize("field", ["place", "number", "title", "kind", "small_print"])
def test_words_that_are_far_too_long_end_with_dots(field):
    found = card.arrange(face(**{field: "长" * 300}))

    assert sum(line.text.endswith("…") for line in found) == 1
    assert max(line.x + line.width for line in found) <= scene.WIDTH - scene.SAFE


def test_english_small_print_breaks_between_words():
    words = "For checking in at events of this district only. It does not replace any certificate."

    found = [line.text for line in card.arrange(face(small_print=words)) if line.size == 5]

    assert len(found) > 1
    assert " ".join(reversed(found)) == words


def test_characters_without_a_glyph_are_named():
    assert card.undrawable("王𪚥") == ("𪚥",)
    assert card.undrawable("𪚥王𪚥\u202e😀") == ("𪚥", "\u202e", "😀")
    assert card.undrawable("𠅤明 陈𬱖 黄䶮 𠮷田 王𰻞 刘㛃 Zhé·O'Neil") == ()


def test_the_reading_is_printed_when_a_character_has_no_glyph():
    assert lines("王𪚥", reading="Wang Zhe") == ["Wang Zhe"]


@pytest.mark.parametrize("reading", ["", "𪚥"])
def test_without_a_reading_a_mark_stands_for_the_missing_character(reading):
    assert lines("王𪚥", reading=reading) == ["王〓"]


def test_missing_characters_of_a_place_are_named_too():
    assert card.missing(face(place="𪚥镇", small_print="😀")) == ("𪚥", "😀")
    assert card.missing(face()) == ()


def test_the_title_stands_in_the_middle_of_the_mark_when_there_is_no_kind():
    (with_kind,) = (line for line in card.arrange(face()) if line.text == "百姓客厅")
    (alone,) = (line for line in card.arrange(face(kind="")) if line.text == "百姓客厅")

    assert with_kind.y < alone.y < scene.MARGIN + scene.MARK_SIDE


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_picture_has_the_size_of_a_card_and_its_code_is_read_back(dpi):
    found = Image.open(io.BytesIO(card.png(face(), dpi)))

    assert found.size == (round(85.6 / 25.4 * dpi), round(54 / 25.4 * dpi))
    assert [code.text for code in zxingcpp.read_barcodes(found)] == [face().code]


def test_the_name_is_in_the_picture():
    assert ImageChops.difference(picture(face()), picture(face(name="王强"))).getbbox()


def test_the_same_card_gives_the_same_picture():
    assert card.png(face()) == card.png(face())
