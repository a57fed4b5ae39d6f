"""The front of a member's card: where each line goes, drawn into a PDF or as a picture."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import ImageDraw
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from kiosk.artwork import fonts, qr, scene
from kiosk.artwork.fonts import undrawable
from kiosk.artwork.scene import HEIGHT, INK, INK_SOFT, MARGIN, MARK_SIDE, WIDTH
from kiosk.artwork.typeset import POINT, Line, fit_block, fit_line, measure

__all__ = ["CardFace", "arrange", "draw", "missing", "png", "undrawable"]

BESIDE_MARK = MARGIN + MARK_SIDE + 2.0
LEFT_COLUMN = scene.CODE_X - scene.FIELD_EDGE - 2.0 - MARGIN
NAME_LOW, NAME_HEIGHT, LEADING = 29.6, 14.0, 1.2
FLOOR = HEIGHT - MARGIN  # baseline of the lowest line
PNG_LEVEL = 2  # half the time of the usual 6, for a tenth more bytes


@dataclass(frozen=True, slots=True)
class CardFace:
    """The words on a card, ready to print. `code` is what the QR code says.

    `reading` is the romanised name: it is printed when a character of the name has no glyph.
    """

    name: str
    reading: str
    place: str
    number: str
    code: str
    title: str
    kind: str
    small_print: str


def missing(face: CardFace) -> tuple[str, ...]:
    """The characters of a card that no bundled font has. The code is never drawn as text."""
    return undrawable(
        "".join((face.name, face.place, face.number, face.title, face.kind, face.small_print))
    )


def arrange(face: CardFace) -> list[Line]:
    """Every line of text on the card, all of it at least 3 mm from the edge."""
    lines = (*_head(face), *_name(face), *_place(face), *_foot(face))
    return [line for line in lines if line.text]


def draw(canvas: Any, face: CardFace) -> None:
    """Draws text and code on a reportlab canvas, the card's lower left corner at its origin."""
    canvas.setLineJoin(1)
    for line in arrange(face):
        _write(canvas, line)
    _code(canvas, face.code)


def png(face: CardFace, dpi: int = 300) -> bytes:
    """The card as a picture in its printed size."""
    picture = scene.picture(dpi).copy()
    pen = ImageDraw.Draw(picture)
    for line in arrange(face):
        _paint(pen, line, dpi)

    modules = qr.matrix(face.code)
    code = qr.image(modules, module=max(1, int(_module(modules) * dpi / 25.4)))
    middle_x, middle_y = (
        scene.pixels(corner + scene.CODE_SIDE / 2, dpi) for corner in (scene.CODE_X, scene.CODE_Y)
    )
    picture.paste(code, (middle_x - code.width // 2, middle_y - code.height // 2))

    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(dpi, dpi), compress_level=PNG_LEVEL)
    return out.getvalue()


def _head(face: CardFace) -> Iterator[Line]:
    width = LEFT_COLUMN - MARK_SIDE - 2.0
    baseline = 8.2 if face.kind else 10.0
    title, size = fit_line(
        fonts.drawable(face.title), width, largest=10.5, smallest=6.5, tracking=0.04
    )
    yield Line(title, BESIDE_MARK, baseline, size, INK, weight=0.03, tracking=0.04)
    kind, size = fit_line(fonts.drawable(face.kind), width, largest=7.5, smallest=5.5)
    yield Line(kind, BESIDE_MARK, 12.2, size, INK_SOFT)


def _name(face: CardFace) -> Iterator[Line]:
    lines, size = fit_block(
        _printed_name(face), LEFT_COLUMN, NAME_HEIGHT, largest=22, smallest=6.5, leading=LEADING
    )
    for above, line in enumerate(reversed(lines)):
        baseline = NAME_LOW - (0.15 + above * LEADING) * size * POINT
        yield Line(line, MARGIN, baseline, size, INK, weight=0.02)


def _printed_name(face: CardFace) -> str:
    if undrawable(face.name) and face.reading and not undrawable(face.reading):
        return face.reading
    return fonts.drawable(face.name)


def _place(face: CardFace) -> Iterator[Line]:
    place, size = fit_line(fonts.drawable(face.place), LEFT_COLUMN, largest=8.5, smallest=6)
    yield Line(place, MARGIN, 33.8, size, INK_SOFT)


def _foot(face: CardFace) -> Iterator[Line]:
    text, size = fit_line(
        fonts.drawable(face.number), 30.0, largest=10.5, smallest=6.5, tracking=0.06
    )
    number = Line(text, MARGIN, FLOOR, size, INK, weight=0.03, tracking=0.06)
    yield number
    width = WIDTH - 2 * MARGIN - number.width - 6.0
    lines, size = fit_block(
        fonts.drawable(face.small_print), width, 7.5, largest=5, smallest=4, leading=1.3
    )
    for above, small in enumerate(reversed(lines)):
        x = WIDTH - MARGIN - measure(small, size)
        yield Line(small, x, FLOOR - above * 1.3 * size * POINT, size, INK)


def _write(canvas: Any, line: Line) -> None:
    ink = HexColor(line.ink)
    text = canvas.beginText(line.x * mm, (HEIGHT - line.y) * mm)
    text.setFillColor(ink)
    text.setCharSpace(line.tracking * line.size)
    text.setTextRenderMode(2 if line.weight else 0)
    if line.weight:
        text.setStrokeColor(ink)
        canvas.setLineWidth(line.weight * line.size)
    for font, part in fonts.runs(line.text):
        text.setFont(font, line.size)
        text.textOut(part)
    text.setTextRenderMode(0)
    canvas.drawText(text)


def _code(canvas: Any, text: str) -> None:
    """One path of whole modules, so that no renderer can leave a seam between two rows."""
    modules = qr.matrix(text)
    module = _module(modules) * mm
    left = scene.CODE_X * mm + qr.QUIET * module
    top = (HEIGHT - scene.CODE_Y) * mm - qr.QUIET * module
    canvas.saveState()
    canvas.transform(module, 0, 0, -module, left, top)
    canvas.setFillGray(0)
    canvas.drawPath(_ModulePath(modules), stroke=0, fill=1)
    canvas.restoreState()


def _module(modules: qr.Matrix) -> float:
    """Millimetres a module, so that the code and its quiet zone fill the square: 0.606."""
    return scene.CODE_SIDE / (len(modules) + 2 * qr.QUIET)


@dataclass(frozen=True, slots=True)
class _ModulePath:
    """A reportlab path in whole numbers: formatting them as floats takes a third of a sheet."""

    modules: qr.Matrix

    def getCode(self) -> str:  # noqa: N802  # reportlab's name
        return " ".join(
            f"{x} {y} {length} 1 re"
            for y, row in enumerate(self.modules)
            for x, length in qr.runs(row)
        )


def _paint(pen: ImageDraw.ImageDraw, line: Line, dpi: int) -> None:
    """Letter by letter at the places the PDF has them: Pillow alone would round each advance."""
    size = line.size * dpi / 72
    x, y = line.x * dpi / 25.4, line.y * dpi / 25.4
    for font, part in fonts.runs(line.text):
        face = fonts.pillow(font, size)
        for letter in part:
            pen.text((x, y), letter, line.ink, face, "ls", stroke_width=line.weight * size / 2)
            x += (fonts.advance(letter) + line.tracking) * size
