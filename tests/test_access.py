"""Every address belongs to one audience, and each audience has its guard."""

import re

import pytest

from kiosk import audiences, create_app
from kiosk.models import DeviceKind
from tests import make
from tests.conftest import SETTINGS

GUARDS = {
    "visitor": audiences.guard_public,
    "door": audiences.guard_public,
    "desk": audiences.guard_desk,
    "machine": audiences.guard_machine,
}


def rules(app, audience):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{audience}.")]


def address(rule):
    """One address that the rule answers to."""
    samples = {"any": "kiosk", "uuid": "11111111-2222-4333-8444-555555555555"}
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda m: samples.get(m[1], "1"), rule.rule)


def test_no_route_exists_without_an_audience(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {e.split(".")[0] for e in endpoints} == {*GUARDS, "static"}


@pytest.mark.parametrize("audience", GUARDS)
def test_each_audience_has_its_one_guard(app, audience):
    assert app.before_request_funcs[audience] == [GUARDS[audience]]


def test_a_stranger_sees_nothing_of_the_desk(client, centre):
    for rule in rules(client.application, "desk"):
        if rule.endpoint in audiences.OPEN_TO_ALL:
            continue
        for method in rule.methods & {"GET", "POST", "DELETE"}:
            answer = client.open(address(rule), method=method)

            assert answer.status_code == 303, rule
            assert answer.location == "/desk/login"


def test_a_machine_without_a_key_is_told_so(client, centre):
    for rule in rules(client.application, "machine"):
        if rule.endpoint in audiences.OPEN_TO_ALL:
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(address(rule), method=method, headers={"X-Doorstep": "1"})

            assert answer.status_code in (401, 404), rule  # 404: the address has no such id


def test_an_unknown_address_is_explained(client, centre):
    page = client.get("/no-such-page")

    assert page.status_code == 404
    assert "没有" in page.text


def test_public_pages_are_never_kept_by_a_browser(client, centre):
    make.device(centre, DeviceKind.KIOSK)

    for rule in rules(client.application, "visitor"):
        if "GET" in rule.methods and "<" not in rule.rule:
            assert client.get(rule.rule).headers["Cache-Control"] == "no-store", rule


def test_every_page_forbids_foreign_content(client, centre):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_empty_installation_says_what_to_do(client):
    page = client.get("/")

    assert page.status_code == 503
    assert "kiosk centres add" in page.text


def test_a_process_serves_only_the_audiences_it_was_given(app, monkeypatch):
    public = create_app(SETTINGS | {"AUDIENCES": ("visitor", "door")})

    assert not rules(public, "desk")
    assert rules(public, "visitor")
