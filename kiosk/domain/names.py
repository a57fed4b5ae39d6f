"""Names of people: one stored spelling, how the desk finds it, how a public screen shows it."""

import re
import tomllib
import unicodedata
from enum import StrEnum
from pathlib import Path

from kiosk.domain import pinyin

LONGEST = 100  # characters of a stored name
KEY_LONGEST = 64  # characters of a search key; a query is cut to the same length
SUFFIXES = 30  # a name of any length has at most so many suffix keys

# Chinese characters. Two whole planes are kept for them, so that a character newer than this
# Python's tables is still a letter; U+3005 (the same again) and U+3007 (zero) occur in names.
_HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_IS_HAN = re.compile(f"[{_HAN}]")
_ALL_HAN = re.compile(f"[{_HAN}]+")
_PARTS = re.compile(f"[{_HAN}]+|[^{_HAN} ·-]+")
_TYPED_DOT = re.compile(f"(?<=[{_HAN}]) *[.。·]+ *(?=[{_HAN}])")
_HAN_BLANK = re.compile(f"(?<=[{_HAN}]) +(?=[{_HAN}])")
# Left by a spreadsheet that marks text so, or by a keyboard.
_HAN_QUOTE = re.compile(f"^'+(?=[{_HAN}])|(?<=[{_HAN}])'+$")

# One letter, its marks, then more of them, with at most three separators together.
_SHAPE = re.compile("'?am{0,6}(?:[·' -]{0,3}am{0,6})*'?")

_SAME = (
    dict.fromkeys(map(ord, "•‧・･∙⋅ㆍ\u0387\ua78f⸱․"), "·")
    | dict.fromkeys(map(ord, "‘’‛ʼʻ′`´＇｀"), "'")
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
    # Nobody sees these: zero width, soft hyphen, Hangul fillers, variation selectors.
    | dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e"))
    | dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0"))
    | dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)

_TABLE = tomllib.loads(Path(__file__).with_name("surnames.toml").read_text("utf-8"))
_SINGLE: dict[str, list[str]] = _TABLE["single"]
_COMPOUND: dict[str, str] = _TABLE["compound"]
_LETTERS: dict[str, str] = _TABLE["letters"]
_COMMON = frozenset("".join(_TABLE["common"]["characters"].split())) | _SINGLE.keys()


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"


