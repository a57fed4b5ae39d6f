"""SQLite is made to keep its promises; PostgreSQL keeps them anyway."""

import sqlite3
import threading

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk import database
from kiosk.domain import settings
from kiosk.extensions import db
from kiosk.models import Counter, Setting
from tests import make

ROUNDS, THREADS = 30, 4


def raise_the_counter(app):
    """Read a number and write it back raised, as a careless rule would."""
    with app.app_context():
        for _ in range(ROUNDS):
            counter = db.session.get(Counter, "n", with_for_update=True)
            counter.value += 1
            db.session.commit()
            db.session.expire_all()


def test_no_update_is_lost_between_reading_and_writing(app):
    make.saved(Counter(name="n", value=0))
    threads = [threading.Thread(target=raise_the_counter, args=(app,)) for _ in range(THREADS)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.expire_all()
    assert db.session.get_one(Counter, "n").value == ROUNDS * THREADS


def test_numbers_given_out_at_the_same_time_are_all_different(app):
    given: list[int] = []

    def take():
        with app.app_context():
            for _ in range(ROUNDS):
                given.append(settings.reserve_numbers("member", 1))
                db.session.commit()

    settings.reserve_numbers("member", 1)
    db.session.commit()
    threads = [threading.Thread(target=take) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(2, ROUNDS * THREADS + 2))


def test_a_failed_savepoint_takes_back_only_its_own_rows(app):
    db.session.add(Setting(name="kept", value="1"))
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("INSERT INTO settings (name) VALUES ('half')"))
    db.session.commit()

    assert settings.get("kept") == "1"


def test_a_savepoint_goes_with_the_transaction_around_it(app):
    with db.session.begin_nested():
        db.session.add(Setting(name="inner", value="1"))
    db.session.rollback()

    assert settings.get("inner") == ""


def test_a_reading_page_does_not_wait_for_a_writer(app):
    db.session.add(Setting(name="being-written", value="1"))
    db.session.flush()
    seen: list[str] = []

    def read():
        with app.app_context():
            database.read_only()
            seen.append(settings.get("being-written"))

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(timeout=4)  # a writer on SQLite would wait five seconds for its turn

    assert seen == [""]


def test_writers_of_one_process_wait_in_a_queue_and_not_in_the_database(engine, monkeypatch):
    monkeypatch.setattr(database, "PRAGMAS", ("busy_timeout = 0",))  # SQLite refuses at once
    wrote: list[int] = []

    def write(number):
        with engine.begin():
            wrote.append(number)

    with engine.begin():
        threads = [threading.Thread(target=write, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        assert wrote == []
    for thread in threads:
        thread.join()

    assert sorted(wrote) == list(range(THREADS))


def test_a_writer_that_fails_gives_its_turn_to_the_next(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY", -1)  # whoever has no turn waits for ever
    monkeypatch.setattr(database, "PRAGMAS", ("busy_timeout = 0",))
    other_process = database.driver().connect(tmp_path / "plain.sqlite", isolation_level=None)
    other_process.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), engine.begin():
        pass
    other_process.close()

    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_nobody_waits_for_a_lock_of_postgresql_for_ever():
    options = database.options("postgresql+psycopg:///kiosk")

    assert options["connect_args"]["options"] == "-c lock_timeout=5s"


@pytest.fixture
def engine(tmp_path):
    """An SQLite engine set up as the application's is."""
    url = f"sqlite:///{tmp_path / 'plain.sqlite'}"
    engine = create_engine(url, **database.options(url))
    database.keep_promises(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("mmap_size", 0),
        ("journal_mode", database.journal_mode().lower()),
    ],
)
def test_sqlite_is_set_up_for_safety_first(engine, pragma, value):
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_library_has_the_fix_or_the_journal_needs_none():
    safe = database.driver().sqlite_version_info >= database.FIXED

    assert safe == (database.journal_mode() == "WAL")


def test_the_newer_of_the_two_libraries_is_taken():
    assert database.driver().sqlite_version_info >= sqlite3.sqlite_version_info


def test_the_rollback_journal_is_used_with_an_old_library(monkeypatch):
    monkeypatch.setattr(database, "FIXED", (99, 0, 0))

    assert database.journal_mode() == "DELETE"
