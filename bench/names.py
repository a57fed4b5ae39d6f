"""Made-up names for files and cards, from the characters that ship with the demo."""

import csv
import itertools
from pathlib import Path

import kiosk

FOLDER = Path(kiosk.__file__).parent / "demo" / "names"


def people(many: int) -> list[str]:
    """Different full names, always the same ones."""
    surnames = column("surnames.csv", "surname")
    given = column("given_chars.csv", "char")
    full = (
        surnames[n % len(surnames)]
        + given[n % len(given)]
        + given[n * 7 // len(given) % len(given)]
        for n in itertools.count()
    )
    return list(itertools.islice(dict.fromkeys(itertools.islice(full, 3 * many)), many))


def column(file: str, name: str) -> list[str]:
    with (FOLDER / file).open(encoding="utf-8-sig") as lines:
        return [row[name] for row in csv.DictReader(lines)]
