"""`kiosk serve`: prepare the database, then run the production server."""

import errno
import os
import sys
from contextvars import Context
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from socket import SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

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
    _check_address(app.config["KIOSK_HOST"], int(app.config["KIOSK_PORT"]))
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


def _check_address(host: str, port: int) -> None:
    """Better now, in one sentence, than after the database was made."""
    try:
        found = getaddrinfo(host.strip("[]"), port, type=SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket(family, kind, protocol) as listener:
            listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "Another program listens there. Stop it, or set KIOSK_PORT.",
            errno.EACCES: "This user may not listen there. Set KIOSK_PORT to 1024 or more.",
        }.get(error.errno or 0, "This machine has no such address. Set KIOSK_HOST.")
        raise click.ClickException(f"Doorstep cannot listen on {host}:{port}. {reason}") from error


def _say_where(app: Flask) -> None:
    host = app.config["KIOSK_HOST"]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - what to open, not to bind
    base = f"http://{_in_address(shown)}:{app.config['KIOSK_PORT']}"
    click.echo(f"  the kiosk   {base}/")
    click.echo(f"  the door    {base}/door")
    click.echo(f"  the desk    {base}/desk/login")
    if settings.get(settings.DEMO):
        click.echo("This is the fictional demo. Log in at the desk with the password doorstep-demo")
        click.echo(f"  as one of   {', '.join(Role)}")


def _in_address(host: str) -> str:
    """An IPv6 address stands in brackets where a port follows."""
    return f"[{host.strip('[]')}]" if ":" in host else host


class Server(BaseApplication):
    """gunicorn, told by our settings instead of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        super().__init__()

    def load_config(self) -> None:
        config = self.app.config
        options: dict[str, Any] = {
            "bind": f"{_in_address(config['KIOSK_HOST'])}:{config['KIOSK_PORT']}",
            "workers": workers(config["KIOSK_WORKERS"], config["SQLALCHEMY_DATABASE_URI"]),
            "threads": int(config["KIOSK_THREADS"]),
            "control_socket_disable": True,
            "preload_app": True,
            "loglevel": "warning",
            "graceful_timeout": 10,
            "keepalive": 5,
            "when_ready": self._ready,
            "post_worker_init": self._begin,
            "limit_request_line": 4094,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app

    def _ready(self, server: Arbiter) -> None:
        # Ctrl-C stops it like SIGTERM: what has begun is answered first.
        signal(SIGINT, lambda _number, frame: server.signal(SIGTERM, frame))
        click.echo("Doorstep is ready. Ctrl-C stops it.")
        sys.stdout.flush()

    def _begin(self, _worker: Worker) -> None:
        signal(SIGINT, SIG_IGN)  # a terminal sends Ctrl-C to all; the first process tells the rest


def workers(setting: str, url: str) -> int:
    """SQLite lets one write at a time. Writers of one process queue up in order; those of several
    sleep and try again, which costs more and lets some wait long (docs/performance.md)."""
    if setting:
        return int(setting)
    return 1 if url.startswith("sqlite") else (os.cpu_count() or 1) + 1
