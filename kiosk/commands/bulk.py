"""Many rows at once: a million of them one by one through the ORM would take all morning."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase

from kiosk.extensions import db

Table = type[DeclarativeBase]
Rows = list[tuple[Any, ...]]
CACHE = 256 * 1024  # KiB of pages that SQLite keeps in memory, so that each is written once


def write(table: Table, columns: str, rows: Rows) -> None:
    """Insert rows that hold what `columns` names, in that order. Moments come as stamps.

    Defaults of the models do not apply: every column that may not be empty must be named.
    """
    connection = db.session.connection()
    names = ", ".join(columns.split())
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.__tablename__} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns.split()))
    insert = f"INSERT INTO {table.__tablename__} ({names}) VALUES ({places})"  # noqa: S608 - ours
    if rows:
        connection.exec_driver_sql(insert, rows)


def stamp(at: datetime) -> str:
    """A moment as both databases keep it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def numbered(*tables: Table) -> None:
    """Rows were written with their ids: PostgreSQL goes on counting after the last one."""
    if db.session.connection().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        last = f"(SELECT coalesce(max(id), 0) + 1 FROM {name})"  # noqa: S608 - ours
        count = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last}, false)"
        db.session.execute(text(count))


def trust() -> None:
    """For the coming transaction SQLite checks neither references nor the words of a row, which
    takes two thirds of the time. For rows whose maker is tested; call `doubt` after the commit.
    """
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("COMMIT")  # references can only be trusted outside a transaction
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("PRAGMA ignore_check_constraints = ON")
        driver.execute(f"PRAGMA cache_size = -{CACHE}")
        driver.execute("BEGIN IMMEDIATE")


def doubt() -> None:
    """New connections check everything again."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def without_indexes(*tables: Table) -> Iterator[None]:
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
