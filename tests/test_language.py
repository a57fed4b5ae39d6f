"""Every sentence exists in Chinese and English, in the party's and the neutral wording."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kiosk import language

KIOSK = Path(__file__).parents[1] / "kiosk"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def catalogue(folder: str, name: str) -> Catalog:
    path = language.FOLDER / folder / "LC_MESSAGES" / f"{name}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language.LANGUAGES[folder])


def used() -> set[str]:
    """The English sentences in the source, by their singular."""
    found = extract_from_dir(KIOSK, METHODS, keywords=KEYWORDS)
    return {said if isinstance(said, str) else said[0] for _, _, said, _, _ in found}


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@pytest.fixture(scope="module")
def chinese() -> dict[str, Message]:
    return {singular(m): m for m in catalogue("zh_CN", "messages") if m.id}


def test_every_sentence_has_its_chinese(chinese):
    done = {said for said, message in chinese.items() if all(translations(message))}

    assert sorted(used() - done) == []


def test_no_chinese_is_left_over_from_a_sentence_that_is_gone(chinese):
    assert sorted(set(chinese) - used()) == []


def test_nothing_is_marked_as_a_guess(chinese):
    assert [said for said, message in chinese.items() if message.fuzzy] == []


@pytest.mark.parametrize(
    ("folder", "name"), [("zh_CN", "messages"), ("zh_CN", "neutral"), ("en", "neutral")]
)
def test_a_translation_names_the_same_things_as_the_sentence(folder, name):
    for message in catalogue(folder, name):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        known = {word for said in ids for word in PLACEHOLDER.findall(said)}
        for text in translations(message):
            assert set(PLACEHOLDER.findall(text)) <= known, text


@pytest.mark.parametrize("folder", ["zh_CN", "en"])
def test_the_neutral_wording_only_rewrites_sentences_that_exist(folder):
    neutral = {singular(m) for m in catalogue(folder, "neutral") if m.id}

    assert neutral
    assert sorted(neutral - used()) == []


@pytest.mark.parametrize("folder", ["zh_CN", "en"])
def test_the_neutral_wording_does_not_speak_of_the_party(folder):
    for message in catalogue(folder, "neutral"):
        for text in translations(message) if message.id else ():
            assert "党" not in text
            assert "Party" not in text


def test_the_neutral_wording_covers_every_sentence_that_speaks_of_the_party(chinese):
    neutral = {singular(m) for m in catalogue("zh_CN", "neutral") if m.id}
    speaking = {s for s, m in chinese.items() if any("党" in text for text in translations(m))}

    assert sorted(speaking - neutral) == []


def test_a_page_follows_the_visitors_language(client, centre):
    assert 'lang="zh-Hans-CN"' in client.get("/").text

    client.set_cookie(language.COOKIE, "en")

    assert '<html lang="en"' in client.get("/").text


def test_an_unknown_language_is_not_believed(client, centre):
    client.set_cookie(language.COOKIE, "../../etc/passwd")

    assert 'lang="zh-Hans-CN"' in client.get("/").text


def test_sentences_follow_the_wording():
    party, neutral = (language.catalogue("zh_CN", wording) for wording in ("party", "neutral"))

    for message in filter(lambda message: message.id, catalogue("zh_CN", "neutral")):
        said = singular(message)
        if isinstance(message.id, str):
            assert party.gettext(said) != neutral.gettext(said)
        else:
            assert party.ngettext(said, said, 1) != neutral.ngettext(said, said, 1)
