"""Many rows at once: a million of them one by one through the ORM would take all morning."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.orm import DeclarativeBase

from kiosk.extensions import db

Model = type[DeclarativeBase]
Rows = list[tuple[Any, ...]]
QUICK = (
    "foreign_keys = OFF",
    "ignore_check_constraints = ON",
    "journal_mode = DELETE",  # as safe as the other, and a page that is new needs no second copy
    "mmap_size = 4294967296",  # indexes read each page again
    "cache_size = -262144",  # KiB of pages in memory, so that each is written once
)


def write(table: Model | Table, columns: str, rows: Rows) -> None:
    """Insert rows that hold what `columns` names, in that order. Moments come as stamps.

    Defaults of the models do not apply: every column that may not be empty must be named.
    Truth is 1 or 0: it takes the driver as long to bind a bool as everything else in a row.
    """
    connection = db.session.connection()
    cursor: Any = connection.connection.cursor()
    names = ", ".join(columns.split())
    name = table.name if isinstance(table, Table) else table.__tablename__
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns.split()))
    cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({places})", rows)  # noqa: S608 - ours


def stamp(at: datetime) -> str:
    """A moment as both databases keep it."""
    return at.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def numbered(*tables: Model) -> None:
    """Rows were written with their ids: PostgreSQL goes on counting after the last one."""
    if db.session.connection().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        last = f"(SELECT coalesce(max(id), 0) + 1 FROM {name})"  # noqa: S608 - ours
        count = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last}, false)"
        db.session.execute(text(count))


def trust() -> None:
    """Make SQLite quick for one coming transaction, which an empty database alone can bear.

    It checks neither references nor the words of a row, which takes two thirds of the time: for
    rows whose maker is tested. A new page goes straight to its place instead of twice to the disk;
    what a power cut interrupts is rolled back as ever. Call `doubt` after the commit.
    """
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("COMMIT")  # none of these can be changed within a transaction
        for pragma in QUICK:
            driver.execute(f"PRAGMA {pragma}")
        driver.execute("BEGIN IMMEDIATE")


def doubt() -> None:
    """New connections check everything again, and keep the log as the server does."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def without_indexes(*tables: Model) -> Iterator[None]:
    """It is quicker to make an index of a million rows at the end than to keep it up."""
    connection = db.session.connection()
    indexes = [
        index for table in tables for index in db.metadata.tables[table.__tablename__].indexes
    ]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


@contextmanager
def without_collector() -> Iterator[None]:
    """Millions of rows come and go, none in a ring: looking for rings takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
