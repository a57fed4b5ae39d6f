"""Nothing about a person reaches the log, whatever goes wrong."""

import pytest
from sqlalchemy import text

from kiosk.extensions import db

NAME = "梅陈"[::-1]  # backwards in the source, whose lines a log may quote


@pytest.fixture
def breaking(app, centre, monkeypatch):
    """An application with two pages that break, each with a name in its hand."""

    def refused_row() -> str:
        statement = text("INSERT INTO settings (name, value) VALUES (:name, NULL)")
        db.session.execute(statement, {"name": NAME})
        return ""

    def plain_bug() -> str:
        raise ValueError(NAME)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "visitor.events.index", refused_row)
    monkeypatch.setitem(app.view_functions, "visitor.organisations.index", plain_bug)
    return app


@pytest.mark.parametrize("path", ["/events", "/find"])
def test_a_crash_is_logged_with_its_place_and_without_its_data(capsys, breaking, path):
    answer = breaking.test_client().get(path)

    logged = capsys.readouterr().err
    assert answer.status_code == 500
    assert NAME not in logged
    assert "test_logs.py" in logged


def test_a_crash_is_explained_without_technical_words(breaking):
    page = breaking.test_client().get("/find").text

    assert "Traceback" not in page
    assert "ValueError" not in page
    assert NAME not in page
