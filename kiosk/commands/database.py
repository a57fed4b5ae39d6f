"""`kiosk db`: the schema."""

import click
from flask import current_app
from flask.cli import AppGroup

from kiosk import database

group = AppGroup("db", help="The database's schema.")


@group.command("upgrade")
def upgrade() -> None:
    """Back up, then bring an older schema up to date. A newer one is refused."""
    try:
        database.upgrade(current_app.config["DATA"])
    except database.Newer as error:
        raise click.ClickException(str(error)) from error
    click.echo("The schema is up to date.")
