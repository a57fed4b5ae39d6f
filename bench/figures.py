"""One line per figure: what was measured, and the aim it is held against."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ParamSpec

from kiosk import database

Given = ParamSpec("Given")

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure should be at most, or at least, this."""

    limit: float
    least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.least else 'at most'} {spell(self.limit)}"


AIMS: Mapping[str, Aim] = {
    "checkins.8.rate": Aim(400, least=True),
    "checkins.8.p99": Aim(100),
    "checkins.8.cpu": Aim(2.2),
    "steady.p99": Aim(15),
    "batches.cpu": Aim(0.3),
    "memory.pss": Aim(150),
    "search.1.p95": Aim(10),
    "cards.sheet.time": Aim(6),
    "cards.sheet.size": Aim(1.5),
    "roster.time": Aim(5),
    "home.size": Aim(90),
    "start.ready": Aim(3),
    "load.time": Aim(60),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` is feature.load.what; `value` is the median of several runs, in `unit`."""

    name: str
    value: float
    unit: str

    @property
    def aim(self) -> Aim | None:
        return AIMS.get(self.name)

    def line(self) -> str:
        said = f"{self.name:<22} {spell(self.value):>10} {self.unit:<14}"
        if self.aim is None:
            return said.rstrip()
        return f"{said} {self.aim}: {'yes' if self.aim.met(self.value) else 'NO'}"

    def as_json(self) -> dict[str, object]:
        if self.aim is None:
            return asdict(self) | {"aim": None, "met": None}
        return asdict(self) | {"aim": str(self.aim), "met": self.aim.met(self.value)}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure, and a folder for whatever that needs."""

    folder: Path
    rounds: int = 5
    seconds: float = 3.0  # of load in each round
    crowd: int = 1_000  # people at each session
    members: int = 100_000
    scans: int = 1_000_000
    rows: int = 7_000
    cards: int = 1_000

    def room(self, name: str) -> Path:
        """A folder of its own for one server's data."""
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path


def quick(folder: Path) -> Plan:
    """Enough to see that everything works; the figures mean little."""
    return Plan(
        folder, rounds=1, seconds=0.3, crowd=50, members=500, scans=2_000, rows=50, cards=20
    )


def medians(
    rounds: int, run: Callable[Given, Iterable[Figure]], *of: Given.args, **how: Given.kwargs
) -> Iterator[Figure]:
    """The same figures several times over: others use the machine too."""
    for same in zip(*(list(run(*of, **how)) for _ in range(rounds)), strict=True):
        yield Figure(same[0].name, statistics.median(f.value for f in same), same[0].unit)


def machine(folder: Path) -> dict[str, str | int]:
    """What the figures were taken on, in general terms."""
    return {
        "cores": os.cpu_count() or 1,
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": str(database.driver().sqlite_version),
        "disk": disk_of(folder),
    }


def disk_of(folder: Path) -> str:
    """The kind of file system: on one in memory a check-in waits for no disk."""
    mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = {str(folder), *map(str, folder.parents)}
    return max((where, kind) for where, kind in mounts if where in above)[1]


def spell(value: float) -> str:
    """Three digits that matter, and no more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(path: Path, folder: Path, figures: list[Figure]) -> None:
    told = {"machine": machine(folder), "figures": [figure.as_json() for figure in figures]}
    path.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def say(figure: Figure) -> None:
    sys.stdout.write(figure.line() + "\n")
    sys.stdout.flush()
