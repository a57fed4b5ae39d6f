"""The `kiosk` command: one module per word."""

from flask import Flask

from kiosk.commands import centres, database, events
from kiosk.commands.doctor import doctor
from kiosk.commands.serve import serve


def init_app(app: Flask) -> None:
    for group in (centres.group, database.group, events.group):
        app.cli.add_command(group)
    app.cli.add_command(doctor)
    app.cli.add_command(serve)
