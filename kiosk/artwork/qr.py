"""QR codes as modules, as inline SVG and as a picture."""

from itertools import groupby
from typing import TypeAlias

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.util import MODE_ALPHA_NUM, QRData

Matrix: TypeAlias = tuple[tuple[bool, ...], ...]

QUIET = 4  # white modules on each side, as ISO/IEC 18004 asks
CARD_CHARACTERS = 29  # what version 2-Q holds in alphanumeric mode
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

# Scoring all eight masks takes seven times as long as drawing one. Over random card codes
# mask 0 has the lowest penalty, on average and at worst, so a card gets it unasked.
CARD_MASK = 0


def matrix(text: str) -> Matrix:
    """The modules of a QR code, dark is True, without the quiet zone.

    A card code is always version 2-Q, so every card has modules of the same size.
    Any other text (an address for a phone) takes the smallest version with level M.
    """
    code = _card(text) if _fits_card(text) else _any(text)
    return tuple(tuple(map(bool, row)) for row in code.modules)


def svg(text: str) -> str:
    """Compact inline SVG, black on white, quiet zone included; size and label are the page's."""
    modules = matrix(text)
    side = len(modules) + 2 * QUIET
    dark = "".join(_line(row, QUIET + y) for y, row in enumerate(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{dark}"/></svg>'
    )


def image(modules: Matrix, *, module: int) -> Image.Image:
    """The modules as a Pillow picture of mode "1", `module` pixels each, without a quiet zone."""
    side = len(modules)
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, length in runs(row):
            small.paste(0, (x, y, x + length, y + 1))
    return small.resize((side * module, side * module), Image.Resampling.NEAREST)


def runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """The dark runs of a row: where each begins and how many modules it is long."""
    found, x = [], 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            found.append((x, length))
        x += length
    return found


def _line(row: tuple[bool, ...], y: int) -> str:
    """A row as strokes through the middle of its modules, each move relative to the last."""
    strokes, at = "", 0
    for x, length in runs(row):
        strokes += f"m{x - at} 0h{length}" if strokes else f"M{QUIET + x} {y}.5h{length}"
        at = x + length
    return strokes


def _fits_card(text: str) -> bool:
    return len(text) <= CARD_CHARACTERS and ALPHANUMERIC.issuperset(text)


def _card(code: str) -> QRCode:
    symbol = QRCode(version=2, error_correction=ERROR_CORRECT_Q, mask_pattern=CARD_MASK, border=0)
    symbol.add_data(QRData(code, mode=MODE_ALPHA_NUM))
    symbol.make(fit=False)
    return symbol


def _any(text: str) -> QRCode:
    symbol = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(text)
    symbol.make(fit=True)
    return symbol
