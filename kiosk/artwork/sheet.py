"""Cards as PDF: sheets of ten on A4 with crop marks, or one page a card."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kiosk.artwork import card, fonts, scene
from kiosk.artwork.card import CardFace
from kiosk.artwork.scene import HEIGHT, WIDTH

SCENE, MARKS = "scene", "crop-marks"
Step = Callable[[int], object]  # told after each card, with a 1
GAP, LENGTH = 2.0, 5.0  # mm: from the card to its crop mark, and along the mark


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PDF, and for the number of each card the characters that it could not show."""

    pdf: bytes
    undrawable: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A page with cards side by side in its middle; lengths in millimetres."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def left(self) -> float:
        return (self.width - self.columns * WIDTH) / 2

    @property
    def low(self) -> float:
        return (self.height - self.rows * HEIGHT) / 2

    def corner(self, cell: int) -> tuple[float, float]:
        """The lower left corner of a cell; cells count from 0, row by row from the top."""
        row, column = divmod(cell, self.columns)
        return self.left + column * WIDTH, self.low + (self.rows - 1 - row) * HEIGHT


A4 = Paper(210.0, 297.0, columns=2, rows=5)
CR80 = Paper(WIDTH, HEIGHT, columns=1, rows=1)


def sheet(faces: Iterable[CardFace], *, start: int = 1, step: Step | None = None) -> Drawn:
    """A4 pages of ten cards with crop marks; the first page begins at cell `start`, 1 to 10."""
    if not 1 <= start <= A4.cells:
        raise ValueError(f"a sheet has the cells 1 to {A4.cells}, not {start}")
    return _print(list(faces), A4, first=start - 1, step=step)


def single(faces: Iterable[CardFace], *, step: Step | None = None) -> Drawn:
    """One page of exactly a card's size for each card, as card printers want it."""
    return _print(list(faces), CR80, first=0, step=step)


def _print(faces: list[CardFace], paper: Paper, *, first: int, step: Step | None) -> Drawn:
    if not faces:
        raise ValueError("there is no card to print")
    out = io.BytesIO()
    canvas = _open(out, paper, faces[0])
    for place, face in enumerate(faces, start=first):
        cell = place % paper.cells
        if cell == 0 and place > first:
            canvas.showPage()
        if cell == 0 or place == first:
            canvas.doForm(MARKS)
        x, y = paper.corner(cell)
        canvas.saveState()
        canvas.translate(x * mm, y * mm)
        canvas.doForm(SCENE)
        card.draw(canvas, face)
        canvas.restoreState()
        if step:
            step(1)
    canvas.save()
    lost = {face.number: card.missing(face) for face in faces}
    return Drawn(out.getvalue(), {number: gone for number, gone in lost.items() if gone})


def _open(out: io.BytesIO, paper: Paper, face: CardFace) -> Canvas:
    """An empty PDF: the same cards always give the same bytes."""
    fonts.load()
    canvas = Canvas(
        out,
        pagesize=(paper.width * mm, paper.height * mm),
        pageCompression=1,
        invariant=1,
        initialFontName=fonts.MAIN,
    )
    canvas.setTitle(fonts.drawable(" · ".join(filter(None, (face.title, face.kind)))))
    canvas.setAuthor(fonts.drawable(face.title))
    canvas.setCreator("Doorstep")
    canvas.beginForm(SCENE, 0, 0, WIDTH * mm, HEIGHT * mm)
    scene.on_canvas(canvas)
    canvas.endForm()
    canvas.beginForm(MARKS)
    _crop_marks(canvas, paper)
    canvas.endForm()
    return canvas


def _crop_marks(canvas: Canvas, paper: Paper) -> None:
    """Short lines outside the cards, where to cut. A page without a margin has none."""
    if not paper.left:
        return
    right, top = paper.width - paper.left, paper.height - paper.low
    canvas.setLineWidth(0.25)
    for column in range(paper.columns + 1):
        x = paper.left + column * WIDTH
        for y in (paper.low - GAP - LENGTH, top + GAP):
            canvas.line(x * mm, y * mm, x * mm, (y + LENGTH) * mm)
    for row in range(paper.rows + 1):
        y = paper.low + row * HEIGHT
        for x in (paper.left - GAP - LENGTH, right + GAP):
            canvas.line(x * mm, y * mm, (x + LENGTH) * mm, y * mm)
