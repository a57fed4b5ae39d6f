"""Whatever goes wrong on a public screen is a plain sentence and a next step."""

import re

import pytest

from kiosk import create_app
from kiosk.domain import settings
from kiosk.extensions import db
from kiosk.web import DEVICE_COOKIE
from tests.conftest import SETTINGS

KINDS = ["400", "403", "404", "405", "410", "413", "422", "429", "500", "503", "form_expired"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_error_has_its_sentence_and_a_way_on(app, kind, language):
    with app.test_request_context("/", headers={"Cookie": f"doorstep_language={language}"}):
        page = app.jinja_env.get_template("errors/show.html").render(kind=kind)

    title = re.search('trouble__title">([^<]+)<', page)[1]
    assert ("a" <= title[-1] <= "z") == (language == "en")
    assert 'href="/"' in page
    assert kind not in title


def test_an_address_that_is_none_gets_a_page_in_the_visitors_language(client, centre):
    client.set_cookie("doorstep_language", "en")

    answer = client.get("/register/nothing")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_too_much_at_once_is_told(client, centre):
    answer = client.post("/register/consent", data={"agree": "y" * 3_000_000})

    assert answer.status_code == 413
    assert "太多" in answer.text


def test_a_form_from_yesterday_is_told(app, centre):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/register/consent", data={"agree": "yes"})

    assert answer.status_code == 400
    assert "打开得太久" in answer.text


def test_the_page_about_a_broken_database_does_not_ask_it(tmp_path):
    nothing = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/nothing.sqlite"}
    client = create_app(SETTINGS | nothing).test_client()

    for answer in (client.get("/"), client.post("/calls")):
        assert answer.status_code == 503
        assert "暂时不能保存" in answer.text


def test_a_centre_that_does_not_exist_yet_is_told(client):
    assert client.get("/").status_code == 503


def test_the_visitors_screens_may_be_served_alone(served_alone, centre, door):
    settings.put(settings.DEMO, "1")
    db.session.commit()
    client = served_alone("visitor")

    for key in ("", door[1]):
        client.set_cookie(DEVICE_COOKIE, key)
        assert client.get("/").status_code == 200
    assert client.get("/desk/login").status_code == 404


def test_the_door_may_be_served_alone(served_alone, centre, door, tonight):
    client = served_alone("door")
    client.set_cookie(DEVICE_COOKIE, door[1])

    client.post("/door/session", data={"session": tonight.id})

    assert "请扫码" in client.get("/door").text
