"""`kiosk demo`: the fictional demo, load-test data, and what may be started with either."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import ip_address
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from kiosk import clock, database
from kiosk.commands import bulk, demo_centres, demo_crowd, demo_events, demo_members
from kiosk.commands.demo_register import Register, note_doubts
from kiosk.commands.demo_scans import Log
from kiosk.domain import audit, settings
from kiosk.extensions import db
from kiosk.models import Attendance, Centre, Event, Member, MemberKey, Scan, Staff

SEED = 1
PEOPLE, EVENTS, PER_EVENT = 1000, 100, 100  # where load-test data is asked for and no number given


@click.command("demo")
@click.option("--members", type=click.IntRange(1, 999_999), help="So many made-up members.")
@click.option("--events", type=click.IntRange(1, 100_000), help="So many events of the last year.")
@click.option("--scans", type=click.IntRange(0, 10_000_000), help="So many scans at those events.")
@click.option("--seed", default=SEED, show_default=True, help="Another number, other people.")
@with_appcontext
def demo(members: int | None, events: int | None, scans: int | None, seed: int) -> None:
    """Load the fictional demo into an empty database; with a number, load-test data instead.

    The database is a demo for good from then on.
    """
    if current_app.config["KIOSK_DEMO"] == "0":
        raise click.ClickException("KIOSK_DEMO is 0 here: this database is not for the demo.")
    database.upgrade(current_app.config["DATA"])
    if not is_empty():
        raise click.ClickException(
            "This database is not empty. Name a new folder in KIOSK_DATA and load the demo there."
        )
    at, zone = clock.now(), _zone()
    if members is None and events is None and scans is None:
        load(at=at, zone=zone, seed=seed)
        db.session.commit()
        return
    scans = scans or 0
    events = events or max(EVENTS, scans // PER_EVENT)
    load_crowd(members or PEOPLE, events, scans, at=at, zone=zone, seed=seed)
    with _stage("saving"):
        db.session.commit()
    bulk.doubt()


def prepare() -> None:
    """Before each start: load the demo, lay it around today, or refuse, as the settings say."""
    at, zone = clock.now(), _zone()
    if settings.get(settings.DEMO):
        _check_settings()
        demo_events.arrange(at=at, zone=zone)
    elif current_app.config["KIOSK_DEMO"] == "1" and is_empty():
        _check_settings()
        click.echo("This is the first start. Loading the fictional demo ...")
        load(at=at, zone=zone)
    elif db.session.scalar(select(Staff.id).limit(1)) is None:
        click.echo(
            "Nobody can log in yet. Add the first account: kiosk staff add LOGIN --role admin"
        )
    db.session.commit()


def is_empty() -> bool:
    """Nobody has worked with this database yet."""
    tables = (Centre.id, Event.id, Member.id, Staff.id)
    return all(db.session.scalar(select(id_).limit(1)) is None for id_ in tables)


def load(*, at: datetime, zone: ZoneInfo, seed: int = SEED) -> None:
    """The demo, into empty tables. The same seed gives the same people, with other card codes."""
    random = Random(seed)  # noqa: S311 - nothing secret: the codes are made elsewhere
    demo_centres.load(random, at=at)
    people = demo_members.sample(random, at=at, zone=zone)
    register = Register(at=at)
    register.enter(people, len(people))
    note_doubts(at=at)
    log = Log(random, zone=zone)
    demo_events.load(register.holders, log, random, at=at)
    _mark(f"{len(people)} members, {log.written} scans, seed {seed}", at)


def load_crowd(
    members: int, events: int, scans: int, *, at: datetime, zone: ZoneInfo, seed: int = SEED
) -> None:
    """Load-test data, into empty tables: real cards for everybody, and the demo's calendar."""
    bulk.trust()
    random = Random(seed)  # noqa: S311 - nothing secret: the codes are made elsewhere
    register, log = Register(at=at), Log(random, zone=zone)
    demo_centres.load(random, at=at)
    with _stage("indexes"), bulk.without_indexes(MemberKey, Scan, Attendance):
        with _stage("members"):
            people = demo_members.crowd(members, random, at=at)
            with click.progressbar(people, length=members, label="Members") as bar:
                register.enter(bar, members)
        with _stage("events and scans"):
            demo_events.load(register.holders, log, random, at=at)
            made = demo_crowd.attend(events, scans, register.holders, log, random, at=at)
            with click.progressbar(made, length=events, label="Events and scans") as bar:
                shown = sum(bar)
    _mark(f"{members} members, {events} events, {shown} scans, seed {seed}", at)


def _mark(what: str, at: datetime) -> None:
    """For good: what is invented and what is not must never mix."""
    settings.put(settings.DEMO, "1")
    audit.write("demo.loaded", "settings:demo", by="command", at=at, detail=what)
    click.echo(f"Loaded: {what}.")


@contextmanager
def _stage(name: str) -> Iterator[None]:
    began = perf_counter()
    yield
    click.echo(f"  {name}: {perf_counter() - began:.1f} s", err=True)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["KIOSK_TIMEZONE"])


def _check_settings() -> None:
    """A demo is never taken for real, nor shown to others by accident."""
    config = current_app.config
    if config["KIOSK_DEMO"] == "0":
        raise click.ClickException(
            "This database holds the fictional demo and cannot become a real one. For real work"
            " name an empty folder in KIOSK_DATA; for the demo leave KIOSK_DEMO out."
        )
    if not _is_loopback(config["KIOSK_HOST"]) and not config["DEMO_ASKED_FOR"]:
        raise click.ClickException(
            f"KIOSK_HOST={config['KIOSK_HOST']} would show the fictional demo, with the log-ins"
            " that everybody knows, to other machines. If that is meant, set KIOSK_DEMO=1."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
