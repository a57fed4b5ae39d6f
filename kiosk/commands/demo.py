"""`kiosk demo`: the fictional demo, load-test data, and what may be started with either."""

from ipaddress import ip_address
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from kiosk import clock, database
from kiosk.demo import bulk, loading
from kiosk.demo import events as calendar
from kiosk.domain import settings
from kiosk.extensions import db
from kiosk.models import Centre, Event, Member, Staff

PEOPLE, EVENTS, PER_EVENT = 1000, 100, 100  # where load-test data is asked for and no number given


@click.command("demo")
@click.option("--members", type=click.IntRange(1, 999_999), help="So many made-up members.")
@click.option("--events", type=click.IntRange(1, 100_000), help="So many events of the last year.")
@click.option("--scans", type=click.IntRange(0, 10_000_000), help="So many scans at those events.")
@click.option(
    "--seed", default=loading.SEED, show_default=True, help="Another number, other people."
)
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
        click.echo(f"Loaded: {loading.load(at=at, zone=zone, seed=seed)}.")
        db.session.commit()
        return
    scans = scans or 0
    events = events or max(EVENTS, scans // PER_EVENT)
    wanted = loading.Crowd(members or PEOPLE, events, scans, seed)
    click.echo(f"Loaded: {loading.load_crowd(wanted, at=at, zone=zone)}.")
    db.session.commit()
    bulk.doubt()


def prepare() -> None:
    """Before each start: load the demo, lay it around today, or refuse, as the settings say."""
    at, zone = clock.now(), _zone()
    if settings.get(settings.DEMO):
        _check_settings()
        calendar.arrange(at=at, zone=zone)
    elif current_app.config["KIOSK_DEMO"] == "1" and is_empty():
        _check_settings()
        click.echo("This is the first start. Loading the fictional demo ...")
        click.echo(f"Loaded: {loading.load(at=at, zone=zone)}.")
    elif db.session.scalar(select(Staff.id).limit(1)) is None:
        click.echo(
            "Nobody can log in yet. Add the first account: kiosk staff add LOGIN --role admin"
        )
    db.session.commit()


def is_empty() -> bool:
    """Nobody has worked with this database yet."""
    tables = (Centre.id, Event.id, Member.id, Staff.id)
    return all(db.session.scalar(select(id_).limit(1)) is None for id_ in tables)


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
