"""Card codes: only what was printed is accepted, however it is typed."""

import random
import re

import pytest
from cryptography.exceptions import InvalidTag

from kiosk import create_app
from kiosk.domain import codes
from kiosk.domain.codes import ALPHABET, LENGTH
from tests.conftest import SETTINGS


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """An application for its secret keys; no database is opened."""
    nowhere = f"sqlite:///{tmp_path_factory.mktemp('keys')}/none.sqlite"
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": nowhere})
    with app.app_context():
        yield app


def test_a_code_is_what_a_scanner_that_types_cannot_garble():
    made = [codes.make() for _ in range(200)]

    assert len(set(made)) == 200
    assert all(re.fullmatch("K1[A-Z2-7]{26}", code) and len(code) == LENGTH for code in made)
    assert all(codes.read(code) == code for code in made)


def test_every_character_of_the_alphabet_is_drawn():
    drawn = set("".join(codes.make()[2:] for _ in range(200)))

    assert drawn == set(ALPHABET)


@pytest.mark.parametrize("typed", ["{}\n", "\t{}\r\n", "  {} "])
def test_small_letters_and_blanks_around_are_forgiven(typed):
    code = codes.make()

    assert codes.read(typed.format(code.lower())) == code


def test_every_single_wrong_character_is_caught():
    for code in (codes.make() for _ in range(20)):
        wrong = [
            code[:place] + character + code[place + 1 :]
            for place in range(LENGTH)
            for character in ALPHABET + "0189"
            if character != code[place]
        ]

        assert not any(map(codes.read, wrong))


def test_nearly_every_pair_of_neighbours_swapped_is_caught():
    swapped = missed = 0
    for code in (codes.make() for _ in range(200)):
        for place in range(2, LENGTH - 1):
            if code[place] != code[place + 1]:
                pair = code[place + 1] + code[place]
                swapped += 1
                missed += codes.read(code[:place] + pair + code[place + 2 :]) is not None

    assert missed < swapped / 200


@pytest.mark.slow
def test_a_hundred_thousand_random_and_mangled_texts_are_accepted_only_if_they_are_codes():
    chance = random.Random(20261122)
    characters = ALPHABET + ALPHABET.lower() + "0189 -_\n\x00Ｋ一"
    for _ in range(100_000):
        text = mangled(codes.make(), chance, characters)

        read = codes.read(text)

        if read is not None:
            assert read == text.strip().upper()
            assert codes.check_character(read[2:-1]) == read[-1]
            assert len(read) == LENGTH


def mangled(code, chance, characters):
    place = chance.randrange(LENGTH)
    match chance.randrange(5):
        case 0:
            return code[:place] + chance.choice(characters) + code[place + 1 :]
        case 1:
            return code[:place] + code[place + 1 :]
        case 2:
            return code[:place] + chance.choice(characters) + code[place:]
        case 3:
            return code[:place] + "".join(chance.choices(characters, k=LENGTH - place))
        case _:
            return "".join(chance.choices(characters, k=chance.randrange(40)))


CODE = "K1" + "A" * 25 + codes.check_character("A" * 25)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K1",
        CODE[:-1],
        CODE + "A",
        CODE * 2,
        CODE.replace("K1", "K2"),
        CODE.replace("K", "\u212a"),  # the Kelvin sign, a capital K when it is lowered
        "".join(chr(ord(char) + 0xFEE0) for char in CODE),  # full width
        CODE.replace("A", "А"),  # Cyrillic
        CODE.replace("A", "ａ"),
        CODE[:14] + " " + CODE[14:],
        CODE[:14] + "-" + CODE[14:],
        CODE[:14] + "\x00" + CODE[14:],
        CODE[:14] + "\u200b" + CODE[14:],
        CODE + "\x00",
        "\ufeff" + CODE,
        "\u3000" + CODE,
        CODE[:14] + "\ud800" + CODE[15:],
        f"<{CODE}>",
        f"https://example.org/{CODE}",
        "ß" * LENGTH,
    ],
)
def test_nothing_but_the_code_is_a_code(text):
    assert codes.read(text) is None


def test_the_hash_that_is_looked_up_needs_the_pepper(keys, monkeypatch):
    one = codes.look_up_hash(CODE)
    other = keys.extensions["keys"] | {"pepper": b"another"}
    monkeypatch.setitem(keys.extensions, "keys", other)

    assert re.fullmatch("[0-9a-f]{64}", one)
    assert codes.look_up_hash(CODE) != one


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "一" * 5000])
def test_any_text_has_a_hash(keys, text):
    assert len(codes.look_up_hash(text)) == 64


def test_what_a_door_keeps_is_not_what_the_database_looks_up(keys):
    assert len(codes.door_hash(CODE)) == 16
    assert codes.door_hash(CODE) not in codes.look_up_hash(CODE)


def test_a_sealed_code_opens_to_itself_and_never_looks_the_same(keys):
    one, other = codes.seal(CODE), codes.seal(CODE)

    assert codes.unseal(one) == codes.unseal(other) == CODE
    assert one != other
    assert CODE.encode() not in one


def test_a_sealed_code_that_was_changed_does_not_open(keys):
    sealed = bytearray(codes.seal(CODE))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        codes.unseal(bytes(sealed))
