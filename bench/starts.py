"""From the one command to the sentence that says ready, on a machine that has everything."""

from collections.abc import Iterator

from bench.figures import Figure, Plan, medians
from bench.server import ROOT, Server

COMMAND = (str(ROOT / "scripts" / "serve"),)


def measure(plan: Plan) -> Iterator[Figure]:
    data = plan.room("start")
    with Server(data, COMMAND, KIOSK_DEMO="1"):
        pass  # the first start makes the database and loads the demo
    yield from medians(plan.rounds, _second, plan)


def _second(plan: Plan) -> Iterator[Figure]:
    with Server(plan.room("start"), COMMAND, KIOSK_DEMO="1") as server:
        yield Figure("start.ready", server.seconds_to_ready, "s")
