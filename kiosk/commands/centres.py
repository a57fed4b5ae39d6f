"""`kiosk devices`: pairing from the console."""

import click
from flask.cli import AppGroup

from kiosk.domain import centres
from kiosk.extensions import db
from kiosk.models import CentreKind, DeviceKind

group = AppGroup("devices", help="Doors, kiosks and walls.")
centres_group = AppGroup("centres", help="Service centres and registration points.")


@centres_group.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--name-en", default="", help="The English name; without it the Chinese one.")
@click.option(
    "--kind",
    type=click.Choice([word.value for word in CentreKind]),
    default="community",
    show_default=True,
)
def add(code: str, name: str, name_en: str, kind: str) -> None:
    """Add a centre. The first one is what a new installation needs."""
    if centres.by_code(code) is not None:
        raise click.ClickException(f"There is a centre with the code {code} already.")
    centre = centres.add(code, name, name_en=name_en, kind=CentreKind(kind), by="command")
    db.session.commit()
    click.echo(f"{centre.code}  {centre.name}")


@group.command("pair")
@click.argument("name")
@click.option("--centre", "code", required=True, help="Code of the centre, such as BA001.")
@click.option("--kind", type=click.Choice([kind.value for kind in DeviceKind]), required=True)
def pair(name: str, code: str, kind: str) -> None:
    """Pair a device. Its key is printed once, alone on the last line."""
    centre = centres.by_code(code)
    if centre is None:
        raise click.ClickException(f"There is no centre with the code {code}.")
    paired = centres.pair(centre, DeviceKind(kind), name, by="command")
    db.session.commit()
    click.echo(f"{name} is paired with {centre.name}. This is its key; it is not shown again:")
    click.echo(paired.key)
