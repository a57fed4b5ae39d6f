"""Provinces and cities: where a member comes from, as a six-digit code, "other" or "unknown".

regions.csv, beside this module, holds the codes of the national standard GB/T 2260 as of 2023.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.domain import pinyin

FILE = Path(__file__).with_name("regions.csv")
OTHER = "other"  # abroad, or not in the list
UNKNOWN = "unknown"

# Most who come here come from these; the others follow in the order of their codes.
FIRST = ("360000", "410000", "520000", "430000", "420000", "450000", "440000", "510000")
ENGLISH = {
    "150000": "Inner Mongolia", "540000": "Tibet", "610000": "Shaanxi", "710000": "Taiwan",
    "810000": "Hong Kong", "820000": "Macao",
}  # fmt: skip

_ABROAD = {"其他", "其它", "国外", "境外", "海外", "other", "abroad"}
_BETWEEN = re.compile(r"[\W_]+")  # blanks and punctuation
_ENDS = re.compile("(?:特别行政区|自治区|自治州|地区|省|市|盟)$")
_PEOPLES = re.compile(
    "(?:(?:布依|土家|哈尼|景颇|傈僳|蒙古|朝鲜|哈萨克|柯尔克孜|维吾尔|[藏苗彝回傣白壮侗羌])族)+$"
    "|(?:回族|壮族|维吾尔)$|(?<=[拉楞])蒙古$|(?<=苏)柯尔克孜$|(?<=犁)哈萨克$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """A province, or a city in one. `short` is what people say: 江西, 宜春."""

    code: str
    name: str
    province: str  # the province's code; its own for a province

    @property
    def short(self) -> str:
        return _PEOPLES.sub("", _ENDS.sub("", self.name)) or self.name

    @property
    def english(self) -> str:
        return ENGLISH.get(self.code) or _latin(self.short)


def provinces() -> list[Region]:
    """The frequent ones first."""
    found = [region for region in _all().values() if region.code == region.province]
    return sorted(found, key=lambda region: (_rank(region.code), region.code))


def cities(province: str) -> list[Region]:
    """The cities of a province; none where the province is itself one city."""
    found = [r for r in _all().values() if r.province == province and r.code != province]
    return found if len(found) > 1 else []


def get(code: str) -> Region | None:
    return _all().get(code)


def province_of(code: str) -> Region | None:
    region = get(code)
    return get(region.province) if region else None


def valid(code: str) -> bool:
    """May this be stored as a hometown?"""
    return code in (OTHER, UNKNOWN) or code in _all()


def named(text: str) -> str:
    """The code of a place as people write it: 江西省宜春市, 江西 宜春, 宜春, 360900.

    What stands behind the city is not read; a county code means its city. UNKNOWN, if no
    province or city is recognised.
    """
    written = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).removeprefix("中国")
    if written.casefold() in _ABROAD:
        return OTHER
    if re.match(r"\d{6}", written, re.ASCII):
        codes = (written[:6], f"{written[:4]}00", f"{written[:2]}0000")
        found = next(filter(None, map(get, codes)), None)
    else:
        first, rest = _begins(written, _spellings(""))
        found = _begins(rest, _spellings(first.code))[0] or first if first else None
    if found is None:
        return UNKNOWN
    return found.code if _spellings(found.province) else found.province


def full_name(code: str) -> str:
    """江西省宜春市; empty for what is not a place."""
    region, province = get(code), province_of(code)
    if region is None or province is None:
        return ""
    if region == province or region.name == province.name:
        return region.name
    return province.name + region.name


def full_english(code: str) -> str:
    """Yichun, Jiangxi; empty for what is not a place."""
    region, province = get(code), province_of(code)
    if region is None or province is None:
        return ""
    return ", ".join(dict.fromkeys([region.english, province.english]))


def brief(code: str) -> str:
    """江西宜春, as people say it; empty for what is not a place."""
    region, province = get(code), province_of(code)
    if region is None or province is None:
        return ""
    return "".join(dict.fromkeys([province.short, region.short]))


@cache
def _all() -> dict[str, Region]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Region(row["code"], row["name_zh"], row["province_code"] or row["code"])
        for row in rows
    }


def _begins(text: str, spellings: dict[str, Region]) -> tuple[Region | None, str]:
    """The place whose spelling the text begins with, the longest one, and the rest."""
    for length in range(min(len(text), 14), 1, -1):
        place, rest = spellings.get(text[:length]), text[length:]
        # 朝阳区 is not in 朝阳市, nor 海南区 in 海南省
        if place and not (rest.startswith("区") and text[:length] == place.short):
            return place, rest
    return None, text


@cache
def _spellings(province: str) -> dict[str, Region]:
    """江西省, 江西; 恩施土家族苗族自治州, 恩施州, 恩施. A province goes before a city."""
    places = cities(province) if province else [*_all().values(), *provinces()]
    return {
        _BETWEEN.sub("", spelling): place
        for place in places
        for spelling in (place.name, place.short + place.name[-1], place.short)
    }


def _rank(code: str) -> int:
    return FIRST.index(code) if code in FIRST else len(FIRST)


def _latin(name: str) -> str:
    """One word with one capital; an apostrophe where two syllables could be misread: Xi'an."""
    first, *rest = pinyin.syllables(name)
    joined = first + "".join(f"'{part}" if part[0] in "aoe" else part for part in rest)
    return joined.capitalize()
