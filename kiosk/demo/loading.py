"""The demo, or load-test data, into an empty database. Neither commits."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from kiosk.demo import bulk, centres, crowd, events, members
from kiosk.demo.register import Register, note_doubts
from kiosk.demo.scans import Log
from kiosk.domain import audit, settings
from kiosk.models import (
    Affiliation,
    Attendance,
    Card,
    CardMove,
    Consent,
    Member,
    MemberKey,
    Scan,
)

SEED = 1
LARGE = (Member, MemberKey, Consent, Affiliation, Card, CardMove, Scan, Attendance)
STEPS = 200  # of a progress bar: to draw it takes longer than to make a member
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Crowd:
    """How much load-test data."""

    members: int
    events: int
    scans: int
    seed: int = SEED


def load(*, at: datetime, zone: ZoneInfo, seed: int = SEED) -> str:
    """The demo; returns what there is now. The same seed gives the same people, with other card
    codes."""
    random = Random(seed)  # noqa: S311 - nothing secret: the codes are made elsewhere
    centres.load(random, at=at)
    people = members.sample(random, at=at, zone=zone)
    register = Register(at=at)
    register.enter(people, len(people))
    note_doubts(at=at)
    log = Log(random, zone=zone)
    events.load(register.holders, log, random, at=at)
    return _mark(f"{len(people)} members, {log.written} scans, seed {seed}", at)


def load_crowd(wanted: Crowd, *, at: datetime, zone: ZoneInfo) -> str:
    """Load-test data: real cards for everybody, and the demo's calendar.

    SQLite trusts the rows until `bulk.doubt` is called, which comes after the commit.
    """
    bulk.trust()
    random = Random(wanted.seed)  # noqa: S311 - nothing secret: the codes are made elsewhere
    register, log = Register(at=at), Log(random, zone=zone)
    centres.load(random, at=at)
    with bulk.without_collector(), bulk.without_indexes(*LARGE):
        people = members.crowd(wanted.members, random, at=at)
        with _bar(people, wanted.members, "Members") as bar:
            register.enter(bar, wanted.members)
        events.load(register.holders, log, random, at=at)
        made = crowd.attend(wanted.events, wanted.scans, register.holders, log, random, at=at)
        with _bar(made, wanted.events, "Events and scans") as bar:
            shown = sum(bar)
    what = f"{wanted.members} members, {wanted.events} events, {shown} scans, seed {wanted.seed}"
    return _mark(what, at)


def _bar(made: Iterator[Made], how_many: int, label: str) -> AbstractContextManager[Iterable[Made]]:
    return click.progressbar(
        made, length=how_many, label=label, file=sys.stderr, hidden=not sys.stderr.isatty(),
        update_min_steps=how_many // STEPS + 1,
    )  # fmt: skip


def _mark(what: str, at: datetime) -> str:
    """For good: what is invented and what is not must never mix."""
    settings.put(settings.DEMO, "1")
    audit.write("demo.loaded", "settings:demo", by="command", at=at, detail=what)
    return what
