"""The `kiosk` command: one module per word."""

from flask import Flask

from kiosk.commands import (
    cards,
    centres,
    database,
    demo,
    doctor,
    events,
    members,
    serve,
    staff,
)

WORDS = (cards, centres, database, events, members, staff)


def init_app(app: Flask) -> None:
    for word in WORDS:
        app.cli.add_command(word.group)
    app.cli.add_command(centres.centres_group)
    app.cli.add_command(demo.demo)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(serve.serve)
