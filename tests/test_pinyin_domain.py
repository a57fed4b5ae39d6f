"""Chinese characters as people read them."""

import pytest
from pypinyin.constants import PHRASES_DICT

from kiosk.domain import pinyin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("漯河", "luo he"),
        ("朝阳", "chao yang"),
        ("六安", "lu an"),
        ("厦门", "xia men"),
        ("长治", "chang zhi"),
        ("重庆", "chong qing"),
        ("成都", "cheng du"),
        ("吕梁", "lü liang"),
    ],
)
def test_a_city_is_read_as_its_people_read_it(text, said):
    assert pinyin.syllables(text) == said.split()


def test_every_character_has_its_place_in_the_reading():
    assert pinyin.syllables("A长𠮷·艾") == ["A", "chang", "𠮷", "·", "ai"]


def test_the_large_list_of_phrases_stays_on_the_disk():
    assert set(PHRASES_DICT) == set(pinyin.PLACES)
