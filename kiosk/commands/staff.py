"""`kiosk staff`: accounts of the people who work here."""

import sys
from typing import TextIO

import click
from flask.cli import AppGroup

from kiosk.domain import centres, organisations, staff
from kiosk.domain.staff import SHORTEST_PASSWORD, Fault
from kiosk.extensions import db
from kiosk.models import Centre, Organisation, Role

group = AppGroup("staff", help="Accounts of the people who work here.")

WORDS = {
    Fault.LOGIN_TAKEN: "This log-in name is taken.",
    Fault.LOGIN_ODD: "A log-in name has 1 to 40 letters, digits and signs, and no blank.",
    Fault.CENTRE_MISSING: "Desk staff work at a centre: name it with --centre.",
    Fault.ORGANISATION_MISSING: "Say which branch this is for with --organisation.",
    Fault.PASSWORD_SHORT: f"A password has at least {SHORTEST_PASSWORD} characters.",
    Fault.PASSWORD_LONG: "This password is longer than 200 characters.",
    Fault.PASSWORD_IS_LOGIN: "The password must not be the log-in name.",
    Fault.PASSWORD_KNOWN: "This password is too well known. Please choose another one.",
}


@group.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--centre", "centre_code", help="Code of the centre, such as BA001.")
@click.option("--organisation", "organisation_code", help="Code of the branch, such as B001.")
@click.option("--name", default="", help="Name of the person; the log-in name if left out.")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8", errors="replace"),
    help="Read the password there; - is standard input.",
)
def add(
    login: str,
    role: str,
    centre_code: str | None,
    organisation_code: str | None,
    name: str,
    password_file: TextIO | None,
) -> None:
    """Add an account. The password is asked for on a terminal, or read from a file."""
    centre, organisation = _centre(centre_code), _organisation(organisation_code)
    password = _password(password_file)
    made = staff.add(
        login, name, Role(role), password, by="command", centre=centre, organisation=organisation
    )
    if isinstance(made, Fault):
        raise click.ClickException(WORDS[made])
    db.session.commit()
    click.echo(f"{made.login} can log in at /desk/login now.")


def _password(file: TextIO | None) -> str:
    if file is not None:
        return file.read().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.ClickException("There is no terminal to ask on: use --password-file.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _centre(code: str | None) -> Centre | None:
    centre = centres.by_code(code) if code else None
    if code and centre is None:
        raise click.ClickException(f"There is no centre with the code {code}.")
    return centre


def _organisation(code: str | None) -> Organisation | None:
    organisation = organisations.by_code(code) if code else None
    if code and organisation is None:
        raise click.ClickException(f"There is no organisation with the code {code}.")
    return organisation
