"""The log at the desk: read by few, changed by nobody."""

import ast
from pathlib import Path

import pytest

import kiosk
from kiosk.domain import audit
from kiosk.extensions import db
from kiosk.models import CardState, Role
from tests import make


@pytest.fixture
def watcher(client, centre):
    """An auditor's browser, and sixty entries to read."""
    for number in range(60):
        audit.write("cards.printed", f"cards:{number}", by="staff:7")
    db.session.commit()
    return make.log_in(client, make.staff("auditor", Role.AUDITOR))


def acts():
    """Every act that the code writes into the log."""
    yield from (f"cards.{state}" for state in CardState)
    for path in Path(kiosk.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.write":
                act = ast.unparse(node.args[0])
                if act != "f'cards.{state}'":
                    yield ast.literal_eval(act)


def test_every_act_is_told_in_words(client, centre):
    every = set(acts())
    for act in every:
        audit.write(act, "members:1", by="staff:7")
    db.session.commit()

    page = make.log_in(client, make.staff("auditor", Role.AUDITOR)).get("/desk/audit").text

    assert "members.opened" in every
    assert "查看了档案" in page
    assert "工作人员 7" in page
    assert [act for act in every if act in page] == []


def test_the_newest_entries_come_first(watcher):
    page = watcher.get("/desk/audit")

    assert "cards:59<" in page.text
    assert "cards:0<" not in page.text


def test_older_entries_are_a_page_further(watcher):
    last = audit.latest()[-1]

    page = watcher.get(f"/desk/audit?before={last.id}")

    assert "cards:0<" in page.text
    assert "cards:59<" not in page.text


@pytest.mark.parametrize("before", ["0", "-1", "x", str(10**30)])
def test_a_place_that_does_not_exist_shows_the_newest(watcher, before):
    assert "cards:59<" in watcher.get(f"/desk/audit?before={before}").text


def test_before_the_first_there_is_nothing(watcher):
    assert "没有更早的记录" in watcher.get("/desk/audit?before=1").text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_log_takes_nothing(watcher, method):
    assert watcher.open("/desk/audit", method=method).status_code == 405
