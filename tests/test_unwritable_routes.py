"""A database that cannot be written: a plain sentence, the right status, and nothing is lost."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, select, text

from kiosk import create_app, database
from kiosk.extensions import db
from kiosk.models import Call, Member, Scan, Visit
from tests import make
from tests.conftest import SETTINGS, Client

NEW = {"name": "林晓禾", "phone": "", "hometown": "360900", "agree": "yes"}
POSTS = {
    "/register/consent": {"agree": "yes"},
    "/calls": {},
    "/pair": {"code": "12345678"},
    "/desk/login": {"login": "lijie", "password": "doorstep-demo"},
    "/desk/members": NEW,
}
WORDS = {"zh_CN": "现在暂时不能保存", "en": "We cannot save anything just now"}
KEPT = (Scan, Visit, Call)


def on_postgresql(connection: Any, command: str) -> None:
    connection.autocommit = True
    connection.execute(command)
    connection.autocommit = False


def only_reading(connection: Any, _record: Any) -> None:
    """A standby server, or a disk that was mounted read-only."""
    if db.engine.dialect.name == "sqlite":
        connection.execute("PRAGMA query_only = ON")
    else:
        on_postgresql(connection, "SET default_transaction_read_only TO on")


def in_no_mood_to_wait(connection: Any, _record: Any) -> None:
    if db.engine.dialect.name == "sqlite":
        connection.execute("PRAGMA busy_timeout = 1")
    else:
        on_postgresql(connection, "SET lock_timeout TO 50")


def full(connection: Any, _record: Any) -> None:
    """SQLite: no page more than there are."""
    connection.execute("PRAGMA max_page_count = 1")


@contextmanager
def each_connection(does: Callable[[Any, Any], None]) -> Iterator[None]:
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", does)
    yield
    event.remove(db.engine, "connect", does)
    db.session.rollback()
    db.session.remove()
    db.engine.dispose()


@contextmanager
def read_only() -> Iterator[None]:
    with each_connection(only_reading):
        yield


@contextmanager
def locked() -> Iterator[None]:
    """Another program is writing to every table, and does not stop."""
    other = create_engine(db.engine.url, **database.options(str(db.engine.url)))
    with each_connection(in_no_mood_to_wait), other.connect() as writer:
        if db.engine.dialect.name == "sqlite":
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            names = ", ".join(table.name for table in db.metadata.sorted_tables)
            writer.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        yield
        writer.rollback()
    other.dispose()


TROUBLES = pytest.mark.parametrize("trouble", [read_only, locked], ids=lambda it: it.__name__)


@pytest.fixture
def desk(client, li):
    """A browser in which 李姐 is logged in."""
    return make.log_in(client, li)


@pytest.fixture
def bearer(door):
    return {"Authorization": f"Bearer {door[1]}"}


@pytest.fixture
def batch(tonight, mei):
    return make.batch(make.item(make.code(mei), tonight))


def kept():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in KEPT]


@TROUBLES
def test_a_device_is_told_as_json_to_come_again(client, bearer, batch, trouble):
    with trouble():
        answer = client.post("/api/v1/scans", json=batch, headers=bearer)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json.keys() == {"error"}
    assert answer.json["error"]["code"] == "service_unavailable"
    assert answer.json["error"]["message"] == "The database cannot be used just now."


@TROUBLES
@pytest.mark.parametrize("language", WORDS)
def test_a_page_says_so_in_the_readers_language(desk, trouble, language):
    desk.set_cookie("doorstep_language", language)

    with trouble():
        answers = {address: desk.post(address, data=sent) for address, sent in POSTS.items()}

    for address, answer in answers.items():
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), address
        assert WORDS[language] in answer.text, address
        assert not [w for w in ("Traceback", "sqlalchemy", "INSERT") if w in answer.text], address


@TROUBLES
def test_nothing_is_half_saved(desk, bearer, batch, trouble):
    members = db.session.query(Member).count()

    with trouble():
        desk.post("/api/v1/scans", json=batch, headers=bearer)
        for address, sent in POSTS.items():
            desk.post(address, data=sent)

    assert kept() == [0, 0, 0]
    assert db.session.query(Member).count() == members


@TROUBLES
def test_it_recovers_by_itself_and_what_is_sent_again_counts(desk, bearer, batch, trouble):
    with trouble():
        desk.post("/api/v1/scans", json=batch, headers=bearer)
        desk.post("/register/consent", data={"agree": "yes"})

    answer = desk.post("/api/v1/scans", json=batch, headers=bearer)
    assert answer.json["results"][0]["status"] == "stored"
    assert desk.post("/register/consent", data={"agree": "yes"}).status_code == 303
    assert desk.post("/desk/members", data=NEW).status_code == 303
    assert kept() == [1, 1, 0]


@TROUBLES
def test_the_server_says_that_it_is_not_well(client, centre, trouble):
    with trouble():
        answer = client.get("/healthz")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json.keys() == {"status", "reason"}
    assert answer.json["status"] == "failing"
    assert client.get("/healthz").json["status"] == "ok"


@TROUBLES
def test_pages_that_are_only_read_still_work(desk, trouble):
    with trouble():
        for page in ("/", "/events", "/find", "/register/consent", "/desk/", "/desk/events"):
            assert desk.get(page).status_code == 200, page


@TROUBLES
def test_the_log_names_the_trouble_and_nobody(client, bearer, batch, trouble, capfd):
    with trouble():
        client.post("/api/v1/scans", json=batch, headers=bearer)

    said = "".join(capfd.readouterr())
    assert "the database cannot be used" in said
    assert batch["items"][0]["code"] not in said
    assert "陈梅" not in said


@pytest.fixture
def on_sqlite(now, tmp_path, empty_sqlite):
    """A client of a SQLite file of its own, whatever else the tests run on."""
    path = shutil.copy(empty_sqlite, tmp_path / "small.sqlite")
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"})
    app.test_client_class = Client
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def test_on_a_full_disk_scans_wait_on_the_device_and_then_count(on_sqlite):
    centre = make.centre()
    session, (_, key) = make.session(centre), make.device(centre)
    batch = make.batch(*(make.item("K1", session, seq) for seq in range(1, 200)))
    sent = {"json": batch, "headers": {"Authorization": f"Bearer {key}"}}

    with each_connection(full):
        refused = on_sqlite.post("/api/v1/scans", **sent)
        at_the_kiosk = on_sqlite.get("/register/consent")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert at_the_kiosk.status_code == 200
    assert kept() == [0, 0, 0]
    assert on_sqlite.post("/api/v1/scans", **sent).status_code == 200
    assert kept() == [199, 0, 0]
