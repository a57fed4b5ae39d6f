"""`kiosk serve`: prepare the database, then run the production server."""

import os
import sys
from contextvars import Context
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication

from kiosk import clock, database
from kiosk.commands import demo
from kiosk.domain import settings, visits
from kiosk.extensions import db
from kiosk.models import Role


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Start Doorstep and say when it is ready. Ctrl-C stops it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    try:
        database.upgrade(app.config["DATA"])
    except database.Newer as error:
        raise click.ClickException(str(error)) from error
    demo.prepare()
    visits.sweep(clock.now())
    db.session.commit()
    _say_where(app)

    db.session.remove()
    db.engine.dispose()  # nothing of this process's connections goes into the workers
    # The workers inherit what stands here. An application context would be shared by all their
    # requests, and no request would ever give its database session back.
    Context().run(Server(app).run)


def _say_where(app: Flask) -> None:
    host = app.config["KIOSK_HOST"]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - what to open, not to bind
    base = f"http://{shown}:{app.config['KIOSK_PORT']}"
    click.echo(f"  the kiosk   {base}/")
    click.echo(f"  the door    {base}/door")
    click.echo(f"  the desk    {base}/desk/login")
    if settings.get(settings.DEMO):
        click.echo("This is the fictional demo. Log in at the desk with the password doorstep-demo")
        click.echo(f"  as one of   {', '.join(Role)}")


class Server(BaseApplication):
    """gunicorn, told by our settings instead of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        super().__init__()

    def load_config(self) -> None:
        config = self.app.config
        options: dict[str, Any] = {
            "bind": f"{config['KIOSK_HOST']}:{config['KIOSK_PORT']}",
            "workers": workers(config["KIOSK_WORKERS"], config["SQLALCHEMY_DATABASE_URI"]),
            "threads": int(config["KIOSK_THREADS"]),
            "control_socket_disable": True,
            "preload_app": True,
            "loglevel": "warning",
            "graceful_timeout": 10,
            "keepalive": 5,
            "when_ready": self._ready,
            "limit_request_line": 4094,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app

    def _ready(self, _server: Any) -> None:
        click.echo("Doorstep is ready. Ctrl-C stops it.")
        sys.stdout.flush()


def workers(setting: str, url: str) -> int:
    """SQLite lets one write at a time: more than a few processes only queue up."""
    if setting:
        return int(setting)
    return 2 if url.startswith("sqlite") else (os.cpu_count() or 1) + 1
