"""The `kiosk` command: one module per word."""

from flask import Flask

from kiosk.commands import cards, centres, database, events, members, staff
from kiosk.commands.demo import demo
from kiosk.commands.doctor import doctor
from kiosk.commands.serve import serve

WORDS = (cards, centres, database, events, members, staff)


def init_app(app: Flask) -> None:
    for word in WORDS:
        app.cli.add_command(word.group)
    app.cli.add_command(demo)
    app.cli.add_command(doctor)
    app.cli.add_command(serve)
