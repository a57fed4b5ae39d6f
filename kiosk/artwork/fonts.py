"""The two bundled fonts: which one has a character, how wide it is, and how a PDF embeds it."""

from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parents[1] / "static" / "fonts"
MAIN = "NotoSansSC-Regular"
NAMES = (MAIN, "KioskHanExt")  # in the order they are asked
MISSING = "〓"  # the printer's mark for a character that no font has

_loading = Lock()


def undrawable(text: str) -> tuple[str, ...]:
    """The characters of a text that neither font has, each once, in order."""
    return tuple(dict.fromkeys(character for character in text if _glyph(character) is None))


def drawable(text: str) -> str:
    """The text with 〓 for what cannot be drawn, so that no empty box is ever printed."""
    return "".join(MISSING if _glyph(character) is None else character for character in text)


def advance(character: str) -> float:
    """The width of a drawable character in em."""
    return _known(character)[1]


def runs(text: str) -> list[tuple[str, str]]:
    """A drawable text cut where the font changes: (font, part)."""
    return [(name, "".join(part)) for name, part in groupby(text, key=lambda one: _known(one)[0])]


@lru_cache(maxsize=64)
def pillow(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"{name}.ttf", pixels, layout_engine=ImageFont.Layout.BASIC)


def load() -> None:
    """Registers both fonts with reportlab. The first call takes a few tenths of a second."""
    with _loading:
        _fonts()


class EmbeddedFont(TTFont):
    """A TrueType font whose text can be copied and searched beyond U+FFFF.

    reportlab writes the code point itself into a subset's ToUnicode map, where PDF wants
    UTF-16: 𠮷 would print well and copy as another character. The maps are written again here.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        state = self.state[doc]
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for number, codes in enumerate(state.subsets):
            name = fonts[f"{state.internalName}+{number}"].BaseFont
            doc.idToObject[f"toUnicodeCMap:{name}"].content = _unicode_map(name, codes)


def _known(character: str) -> tuple[str, float]:
    found = _glyph(character)
    if found is None:
        raise ValueError(f"no bundled font has U+{ord(character):04X}")
    return found


@lru_cache(maxsize=4096)
def _glyph(character: str) -> tuple[str, float] | None:
    """The font that has a character, and its advance in em."""
    with _loading:
        fonts = _fonts()
    for name, font in fonts.items():
        if ord(character) in font.face.charToGlyph:
            return name, font.face.getCharWidth(ord(character)) / 1000
    return None


@cache
def _fonts() -> dict[str, EmbeddedFont]:
    fonts = {
        name: EmbeddedFont(name, FOLDER / f"{name}.ttf", asciiReadable=False) for name in NAMES
    }
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


def _unicode_map(name: str, codes: list[int]) -> str:
    """A ToUnicode CMap (PDF 32000-1, 9.10.3): one byte in the text, UTF-16BE when copied."""
    pairs = [
        f"<{byte:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for byte, code in enumerate(codes)
        if code
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
