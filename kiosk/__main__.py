"""The `kiosk` command."""

import sys

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from kiosk import __version__, create_app
from kiosk.config import BadSetting


@click.group(
    cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False
)
@click.version_option(__version__, prog_name="Doorstep")
def cli() -> None:
    """Doorstep (家门口): the front desk's cards, check-ins and registrations."""


def main() -> None:
    try:
        cli()
    except BadSetting as error:
        sys.exit(f"Error: {error}.")
    except (OperationalError, ProgrammingError):
        sys.exit(
            "Error: The database cannot be used just now. `kiosk db upgrade` prepares a new one,"
            " `kiosk doctor` looks for what is wrong with an old one."
        )


if __name__ == "__main__":
    main()
