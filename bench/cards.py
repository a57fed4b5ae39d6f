"""A thousand cards as sheets of ten on A4."""

import time
from collections.abc import Iterator

from bench import names
from bench.figures import MEGABYTE, Figure, Plan, medians
from kiosk.artwork import sheet
from kiosk.artwork.card import CardFace
from kiosk.domain import codes


def measure(plan: Plan) -> Iterator[Figure]:
    faces = [face(number, name) for number, name in enumerate(names.people(plan.cards), start=1)]
    sheet.sheet(faces[:1])  # reads the fonts, once for each server process
    yield from medians(plan.rounds, _print, faces)


def face(number: int, name: str) -> CardFace:
    return CardFace(
        name=name, reading="", place="江西宜春", number=f"BA-{number:06d}", code=codes.make(),
        title="家门口", kind="会员卡", small_print="拾到请交到最近的党群服务中心",
    )  # fmt: skip


def _print(faces: list[CardFace]) -> Iterator[Figure]:
    begin = time.perf_counter()
    drawn = sheet.sheet(faces)
    seconds = time.perf_counter() - begin
    yield Figure("cards.sheet.time", seconds, "s")
    yield Figure("cards.sheet.size", len(drawn.pdf) / MEGABYTE, "MB")
    yield Figure("cards.rate", len(faces) / seconds, "a second")
