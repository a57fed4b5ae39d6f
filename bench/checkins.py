"""Check-ins over HTTP: as many as go, a steady few, and the queue of a door that was offline."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench import client, crowd
from bench.crowd import Crowd
from bench.figures import MEGABYTE, Figure, Plan, medians
from bench.server import Server

LEVELS = (1, 8, 32)  # connections
MOST = 1_500  # check-ins a second that are prepared for
BATCH = 50  # scans
STEADY = 10  # check-ins a second


def scale(plan: Plan) -> Iterator[Figure]:
    """As fast as the server answers, over 1, 8 and 32 connections."""
    needed = int(len(LEVELS) * plan.rounds * plan.seconds * MOST)
    with _open(plan, "checkins", needed) as (server, people):
        for level in LEVELS:
            yield from medians(plan.rounds, _level, plan, server, people, level)
        yield Figure("memory.pss", server.memory() / MEGABYTE, "MB")
        yield Figure("memory.processes", len(server.processes()), "processes")


def steady(plan: Plan) -> Iterator[Figure]:
    """Four doors, ten check-ins a second: what somebody at a door waits."""
    needed = int(plan.rounds * 4 * plan.seconds * STEADY)
    with _open(plan, "steady", needed) as (server, people):
        yield from medians(plan.rounds, _steady, plan, server, people)


def batches(plan: Plan) -> Iterator[Figure]:
    """Four doors that were offline deliver what they kept, fifty scans at a time."""
    needed = int(plan.rounds * plan.seconds * 2 * MOST)
    with _open(plan, "batches", needed) as (server, people):
        yield from medians(plan.rounds, _batches, plan, server, people)


@contextmanager
def _open(plan: Plan, name: str, needed: int) -> Iterator[tuple[Server, Crowd]]:
    """A server with enough people for the load, warmed up at every door."""
    data = plan.room(name)
    warm = 4 * crowd.DOORS
    people = crowd.gather(data, people=plan.crowd, sessions=1 + (needed + warm) // plan.crowd)
    with Server(data) as server:
        client.drive(server.address, people.requests(server.address, crowd.DOORS, 4), seconds=20)
        yield server, people


def _level(plan: Plan, server: Server, people: Crowd, level: int) -> Iterator[Figure]:
    queues = people.requests(server.address, level, int(plan.seconds * MOST / level))
    before = server.cpu_seconds()
    run = client.drive(server.address, queues, seconds=plan.seconds)
    cpu = server.cpu_seconds() - before
    name = f"checkins.{level}"
    yield Figure(f"{name}.rate", run.rate, "a second")
    for share in (50, 95, 99):
        yield Figure(f"{name}.p{share}", run.percentile(share), "ms")
    yield Figure(f"{name}.cpu", 1000 * cpu / len(run.waits), "ms each")


def _steady(plan: Plan, server: Server, people: Crowd) -> Iterator[Figure]:
    seconds = 4 * plan.seconds
    queues = people.requests(server.address, 4, int(seconds * STEADY / 4) + 1)
    run = client.drive(server.address, queues, seconds=seconds, rate=STEADY)
    for share in (50, 95, 99):
        yield Figure(f"steady.p{share}", run.percentile(share), "ms")


def _batches(plan: Plan, server: Server, people: Crowd) -> Iterator[Figure]:
    each = max(int(plan.seconds * 2 * MOST / BATCH / 4), 1)
    queues = people.requests(server.address, 4, each, items=BATCH)
    before = server.cpu_seconds()
    run = client.drive(server.address, queues, seconds=plan.seconds)
    cpu = server.cpu_seconds() - before
    yield Figure("batches.rate", run.rate * BATCH, "scans/s")
    yield Figure("batches.p99", run.percentile(99), "ms a batch")
    yield Figure("batches.cpu", 1000 * cpu / len(run.waits) / BATCH, "ms a scan")
