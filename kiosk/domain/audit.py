"""Who did what: one chain of entries that cannot be edited without it showing."""

import hmac
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from kiosk import clock
from kiosk.extensions import db, keys
from kiosk.models import AuditEntry

START = "0" * 64  # what the first entry follows
LOCK = 7001  # any number; PostgreSQL's writers queue up behind it


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not follow from the one before it."""

    entry: int


def write(
    action: str, subject: str, *, by: str, detail: str = "", at: datetime | None = None
) -> AuditEntry:
    """Note an act in the caller's transaction: both are kept, or neither.

    `action` is "word.verb" ("cards.issued"), `subject` "table:id", `by` the actor ("staff:3").
    `detail` must not hold personal data: it cannot be erased later.
    """
    db.session.flush()
    entry = AuditEntry(
        at=at or clock.now(), actor=by, action=action, subject=subject, detail=detail,
        previous=_head(),
    )  # fmt: skip
    entry.hash = _hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def latest(*, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """Who did what, the newest first; `before` is the id of the last entry seen."""
    rows = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return list(db.session.scalars(rows.where(AuditEntry.id < before) if before else rows))


def verify() -> Broken | None:
    """Walk the whole chain. A cut-off tail alone cannot be seen from inside."""
    previous = START
    rows = select(AuditEntry).order_by(AuditEntry.id)
    rows = rows.execution_options(yield_per=1000, populate_existing=True)
    with closing(db.session.scalars(rows)) as entries:
        for entry in entries:
            if entry.previous != previous or not hmac.compare_digest(entry.hash, _hash(entry)):
                return Broken(entry.id)
            previous = entry.hash
    return None


def _head() -> str:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalar(last) or START


def _hash(entry: AuditEntry) -> str:
    at = entry.at.timestamp()
    fields = (entry.previous, f"{at:.6f}", entry.actor, entry.action, entry.subject, entry.detail)
    # As JSON, so that nothing can be moved from one field into the next.
    return hmac.digest(keys["audit"], json.dumps(fields).encode(), "sha256").hex()
