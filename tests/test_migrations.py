"""The schema after all migrations is the schema of the models, and old databases are safe."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from kiosk import create_app, database
from kiosk.columns import Base
from kiosk.extensions import db
from tests import make
from tests.conftest import SETTINGS


@pytest.fixture
def unmade(database_url, now):
    """An application on a database without a single table."""
    engine = create_engine(database_url, **database.options(database_url))
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": database_url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    Base.metadata.create_all(engine)
    engine.dispose()


def test_all_migrations_make_the_models(unmade, tmp_path):
    database.upgrade(tmp_path)

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_keep_the_order_of_rows_that_the_models_ask_for(unmade, tmp_path):
    database.upgrade(tmp_path)

    for table in Base.metadata.sorted_tables if db.engine.dialect.name == "sqlite" else ():
        made = db.session.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name}
        )
        by_key = not table.dialect_options["sqlite"]["with_rowid"]
        assert made.rstrip().endswith("WITHOUT ROWID") == by_key


def test_going_down_again_leaves_nothing_behind(unmade, tmp_path):
    database.upgrade(tmp_path)

    flask_migrate.downgrade(revision="base")

    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}


def test_facts_cannot_be_changed_after_a_migration_either(unmade, tmp_path):
    database.upgrade(tmp_path)
    insert = (
        "INSERT INTO audit_entries (id, at, actor, action, subject, detail, previous, hash) "
        "VALUES (1, '2026-11-22 11:00:00', 'test', 'a.b', 'c:1', '', 'p', 'h')"
    )
    with db.engine.begin() as connection:
        connection.execute(text(insert))

    for change in ("UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"):
        with (
            pytest.raises(DatabaseError, match="audit_entries are facts"),
            db.engine.begin() as connection,
        ):
            connection.execute(text(change))


def test_starting_twice_keeps_the_rows_and_a_backup(unmade, tmp_path):
    database.upgrade(tmp_path)
    make.centre()

    kept = database.upgrade(tmp_path)

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM centres")).scalar() == 1
    assert kept is None or kept.stat().st_size > 0
    assert (kept is not None) == (db.engine.dialect.name == "sqlite")


def test_a_newer_schema_is_refused(unmade, tmp_path):
    database.upgrade(tmp_path)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(database.Newer, match="newer version"):
        database.upgrade(tmp_path)


def test_backups_of_many_days_survive_many_starts(tmp_path):
    for day in range(1, 31):
        (tmp_path / f"202611{day:02d}T080000.sqlite").write_bytes(b"good")
    for second in range(60):
        (tmp_path / f"20261130T0900{second:02d}.sqlite").write_bytes(b"starting over")

    database.forget_old(tmp_path)

    left = sorted(path.name for path in tmp_path.iterdir())
    assert len([name for name in left if name.startswith("20261130")]) == database.BACKUPS
    assert left[0] == "20261117T080000.sqlite"
