"""`kiosk events`: adding an event from the console."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup

from kiosk.domain import centres, events
from kiosk.extensions import db
from kiosk.models import SignUpRule

group = AppGroup("events", help="Events and their sessions.")


@group.command("add")
@click.argument("title")
@click.option("--centre", "code", required=True, help="Code of the centre, such as BA001.")
@click.option(
    "--start", required=True, help="As in 2026-11-22T19:00; local unless it has an offset."
)
@click.option("--end", required=True, help="When it ends, in the same form.")
@click.option("--place", default="", help="Where in the house, such as 二楼乡音厅.")
@click.option("--places", type=click.IntRange(1, 100_000), help="Without it: as many as come.")
@click.option(
    "--sign-up",
    type=click.Choice([rule.value for rule in SignUpRule]),
    default="none",
    show_default=True,
)
def add(
    title: str, code: str, start: str, end: str, place: str, places: int | None, sign_up: str
) -> None:
    """Add an event with one session, and print the session's number."""
    centre = centres.by_code(code)
    if centre is None:
        raise click.ClickException(f"There is no centre with the code {code}.")
    try:
        session = events.add(
            title, centre=centre, starts_at=_moment(start), ends_at=_moment(end), place=place,
            places=places, sign_up=SignUpRule(sign_up), by="command",
        )  # fmt: skip
    except ValueError as error:
        raise click.ClickException(f"{error}".capitalize() + ".") from error
    db.session.commit()
    click.echo(session.id)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.ClickException(f"{text} is not a time such as 2026-11-22T19:00.") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(current_app.config["KIOSK_TIMEZONE"]))
