"""What every card has in common: sky, hills, the mark and the white field of the code.

Shapes are kept in millimetres from the top left of the card and drawn twice: as vectors in
a PDF and as a picture with Pillow. So the two cannot drift apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from PIL import Image, ImageDraw
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

Step: TypeAlias = tuple[float, ...]  # (x, y): a line there; six numbers: a cubic curve

WIDTH, HEIGHT = 85.6, 54.0  # mm, ISO/IEC 7810 ID-1
SAFE = 3.0  # mm at each edge that a careless cut may take
MARGIN = 4.6
CODE_SIDE = 20.0
FIELD_EDGE = 0.5  # white around the code's own quiet zone, so that its corners can be round
CODE_X, CODE_Y = WIDTH - MARGIN - FIELD_EDGE - CODE_SIDE, MARGIN + FIELD_EDGE
MARK_SIDE = 8.4

INK, INK_SOFT, ACCENT = "#2A201B", "#584A41", "#A8321F"
SKY_TOP, SKY_LOW = "#FFFDF9", "#F8E7D5"
HILL_FAR, HILL_NEAR = "#EFD3BC", "#E3B79B"
SUNLIGHT, PATH_LIGHT = "#F4C9A0", "#F4D7A5"

ROUND = 0.5523  # a quarter circle as a cubic curve
FINER = 4  # the picture is drawn this much larger, then made smaller: smooth edges


@dataclass(frozen=True, slots=True)
class Shape:
    """A path from `start`, filled and closed, or stroked with round ends."""

    start: Step
    steps: tuple[Step, ...]
    fill: str = ""
    stroke: str = ""
    width: float = 0.0

    def moved(self, x: float, y: float, scale: float) -> "Shape":
        return Shape(
            _moved(self.start, x, y, scale),
            tuple(_moved(step, x, y, scale) for step in self.steps),
            self.fill,
            self.stroke,
            self.width * scale,
        )


def _moved(step: Step, x: float, y: float, scale: float) -> Step:
    return tuple(
        round((y if odd else x) + number * scale, 4)
        for number, odd in zip(step, (False, True) * 3, strict=False)
    )


def box(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> Shape:
    """A rectangle with round corners."""
    right, low, bend = x + width, y + height, radius * (1 - ROUND)
    return Shape(
        (x + radius, y),
        (
            (right - radius, y),
            (right - bend, y, right, y + bend, right, y + radius),
            (right, low - radius),
            (right, low - bend, right - bend, low, right - radius, low),
            (x + radius, low),
            (x + bend, low, x, low - bend, x, low - radius),
            (x, y + radius),
            (x, y + bend, x + bend, y, x + radius, y),
        ),
        fill,
    )


def sky() -> Iterator[Shape]:
    """A gradient in as many bands as an 8-bit screen can tell apart, each reaching the bottom."""
    top, low = bytes.fromhex(SKY_TOP[1:]), bytes.fromhex(SKY_LOW[1:])
    bands = max(abs(a - b) for a, b in zip(top, low, strict=True))
    for band in range(bands + 1):
        mix = (round(a + (b - a) * band / bands) for a, b in zip(top, low, strict=True))
        y = HEIGHT * band / (bands + 1)
        yield box(0, y, WIDTH, HEIGHT - y, "#{:02X}{:02X}{:02X}".format(*mix))


SUN = box(68.2, 33.2, 8, 8, SUNLIGHT, 4)

HILLS = (
    Shape(
        (0, 54),
        (
            (0, 41.4),
            (10.7, 35.6, 21.4, 36.6, 32.1, 40.2),
            (42.8, 43.8, 53.5, 33.4, 64.2, 36.6),
            (74.9, 39.8, 80.2, 40.8, 85.6, 38.6),
            (85.6, 54),
        ),
        HILL_FAR,
    ),
    Shape(
        (0, 54),
        (
            (0, 46.4),
            (16.0, 41.4, 26.8, 47.6, 42.8, 45.5),
            (58.8, 43.4, 69.6, 39.9, 85.6, 45.6),
            (85.6, 54),
        ),
        HILL_NEAR,
    ),
)

# The mark, a doorway with a path through it, on a field of 48 x 48.
MARK = (
    box(0, 0, 48, 48, ACCENT, 13),
    Shape(
        (11, 36),
        ((11, 24.5), (11, 16.5, 16.8, 11, 24, 11), (31.2, 11, 37, 16.5, 37, 24.5), (37, 36)),
        stroke="#FFFFFF",
        width=3.2,
    ),
    Shape(
        (17.5, 36.5),
        ((22, 33.3, 20, 30.3, 22.5, 27.3), (24.3, 25.1, 26.5, 24.8, 28, 22.5)),
        stroke=PATH_LIGHT,
        width=3,
    ),
    box(27, 16.7, 4.6, 4.6, PATH_LIGHT, 2.3),
)

FIELD = box(
    CODE_X - FIELD_EDGE,
    CODE_Y - FIELD_EDGE,
    CODE_SIDE + 2 * FIELD_EDGE,
    CODE_SIDE + 2 * FIELD_EDGE,
    "#FFFFFF",
    1.6,
)

SHAPES = (
    *sky(),
    SUN,
    *HILLS,
    *(shape.moved(MARGIN, MARGIN, MARK_SIDE / 48) for shape in MARK),
    FIELD,
)


def on_canvas(canvas: Any) -> None:
    """Draws the scene with the card's lower left corner at the origin of a reportlab canvas."""
    canvas.saveState()
    canvas.transform(mm, 0, 0, -mm, 0, HEIGHT * mm)
    canvas.setLineCap(1)
    for shape in SHAPES:
        path = canvas.beginPath()
        path.moveTo(*shape.start)
        for step in shape.steps:
            (path.curveTo if len(step) == 6 else path.lineTo)(*step)
        if shape.fill:
            canvas.setFillColor(HexColor(shape.fill))
            path.close()
        else:
            canvas.setStrokeColor(HexColor(shape.stroke))
            canvas.setLineWidth(shape.width)
        canvas.drawPath(path, stroke=int(bool(shape.stroke)), fill=int(bool(shape.fill)))
    canvas.restoreState()


@lru_cache(maxsize=2)
def picture(dpi: int) -> Image.Image:
    """The scene as a picture; copy it before drawing on it."""
    width, height = pixels(WIDTH, dpi), pixels(HEIGHT, dpi)
    scale = FINER * dpi / 25.4
    large = Image.new("RGB", (width * FINER, height * FINER), SKY_LOW)
    pen = ImageDraw.Draw(large)
    for shape in SHAPES:
        points = [(x * scale, y * scale) for x, y in outline(shape)]
        if shape.fill:
            pen.polygon(points, fill=shape.fill)
        else:
            _stroke(pen, points, shape.stroke, shape.width * scale)
    return large.resize((width, height), Image.Resampling.BOX)


def pixels(length: float, dpi: int) -> int:
    return round(length * dpi / 25.4)


def outline(shape: Shape, parts: int = 24) -> Iterator[tuple[float, float]]:
    """The points of a path, each curve cut into straight parts."""
    x0, y0 = shape.start
    yield x0, y0
    for step in shape.steps:
        if len(step) == 2:
            x0, y0 = step
            yield x0, y0
            continue
        x1, y1, x2, y2, x3, y3 = step
        for part in range(1, parts + 1):
            t = part / parts
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
        x0, y0 = x3, y3


def _stroke(
    pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], ink: str, width: float
) -> None:
    """A line whose joints and ends are round."""
    pen.line(points, fill=ink, width=round(width))
    for x, y in points:
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)
