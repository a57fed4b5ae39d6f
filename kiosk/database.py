"""SQLite made to keep its promises (BEGIN, pragmas, a fixed library); PostgreSQL settings."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

import flask_migrate as migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk import clock
from kiosk.extensions import db

try:
    from pysqlite3 import dbapi2 as bundled
except ImportError:  # no wheel for this machine
    bundled = None

Result = TypeVar("Result")

MIGRATIONS = str(Path(__file__).parent / "migrations")
BACKUPS = 14  # how many are kept, and of how many days one
BUSY = 5  # seconds that a writer waits for its turn
MOST = 20  # connections that a process keeps; each is made when it is needed
TURN = "turn"
FIXED = (3, 51, 3)  # older libraries can corrupt a database in WAL mode
PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",  # NORMAL may lose acknowledged check-ins in a power cut
    f"busy_timeout = {1000 * BUSY}",
    "secure_delete = ON",  # erased means erased
    "trusted_schema = OFF",
    "mmap_size = 0",
)


def driver() -> ModuleType:
    """The newer of the two SQLite libraries on this machine."""
    if bundled is None or bundled.sqlite_version_info < sqlite3.sqlite_version_info:
        return sqlite3
    library: ModuleType = bundled
    return library


def journal_mode() -> str:
    """WAL where it is safe; the old rollback journal is slower, and safe everywhere."""
    return "WAL" if driver().sqlite_version_info >= FIXED else "DELETE"


def options(url: str) -> dict[str, Any]:
    """Engine options for a database address."""
    # An error must not carry a name into the log. Each thread keeps its connection.
    common = {"hide_parameters": True, "pool_size": MOST}
    if url.startswith("sqlite"):
        return common | {"module": driver()}
    patience = {"connect_timeout": BUSY, "options": f"-c lock_timeout={BUSY}s"}
    return common | {"pool_pre_ping": True, "connect_args": patience}


def init_app(app: Flask) -> None:
    with app.app_context():
        keep_promises(db.engine)


def keep_promises(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        turn = Turn()
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", turn.begin)
        event.listen(engine.pool, "checkin", turn.end)


def read_only() -> None:
    """Let this request read without queueing behind those who write. Call it first."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection(execution_options={"read_only": True})


def once_more(rule: Callable[[], Result]) -> Result:
    """What the rule returns. Where another transaction was faster with the same row, it runs
    again from the beginning, and finds that row. It comes first in its transaction.

    A savepoint would do the same, and cost every check-in two more statements.
    """
    try:
        return rule()
    except IntegrityError:
        db.session.rollback()
        return rule()


def end_reading() -> None:
    """A request that only read has to note something after all: its next statement may write."""
    db.session.commit()


def _configure(connection: Any, _record: Any) -> None:
    # The driver would otherwise open transactions only at the first write, and
    # releasing a savepoint before that would commit it for good.
    connection.isolation_level = None
    for pragma in (*PRAGMAS, f"journal_mode = {journal_mode()}"):
        connection.execute(f"PRAGMA {pragma}")


class Turn:
    """The writers of this process queue up here, each until its connection is given back.

    A transaction that begins by reading and then writes fails at once when another writer was
    faster, whatever the timeout says; so writers have to wait at BEGIN. But SQLite lets those
    who wait sleep longer and longer, and whoever comes fresh goes first.
    """

    def __init__(self) -> None:
        self.lock = Lock()

    def begin(self, connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("BEGIN")
            return
        held = connection.connection.record_info
        if held is not None and not held.get(TURN):
            held[TURN] = self.lock.acquire(timeout=BUSY)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # other processes write, too

    def end(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        if record.record_info and record.record_info.pop(TURN, False):
            self.lock.release()


class Newer(RuntimeError):
    """The database was made by a newer version; opening it could harm it."""


def upgrade(data: Path) -> Path | None:
    """Back up, then bring an older schema up to date. Returns the backup's path, if one was made.

    Raises Newer when the schema is one that this version does not know.
    """
    script = ScriptDirectory(MIGRATIONS)
    with db.engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now not in {revision.revision for revision in script.walk_revisions()}:
        raise Newer("This database belongs to a newer version of Doorstep. Install that version.")
    kept = None
    if now is not None and db.engine.dialect.name == "sqlite":
        kept = backup(data / "backups" / f"{clock.now():%Y%m%dT%H%M%S}.sqlite")
        forget_old(data / "backups")
    if now != script.get_current_head():
        migrate.upgrade()
    return kept


def backup(path: Path) -> Path:
    """A copy of a SQLite database that is whole, even while others write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(driver().connect(str(path))) as copy:
        connection = db.engine.raw_connection()
        connection.driver_connection.backup(copy)  # type: ignore[union-attr]  # a SQLite driver's
        connection.close()
    path.chmod(0o600)
    return path


def forget_old(folder: Path) -> None:
    """Keep the latest backups, and of each of the latest days the last one.

    A server that starts over and over must not push out every good copy in a minute.
    """
    made = sorted(folder.glob("*.sqlite"))
    of_days = {path.name[:8]: path for path in made}  # the last of each day
    kept = {*made[-BACKUPS:], *list(of_days.values())[-BACKUPS:]}
    for path in set(made) - kept:
        path.unlink()
