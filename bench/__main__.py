"""`scripts/bench`: prints one line per figure."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bench import cards, checkins, pages, rosters, searches, starts
from bench.client import Failed
from bench.figures import Figure, Plan, machine, quick, say, write

MEASURES: Mapping[str, Callable[[Plan], Iterable[Figure]]] = {
    "checkins": checkins.scale,
    "steady": checkins.steady,
    "batches": checkins.batches,
    "cards": cards.measure,
    "roster": rosters.measure,
    "home": pages.measure,
    "start": starts.measure,
    "load": searches.load,
    "search": searches.measure,
}
WHAT = """\
Measures Doorstep and prints one line per figure, with its aim where there is one.

  checkins   check-ins over HTTP at 1, 8 and 32 connections; memory of the server
  steady     ten check-ins a second
  batches    doors that were offline deliver fifty scans at a time
  cards      a PDF of 1,000 cards
  roster     7,000 rows of an Excel file
  home       bytes of the visitor's home
  start      scripts/serve, second start, to ready
  load       load data: 100,000 members, 1,000,000 scans
  search     the desk's search box among them

Needs the environment that scripts/serve or scripts/test makes, and Linux for CPU and memory.
Every server it starts has its own data in a temporary folder (in TMPDIR, which should be on
the disk that the product will use) and stops at the end. All of it takes about ten minutes;
other work on the machine spoils the figures."""


def main() -> int:
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are stopped on the way
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        plan = quick(Path(folder)) if asked.quick else Plan(Path(folder))
        about = machine(plan.folder)
        sys.stdout.write(", ".join(f"{name}: {value}" for name, value in about.items()) + "\n")
        for name in asked.only or MEASURES:
            try:
                for figure in MEASURES[name](plan):
                    say(figure)
                    figures.append(figure)
            except Failed as error:
                sys.exit(f"Error in {name}: {error}")
        if asked.json:
            write(asked.json, plan.folder, figures)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=WHAT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument(
        "--only", action="append", choices=MEASURES, metavar="NAME", help="may be given repeatedly"
    )
    parser.add_argument("--quick", action="store_true", help="short runs: does everything work?")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
