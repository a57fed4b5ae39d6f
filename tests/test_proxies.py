"""Behind a proxy: attempts count against the visitor's address, which nobody may choose."""

import pytest
from flask import request

from kiosk import create_app
from kiosk.domain import centres
from kiosk.extensions import db
from tests.conftest import SETTINGS

VISITOR, PROXY = "203.0.113.9", "198.51.100.1"


@pytest.fixture
def behind(app):
    """`behind("1")`: a client of a process on the same database, behind so many proxies."""
    made = []

    def stands(proxies):
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        made.append(
            create_app(SETTINGS | {"KIOSK_PROXIES": proxies, "SQLALCHEMY_DATABASE_URI": url})
        )
        return made[-1].test_client()

    yield stands
    for other in made:
        with other.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    ("proxies", "said", "seen"),
    [
        ("0", VISITOR, "127.0.0.1"),
        ("1", VISITOR, VISITOR),
        ("1", f"10.9.9.9, {VISITOR}", VISITOR),
        ("2", f"10.9.9.9, {VISITOR}, {PROXY}", VISITOR),
    ],
)
def test_an_address_is_believed_from_as_many_proxies_as_there_are(behind, proxies, said, seen):
    said = {"X-Forwarded-For": said, "X-Forwarded-Proto": "https"}

    with behind(proxies) as client:
        client.get("/api/v1/openapi.json", headers=said)

        assert request.remote_addr == seen
        assert request.is_secure == (proxies != "0")


def test_one_visitor_does_not_lock_out_the_others_behind_a_proxy(behind, centre):
    client = behind("1")

    def status(code, address):
        sent = {"headers": {"X-Forwarded-For": address}, "data": {"code": str(code)}}
        return client.post("/pair", **sent).status_code

    tried = [status(code, VISITOR) for code in range(centres.WRONG_CODES + 1)]

    assert tried == [422] * centres.WRONG_CODES + [429]
    assert status(0, "203.0.113.10") == 422
