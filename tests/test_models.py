"""Every promise that the database makes is broken once, on purpose, and holds."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Integer,
    LargeBinary,
    UniqueConstraint,
    insert,
    text,
)
from sqlalchemy.exc import IntegrityError

from kiosk.columns import Base, Instant
from kiosk.extensions import db
from kiosk.models import Affiliation, AuditEntry, Scan
from tests import make

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLES = Base.metadata.sorted_tables

# What a column of its kind would not guess. A row is its table's `number`th.
PARTICULAR = {
    "members": {"hometown": "360900", "phone": "13800138000"},
    "event_sessions": {
        "opens_at": NOON, "starts_at": NOON, "ends_at": NOON + HOUR, "closes_at": NOON + HOUR,
    },
    "doubts": {"like_id": 3},
}  # fmt: skip

# Breaks each check that is not a list of words.
WRONG = {
    "ck_affiliations_order": {"until": NOON - HOUR},
    "ck_consents_order": {"ended_at": NOON - HOUR},
    "ck_doubts_two": {"like_id": 2},
    "ck_event_sessions_doors": {"closes_at": NOON},
    "ck_event_sessions_places": {"places": 0},
    "ck_event_sessions_taken": {"taken": -1},
    "ck_event_sessions_times": {"starts_at": NOON + HOUR},
    "ck_members_hometown": {"hometown": "36"},
    "ck_members_phone": {"phone": "1380013800"},
    "ck_organisations_hometown": {"kind": "hometown_branch", "hometown": ""},
    "ck_scans_admitted": {"admitted": True, "member_id": None},
    "ck_scans_order": {"at": NOON + HOUR},
    "ck_sign_ups_guests": {"guests": -1},
    "ck_staff_branch_has_one": {"role": "branch"},
    "ck_staff_desk_has_centre": {"role": "desk"},
    "ck_visits_forgotten": {"ended_at": NOON, "member_id": 1},
}


def checks(table):
    found = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    return {str(one.name): str(one.sqltext) for one in found}


def words(table):
    """The words that each column may hold."""
    lists = (re.match(r"(\w+) IN \('(\w+)'", condition) for condition in checks(table).values())
    return {found[1]: found[2] for found in lists if found}


def uniques(table):
    """Which columns, by the name of the promise."""
    found = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    found += [index for index in table.indexes if index.unique]
    return {str(one.name): [column.name for column in one.columns] for one in found}


def row(table, number):
    """A row that keeps every promise: the first two rows of a table refer to different others."""
    filled = {column.name: value(table, column, number) for column in table.columns}
    filled |= PARTICULAR.get(table.name, {})
    return {name: what for name, what in filled.items() if what is not None}


def value(table, column, number):
    if column.nullable and column.name not in sum(uniques(table).values(), []):
        return None
    if column.foreign_keys:
        return key(column, number)
    if column.name in words(table):
        return words(table)[column.name]
    match column.type:
        case Instant():
            return NOON
        case Boolean():
            return False
        case Integer():
            return number
        case LargeBinary():
            return b"sealed"
    return f"{number}-{column.name}"[: column.type.length]


def key(column, number):
    """Of the row with the same number; only members have a third one."""
    [target] = column.foreign_keys
    there = 1 if number == 3 else number
    return f"{there}-scan_id" if target.column.name == "scan_id" else there


def stored(table, values):
    """Whether the database takes this row; it is taken out again."""
    savepoint = db.session.begin_nested()
    try:
        db.session.execute(insert(table).values(values))
    except IntegrityError as error:
        return constraint(error)
    finally:
        savepoint.rollback()
    return "stored"


def constraint(error):
    """The name of the promise that was broken, as far as the database says."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or diagnosis.column_name
    return str(error.orig).partition("failed: ")[2] or str(error.orig)


@pytest.fixture
def each_table(app):
    """Each table with one row in it, and two in every table that it refers to."""

    def walk():
        for table in TABLES:
            db.session.execute(insert(table).values(row(table, 1)))
            yield table, row(table, 2)
            assert stored(table, row(table, 2)) == "stored", table.name
            db.session.execute(insert(table).values(row(table, 2)))
            if table.name == "members":
                db.session.execute(insert(table).values(row(table, 3)))

    return walk()


def test_a_stored_word_is_one_of_its_list(each_table):
    for table, second in each_table:
        for column in words(table):
            assert column in stored(table, second | {column: "nonsense"}), (table.name, column)


def test_every_other_check_holds(each_table):
    broken = set()
    for table, second in each_table:
        for name in checks(table).keys() & WRONG.keys():
            wrong = {key: what for key, what in (second | WRONG[name]).items() if what is not None}
            assert stored(table, wrong) == name
            broken.add(name)

    lists = {f"ck_{table.name}_{column}" for table in TABLES for column in words(table)}
    assert broken | lists == {name for table in TABLES for name in checks(table)}


def test_what_is_unique_is_there_once(each_table):
    for table, second in each_table:
        first = row(table, 1)
        for name, columns in uniques(table).items():
            twin = second | {column: first[column] for column in columns}

            said = stored(table, twin)

            alike = {other for other, few in uniques(table).items() if set(few) <= set(columns)}
            assert said in alike or f"{table.name}.{columns[0]}" in said, name


def test_what_is_referred_to_exists(each_table):
    for table, second in each_table:
        for column in table.columns:
            if column.foreign_keys:
                nobody = "nobody" if column.type.python_type is str else 999

                said = stored(table, second | {column.name: nobody})

                assert said.startswith(("fk_", "FOREIGN KEY")), (table.name, column.name)


def test_what_must_be_known_is_known(each_table):
    for table, second in each_table:
        for column in table.columns:
            if not column.nullable and not column.primary_key:
                said = stored(table, second | {column.name: None})

                assert said.endswith(column.name), (table.name, column.name)


def test_taking_part_in_one_place_is_noted_once(mei):
    branch = make.branch()
    live = insert(Affiliation).values(
        member_id=mei.id, organisation_id=branch.id, kind="participation"
    )
    db.session.execute(live)

    with pytest.raises(IntegrityError):
        db.session.execute(live)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE scans SET admitted = (1 = 1)",
        "UPDATE scans SET answer = '{}'",
        "DELETE FROM scans",
        "UPDATE audit_entries SET actor = 'nobody'",
        "DELETE FROM audit_entries",
    ],
)
def test_facts_can_be_neither_changed_nor_removed(door, tonight, mei, act):
    make.deliver(door[0], make.item(make.code(mei), tonight))
    before = db.session.query(Scan).count(), db.session.query(AuditEntry).count()

    with pytest.raises(IntegrityError, match="are facts"):
        db.session.execute(text(act))

    db.session.rollback()
    assert (db.session.query(Scan).count(), db.session.query(AuditEntry).count()) == before


def test_a_fact_cannot_be_replaced_either(door, tonight, mei):
    make.deliver(door[0], make.item(make.code(mei), tonight))
    fact = db.session.query(Scan).one()
    again = {column.name: getattr(fact, column.key) for column in Scan.__table__.columns}

    with pytest.raises(IntegrityError):
        db.session.execute(insert(Scan).values(again | {"answer": "{}"}))


def test_a_member_with_a_history_cannot_be_deleted(mei):
    with pytest.raises(IntegrityError):
        db.session.execute(text("DELETE FROM members"))
