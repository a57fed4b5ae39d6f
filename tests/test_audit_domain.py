"""The audit chain: nobody edits, removes, adds or reorders an entry without it showing."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kiosk.domain import audit
from kiosk.domain.audit import Broken
from kiosk.extensions import db
from kiosk.models import AuditEntry
from tests.together import at_once


@pytest.fixture
def chain(app, now):
    """Five entries."""
    for number in range(1, 6):
        audit.write("cards.issued", f"cards:{number}", by="staff:1", detail=f"no. {number}")
    db.session.commit()


@pytest.fixture
def tamper(chain):
    """What somebody with the database's password could do, the triggers taken away first."""
    return without_triggers("audit_entries")


def without_triggers(table):
    run = db.session.connection().exec_driver_sql
    sqlite = db.engine.dialect.name == "sqlite"
    for act in ("update", "delete"):
        run(f"DROP TRIGGER {table}_no_{act}" + ("" if sqlite else f" ON {table}"))
    return run


def entries():
    return db.session.query(AuditEntry).order_by(AuditEntry.id).all()


def test_the_first_entry_follows_nothing_and_each_other_the_one_before(chain):
    written = entries()

    assert written[0].previous == audit.START
    assert [one.previous for one in written[1:]] == [one.hash for one in written[:-1]]
    assert audit.verify() is None


def test_an_empty_chain_is_whole(app):
    assert audit.verify() is None


def test_an_entry_says_who_did_what_to_whom_and_when(chain, now):
    entry = entries()[0]

    assert (entry.actor, entry.action, entry.subject, entry.detail, entry.at) == (
        "staff:1", "cards.issued", "cards:1", "no. 1", now,
    )  # fmt: skip


def test_an_entry_and_its_act_are_kept_together_or_not_at_all(chain):
    audit.write("cards.stopped", "cards:1", by="staff:1")

    db.session.rollback()

    assert len(entries()) == 5
    assert audit.verify() is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'staff:2'",
        "action = 'cards.stopped'",
        "subject = 'cards:9'",
        "detail = ''",
        "hash = '0'",
        "previous = '0'",
        "at = '2026-11-22 11:00:00.000001'",
    ],
)
def test_an_edited_entry_is_named(tamper, change):
    tamper(f"UPDATE audit_entries SET {change} WHERE id = 3")

    assert audit.verify() == Broken(3)


def test_text_cannot_be_moved_from_one_field_into_the_next(app, tamper):
    tamper("UPDATE audit_entries SET subject = 'cards:3no. ', detail = '3' WHERE id = 3")

    assert audit.verify() == Broken(3)


@pytest.mark.parametrize(("gone", "named"), [(1, 2), (3, 4), (4, 5)])
def test_the_entry_after_a_removed_one_is_named(tamper, gone, named):
    tamper(f"DELETE FROM audit_entries WHERE id = {gone}")

    assert audit.verify() == Broken(named)


def test_an_added_entry_is_named(tamper):
    tamper(
        "INSERT INTO audit_entries (id, at, actor, action, subject, detail, previous, hash) "
        "SELECT 6, at, actor, action, subject, detail, hash, 'made up' "
        "FROM audit_entries WHERE id = 5"
    )

    assert audit.verify() == Broken(6)


def test_two_entries_that_changed_places_are_named(tamper):
    for old, new in ((3, 30), (4, 3), (30, 4)):
        tamper(f"UPDATE audit_entries SET id = {new} WHERE id = {old}")

    assert audit.verify() == Broken(3)


def test_an_entry_that_was_copied_to_another_place_is_named(tamper):
    tamper(
        "UPDATE audit_entries SET actor = o.actor, subject = o.subject, detail = o.detail "
        "FROM (SELECT * FROM audit_entries WHERE id = 2) AS o WHERE audit_entries.id = 4"
    )

    assert audit.verify() == Broken(4)


def test_a_chain_made_with_another_key_is_not_ours(app, chain, monkeypatch):
    other = app.extensions["keys"] | {"audit": b"another key"}
    monkeypatch.setitem(app.extensions, "keys", other)

    assert audit.verify() == Broken(1)


def test_many_writers_at_one_instant_make_one_chain(app):
    def write_some():
        for number in range(6):
            audit.write("cards.issued", f"cards:{number}", by="staff:1")
            db.session.commit()

    at_once(app, *[write_some] * 4)

    assert len(entries()) == 24
    assert audit.verify() is None


def test_nobody_can_follow_the_same_entry_twice(chain):
    first = entries()[0]
    fork = text(
        "INSERT INTO audit_entries (at, actor, action, subject, detail, previous, hash) "
        "VALUES (:at, 'a', 'b', 'c', '', :previous, 'x')"
    )

    with pytest.raises(IntegrityError):
        db.session.execute(fork, {"at": "2026-11-22", "previous": first.previous})
