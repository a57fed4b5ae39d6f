"""Phones: eleven digits, however they were typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import phones
from kiosk.domain.phones import Reason


@pytest.mark.parametrize(
    "typed",
    [
        "15400001234",
        " 154 0000 1234 ",
        "154-0000-1234",
        "154—0000—1234",
        "(154)00001234",
        "（154）0000 1234",
        "+86 15400001234",
        "+8615400001234",
        "(+86)154-0000-1234",
        "86-15400001234",
        "0086 154 0000 1234",
        "１５４００００１２３４",
        "＋８６１５４００００１２３４",
        "\u202d154 0000 1234\u202c",
        "154\u00a00000\u30001234",
        "\ufeff15400001234\r\n",
    ],
)
def test_one_form_is_stored(typed):
    assert phones.clean(typed) == "15400001234"


@pytest.mark.parametrize("block", ["130", "142", "154", "161", "177", "188", "199"])
def test_every_block_passes_assigned_or_not(block):
    assert phones.clean(block + "00001234") == block + "00001234"


@pytest.mark.parametrize(
    ("typed", "reason", "missing"),
    [
        ("", Reason.TOO_SHORT, 11),
        ("+86", Reason.TOO_SHORT, 11),
        ("1", Reason.TOO_SHORT, 10),
        ("154000012", Reason.TOO_SHORT, 2),
        ("+86 154 0000 123", Reason.TOO_SHORT, 1),
        ("154000012345", Reason.TOO_LONG, 0),
        ("15400001234 15400005678", Reason.TOO_LONG, 0),
        ("1" * 1_000_000, Reason.TOO_LONG, 0),
        ("075500001234", Reason.NOT_MOBILE, 0),
        ("12000001234", Reason.NOT_MOBILE, 0),
        ("+1 202 555 0100", Reason.NOT_MOBILE, 0),
        ("27781234", Reason.NOT_MOBILE, 0),
        ("1540000l234", Reason.CHARACTERS, 0),
        ("电话15400001234", Reason.CHARACTERS, 0),
        ("1.54E+10", Reason.CHARACTERS, 0),
        ("15400001234/5", Reason.CHARACTERS, 0),
        ("154\x0000001234", Reason.CHARACTERS, 0),
        ("154\ud8000001234", Reason.CHARACTERS, 0),
        ("154+00001234", Reason.CHARACTERS, 0),
        ("١٥٤٠٠٠٠١٢٣٤", Reason.CHARACTERS, 0),
        ("😀", Reason.CHARACTERS, 0),
        ("=1+1", Reason.CHARACTERS, 0),
    ],
)
def test_a_refusal_says_what_is_wrong_and_how_many_digits_are_missing(typed, reason, missing):
    with pytest.raises(phones.Refused) as refused:
        phones.clean(typed)

    assert (refused.value.reason, refused.value.missing) == (reason, missing)
    assert str(refused.value) == reason


@given(st.text(st.characters()) | st.text(st.sampled_from("0123456789+-() 86０１"), max_size=20))
def test_cleaning_refuses_or_settles_at_once(text):
    try:
        phone = phones.clean(text)
    except phones.Refused:
        return

    assert re.fullmatch(r"1[3-9][0-9]{9}", phone)
    assert phones.clean(phone) == phone


def test_a_public_screen_shows_the_ends_of_a_phone_and_nothing_of_what_is_none():
    assert phones.mask("15400001234") == "154****1234"
    assert phones.mask("1540000") == "****"
