"""A clerk's roster, as an Excel file, brought in from the command line."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

from bench import crowd, names
from bench.client import Failed
from bench.figures import Figure, Plan
from bench.server import ROOT, environment

HEADINGS = ("姓名", "手机", "家乡", "同意登记")


def measure(plan: Plan) -> Iterator[Figure]:
    """Into an empty register; the time holds everything, from the command to its end."""
    data = plan.room("roster")
    crowd.gather(data, people=0, sessions=0)
    path = write(data / "roster.xlsx", plan.rows)
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "members", "import", str(path)],
        env=environment(data), cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise Failed(f"the roster was not taken: {done.stderr[-1000:]}")
    yield Figure("roster.time", seconds, "s")
    yield Figure("roster.rate", plan.rows / seconds, "rows/s")


def write(path: Path, rows: int) -> Path:
    """An .xlsx with phones as numbers, as clerks have them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for number, name in enumerate(names.people(rows)):
        sheet.append((name, 13_800_000_000 + number, "江西宜春", "是"))
    book.save(path)
    return path
