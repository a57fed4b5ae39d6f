"""Column types and the base class of all tables."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from kiosk import clock


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC: SQLite itself forgets the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime may not be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    # Named constraints: a migration can only drop what it can name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


key = Annotated[int, mapped_column(primary_key=True)]
word = Annotated[str, mapped_column(String(20))]  # a stored word of an enum
code = Annotated[str, mapped_column(String(24), unique=True)]
label = Annotated[str, mapped_column(String(100))]  # a name or a title
note = Annotated[str, mapped_column(String(400), default="")]
digest = Annotated[str, mapped_column(String(64))]  # hex of a 256-bit hash
moment = Annotated[datetime, mapped_column(Instant)]
created = Annotated[datetime, mapped_column(Instant, default=clock.now)]
count = Annotated[int, mapped_column(Integer, default=0)]


def refers(table: str) -> MappedColumn[Any]:
    """A foreign key column with its index; a row that others refer to cannot be deleted."""
    return mapped_column(ForeignKey(f"{table}.id"), index=True)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The database knows the words, too."""
    listed = ", ".join(f"'{member.value}'" for member in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def unique_while(index: str, columns: str, condition: str) -> Index:
    """At most one row of this kind while the condition holds."""
    where = text(condition)
    # Each dialect needs its own.
    return Index(index, *columns.split(), unique=True, sqlite_where=where, postgresql_where=where)
