"""Places to come from."""

from pathlib import Path

import pytest

from kiosk.domain import regions


def test_all_of_the_country_is_there():
    assert len(regions.provinces()) == 34
    assert {"710000", "810000", "820000"} <= {region.code for region in regions.provinces()}


def test_the_frequent_provinces_come_first():
    assert [region.short for region in regions.provinces()[:3]] == ["江西", "河南", "贵州"]


def test_a_province_knows_its_cities():
    assert "360900" in {region.code for region in regions.cities("360000")}


@pytest.mark.parametrize("code", ["110000", "310000", "810000", "other", "unknown", ""])
def test_what_is_one_city_has_none_to_choose_from(code):
    assert regions.cities(code) == []


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("360900", "江西省宜春市", "Yichun, Jiangxi"),
        ("110100", "北京市", "Beijing"),
        ("610000", "陕西省", "Shaanxi"),
        ("other", "", ""),
    ],
)
def test_a_place_has_a_full_name_in_both_languages(code, chinese, english):
    assert regions.full_name(code) == chinese
    assert regions.full_english(code) == english


@pytest.mark.parametrize(
    ("code", "short", "english"),
    [
        ("450000", "广西", "Guangxi"),
        ("522300", "黔西南", "Qianxinan"),
        ("652700", "博尔塔拉", "Bo'ertala"),
        ("810000", "香港", "Hong Kong"),
    ],
)
def test_people_say_the_short_name(code, short, english):
    assert (regions.get(code).short, regions.get(code).english) == (short, english)


@pytest.mark.parametrize("code", ["360900", "360000", "other", "unknown"])
def test_known_places_may_be_stored(code):
    assert regions.valid(code)


@pytest.mark.parametrize("code", ["", "999999", "36090", "江西", "360900 "])
def test_anything_else_may_not(code):
    assert not regions.valid(code)


def test_the_list_of_places_outlives_the_demo():
    assert regions.FILE.parent == Path(regions.__file__).parent