class Refused(ValueError):
    """This text is not a name. The text itself is not in the message."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def clean(text: str) -> str:
    """The one spelling of a name that is stored, however it was typed.

    Letters and marks of any script, the dot U+00B7, blank, hyphen and apostrophe. Raises Refused.
    """
    if len(text) > 4 * LONGEST:  # before work whose time grows with the length
        raise Refused(Reason.TOO_LONG)
    name = _tidy(text)
    if not name:
        raise Refused(Reason.EMPTY)
    if len(name) > LONGEST:
        raise Refused(Reason.TOO_LONG)
    if not _SHAPE.fullmatch("".join(map(_kind, name))):
        raise Refused(Reason.CHARACTERS)
    return name


def mask(name: str) -> str:
    """What a public screen shows: the surname, a star for each character after it.

    A dotted name keeps its first part, a name in another script two initials: A*** L***.
    """
    if len(name) < 2:
        return "*"
    if not _IS_HAN.match(name):
        words = re.split("[ ·]+", name)
        return " ".join(_initial(word) for word in dict.fromkeys([words[0], words[-1]]))
    first, dot, _rest = name.partition("·")
    if dot:
        return f"{first}·***"
    given = len(name) - len(_surname(name))
    return _surname(name) + "*" * (given if given <= 4 else 3)  # a long name: no counting


def readings(name: str) -> tuple[str, ...]:
    """Pinyin without tones or blanks, the surname's own reading first: shanlichun, danlichun.

    The vowel u with dots is v. A Latin name is lower-cased, without accents and punctuation.
    """
    return tuple("".join(spelling).replace("ü", "v") for spelling in _spellings(name))


def initials(name: str) -> tuple[str, ...]:
    """The first letters of each reading: slc, dlc."""
    return tuple(dict.fromkeys(map(_firsts, _spellings(name))))


def romanised(name: str) -> str:
    """The name in Latin letters as a card shows it: Lin Xiaohe, Ouyang Na, Lü An."""
    if not _IS_HAN.search(name):
        return name
    if not _ALL_HAN.fullmatch(name):
        parts = _PARTS.findall(name)
        return " ".join(_word(_syllables(p)) if _IS_HAN.match(p) else p for p in parts)
    spelling = _spellings(name)[0]
    cut = len(_surname(name))
    if len(name) >= 4 and cut == 1 and name[0] not in _COMMON:
        cut = 0
    return f"{_word(spelling[:cut])} {_word(spelling[cut:])}".strip()


def search_keys(name: str) -> set[str]:
    """Every spelling whose beginning finds the name: itself, its suffixes, readings, initials.

    Each key is as `query_key` writes it. At most 30 suffixes and 8 starts of each reading.
    """
    spellings = _spellings(name)
    keys = {query_key(name[at:]) for at in _suffixes(name)} | set(map(_firsts, spellings))
    for spelling in spellings:
        for start in _starts(name):
            reading = "".join(spelling[start:])
            # u with dots: v on a keyboard, yu in a passport, u for those in a hurry.
            keys |= {reading.replace("ü", typed)[:KEY_LONGEST] for typed in ("v", "u", "yu")}
    return keys - {""}


def query_key(text: str) -> str:
    """What a clerk typed, in the form of the search keys: no case, width, accents or punctuation.

    Digits stay, so that it serves member numbers too. Never raises; may be empty.
    """
    return _fold(text[: 4 * LONGEST].translate(_SAME))[:KEY_LONGEST]


def _tidy(text: str) -> str:
    name = text.translate(_SAME)
    name = unicodedata.normalize("NFKC", name).translate(_SAME)
    name = unicodedata.normalize("NFC", name).strip(" \t\r\n")
    name = re.sub(" *·+ *", "·", re.sub(" +", " ", name))
    return _HAN_QUOTE.sub("", _HAN_BLANK.sub("", _TYPED_DOT.sub("·", name)))


def _kind(char: str) -> str:
    """a for a letter, m for a mark, a separator for itself, ! for what no name holds."""
    if char in " ·-'":
        return char
    if _IS_HAN.match(char):
        return "a"
    category = unicodedata.category(char)[0]
    return {"L": "a", "M": "m"}.get(category, "!")


def _initial(word: str) -> str:
    return f"{word[0]}***" if len(word) > 1 else "*"


def _surname(name: str) -> str:
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND else name[:1]


def _spellings(name: str) -> list[list[str]]:
    """The syllables of each reading; a word in another script counts as one syllable."""
    plain = [syllable for part in _PARTS.findall(name) for syllable in _syllables(part)]
    if not _ALL_HAN.fullmatch(name):
        return [plain]
    surname = _surname(name)
    own = [_COMPOUND[surname]] if surname in _COMPOUND else _SINGLE.get(surname, [])
    found = [reading.split() + plain[len(surname) :] for reading in own]
    return [*found, plain] if plain not in found else found


def _syllables(part: str) -> list[str]:
    if not _IS_HAN.match(part):
        return [_fold(part)]
    found = zip(part, pinyin.syllables(part), strict=True)
    return [_LETTERS.get(char, syllable) for char, syllable in found]


def _firsts(spelling: list[str]) -> str:
    return "".join(syllable[:1] for syllable in spelling)[:KEY_LONGEST]


def _starts(name: str) -> list[int]:
    """The syllables a clerk may begin with: the whole, the given name, each part of a long name."""
    if _ALL_HAN.fullmatch(name):
        return [0, len(_surname(name))]
    starts = [0]
    for part in _PARTS.findall(name)[:7]:
        starts.append(starts[-1] + (len(part) if _IS_HAN.match(part) else 1))
    return starts


def _suffixes(name: str) -> list[int]:
    """Where a suffix may begin: each Chinese character, each word in another script."""
    starts = [
        at
        for part in _PARTS.finditer(name)
        for at in (range(part.start(), part.end()) if _IS_HAN.match(part[0]) else [part.start()])
    ]
    return starts[:SUFFIXES]


def _fold(text: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_is_kept, spread)))


def _is_kept(char: str) -> bool:
    return char.isalnum() or bool(_IS_HAN.match(char))


def _word(syllables: list[str]) -> str:
    """Lin, Xiaohe, Chang'an: one capital; an apostrophe where two syllables could be misread."""
    first, rest = syllables[:1], syllables[1:]
    marked = first + [f"'{s}" if s[0] in "aoe" else s for s in rest]
    return "".join(marked).capitalize()
