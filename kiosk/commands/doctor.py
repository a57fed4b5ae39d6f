"""`kiosk doctor`: is everything as it should be?"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk import database
from kiosk.domain import audit
from kiosk.extensions import db

ENOUGH = 500 * 1024 * 1024  # bytes of free disk, below which a busy week may fill it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `trouble` says what to do about it; empty: all is well."""

    what: str
    found: str
    trouble: str = ""


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at the library, the database, the audit chain, the keys and the disk."""
    findings = list(_look())
    for finding in findings:
        mark = "!!" if finding.trouble else "ok"
        click.echo(f"{mark}  {finding.what}: {finding.found}")
        if finding.trouble:
            click.echo(f"    {finding.trouble}")
    if any(finding.trouble for finding in findings):
        raise click.exceptions.Exit(1)


def _look() -> Iterator[Finding]:
    yield _library()
    try:
        yield _integrity()
        yield _chain()
    except DBAPIError as error:
        said = type(error.orig).__name__
        yield Finding("database", said, "It cannot be read. Stop the server, restore a backup.")
    yield _keys(current_app.config["KEYS"])
    yield _disk(current_app.config["DATA"])


def _library() -> Finding:
    if db.engine.dialect.name != "sqlite":
        version = db.session.scalar(text("SHOW server_version"))
        return Finding("library", f"PostgreSQL {version}")
    found = f"SQLite {database.driver().sqlite_version}, journal {database.journal_mode()}"
    return Finding("library", found)


def _integrity() -> Finding:
    if db.engine.dialect.name != "sqlite":
        return Finding("database", f"{db.session.scalar(text('SELECT 1')) and 'answers'}")
    said = db.session.scalar(text("PRAGMA integrity_check"))
    trouble = "" if said == "ok" else "Stop the server and restore the latest good backup."
    return Finding("database", str(said), trouble)


def _chain() -> Finding:
    broken = audit.verify()
    if broken is None:
        return Finding("audit chain", "whole")
    return Finding(
        "audit chain", f"broken at entry {broken.entry}", "Somebody changed it. Compare a backup."
    )


def _keys(folder: Path) -> Finding:
    modes = [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())]
    open_to_others = any(mode & 0o077 for mode in modes)
    trouble = "Others may read the keys: chmod -R go= the folder." if open_to_others else ""
    return Finding("keys", "open to others" if open_to_others else "private", trouble)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    trouble = "" if free > ENOUGH else "Free some space, or check-ins will soon be refused."
    return Finding("disk", f"{free // 1024**2} MB free", trouble)
