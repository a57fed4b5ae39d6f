"""Lines of text: what fits where. Sizes in points, places in millimetres from the top left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.artwork import fonts

POINT = 25.4 / 72  # mm
STEP = 0.25  # pt, from one size that was tried to the next
BREAKS = "·\\s，,；;。"  # a line may end after these, in a character class
ONE_LINE = 14.0  # pt: a name this large is not broken to make it larger
SOFT = 9.0  # pt: below this a line may break anywhere, not only after a dot or a space


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the card: `x` is its left end, `y` its baseline.

    `weight` is a stroke around the letters and `tracking` air after each, both in em.
    """

    text: str
    x: float
    y: float
    size: float
    ink: str
    weight: float = 0.0
    tracking: float = 0.0

    @property
    def width(self) -> float:
        return measure(self.text, self.size, self.tracking)


def measure(text: str, size: float, tracking: float = 0.0) -> float:
    """Millimetres from the left end of the first letter to the right end of the last."""
    em = sum(fonts.advance(character) for character in text)
    return (em + tracking * max(0, len(text) - 1)) * size * POINT


def fit_line(
    text: str, width: float, *, largest: float, smallest: float, tracking: float = 0.0
) -> tuple[str, float]:
    """The text on one line and its size; what is too long even when small ends with …"""
    size = largest
    while size > smallest and measure(text, size, tracking) > width:
        size = max(smallest, size - STEP)
    return _cut(text, width, size, tracking), size


def fit_block(
    text: str, width: float, height: float, *, largest: float, smallest: float, leading: float
) -> tuple[list[str], float]:
    """The text on one line if it can be `ONE_LINE` or larger there, else as large as can be.

    Words stay whole down to `SOFT`. What does not fit even when smallest ends with ….
    """
    line, size = fit_line(text, width, largest=largest, smallest=ONE_LINE)
    if line == text:
        return [text], size
    for pieces, least in (
        (_words(text), max(smallest, min(SOFT, largest))),
        (_letters(text), smallest),
    ):
        size = largest
        while size >= least:
            lines = _wrap(pieces, width, size)
            if lines and len(lines) * leading * size * POINT <= height:
                return _even(pieces, lines, width, size), size
            size -= STEP
    kept = _wrap(_letters(text), width, smallest)[: int(height / (leading * smallest * POINT))]
    return [*kept[:-1], _cut(kept[-1] + "…", width, smallest)], smallest


def _words(text: str) -> list[str]:
    return re.findall(rf"[^{BREAKS}]*[{BREAKS}]?", text)[:-1]


def _letters(text: str) -> list[str]:
    """Each character by itself, but no line may begin with a dot or a comma."""
    return re.findall(rf".[{BREAKS}]?", text)


def _wrap(pieces: Sequence[str], width: float, size: float) -> list[str]:
    """Fills line after line; no lines at all when one piece is wider than the width."""
    lines = [""]
    for piece in pieces:
        if measure(piece.rstrip(), size) > width:
            return []
        if measure((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _even(pieces: Sequence[str], lines: list[str], width: float, size: float) -> list[str]:
    """As many lines, of lengths as alike as can be."""
    best = lines
    while len(best) > 1:
        width = max(measure(line, size) for line in best) - 0.01
        tighter = _wrap(pieces, width, size)
        if len(tighter) != len(lines):
            break
        best = tighter
    return best


def _cut(text: str, width: float, size: float, tracking: float = 0.0) -> str:
    if measure(text, size, tracking) <= width:
        return text
    while text and measure(text + "…", size, tracking) > width:
        text = text[:-1]
    return text.rstrip() + "…"
