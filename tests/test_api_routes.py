"""The outside for machines: who may ask, what is answered, and what becomes of bad bodies."""

import json
import re
from datetime import timedelta

import pytest

from kiosk import clock
from kiosk.domain import cards, centres, events
from kiosk.extensions import db
from kiosk.models import CardMove, CardState, Device, DeviceKind, Scan, SignUpRule, Verdict
from kiosk.openapi import STATUSES, describe
from tests import make
from tests.test_api_description import answer_schema, holds


@pytest.fixture
def bearer(door):
    return {"Authorization": f"Bearer {door[1]}"}


@pytest.fixture
def browser(client, door):
    """A paired browser."""
    client.set_cookie("doorstep_device", door[1])
    return client


@pytest.fixture
def post(client, bearer):
    def send(*items, **envelope):
        return client.post("/api/v1/scans", json=make.batch(*items, **envelope), headers=bearer)

    return send


# Who may ask.


def ask(client, address="/api/v1/sessions?open=1", **headers):
    answer = client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return answer.status_code, (answer.json.get("error") or {}).get("code")


def test_with_its_key_a_device_may_ask(client, door):
    assert ask(client, Authorization=f"Bearer {door[1]}") == (200, None)


def test_without_any_key_it_may_not(client, centre):
    assert ask(client) == (401, "unauthorized")
    assert ask(client, X_Doorstep="1") == (401, "unauthorized")


@pytest.mark.parametrize(
    "value", ["Bearer " + "0" * 64, "Bearer", "Basic YTpi", "Bearer \xe9", "x"]
)
def test_a_wrong_key_is_not_known(client, door, value):
    assert ask(client, Authorization=value) == (401, "unauthorized")


def test_a_revoked_device_is_told_so(client, door, now):
    centres.revoke(door[0], by="staff:1", at=now)

    assert ask(client, Authorization=f"Bearer {door[1]}") == (403, "revoked")


def test_a_revoked_device_can_deliver_nothing(post, door, tonight, mei, now):
    item = make.item(make.code(mei), tonight)
    centres.revoke(door[0], by="staff:1", at=now)

    assert post(item).status_code == 403
    assert db.session.query(Scan).count() == 0


def test_a_paired_browser_may_ask_with_our_header(browser):
    assert ask(browser, X_Doorstep="1") == (200, None)
    assert ask(browser, X_Doorstep="1", Origin="http://localhost") == (200, None)


def test_a_paired_browser_without_our_header_may_not(browser):
    assert ask(browser) == (403, "forbidden")
    assert ask(browser, X_Doorstep="yes") == (403, "forbidden")


@pytest.mark.parametrize(
    "origin",
    ["https://example.org", "http://localhost.example.org", "null", "", "https://localhost"],
)
def test_a_page_of_another_server_may_not_use_the_cookie(browser, origin):
    assert ask(browser, X_Doorstep="1", Origin=origin) == (403, "forbidden")


def test_a_browser_of_another_port_may_not_use_the_cookie(browser):
    assert ask(browser, X_Doorstep="1", Origin="http://localhost:8080") == (403, "forbidden")


def test_a_key_in_the_header_needs_no_cookie_and_no_origin(browser, bearer):
    assert ask(browser, Origin="https://example.org", **bearer) == (200, None)


def test_a_scan_needs_no_form_token(app, client, bearer, tonight, mei):
    app.config["WTF_CSRF_ENABLED"] = True
    item = make.item(make.code(mei), tonight)

    answer = client.post("/api/v1/scans", json=make.batch(item), headers=bearer)

    assert answer.status_code == 200


def test_when_a_device_spoke_last_is_noted(client, door, bearer, now):
    ask(client, **bearer)

    assert db.session.get_one(Device, door[0].id).last_seen_at == now


def test_devices_cannot_look_people_up(client, bearer):
    for address in ("/api/v1/members?q=chen", "/api/v1/members", "/api/v1/members/1"):
        assert ask(client, address, **bearer) == (404, "not_found")


# Bad bodies.


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"scans"', b"\xff\xfe", b"NaN", b"{}", b'{"items": []}', b"a=b"],
)
def test_what_is_no_batch_is_refused_in_a_sentence(client, bearer, body):
    headers = bearer | {"Content-Type": "application/json"}

    answer = client.post("/api/v1/scans", data=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "bad_request"
    assert re.fullmatch(r"[A-Za-z].+\.", answer.json["error"]["message"])


def test_brackets_without_end_are_refused(client, bearer):
    headers = bearer | {"Content-Type": "application/json"}

    answer = client.post("/api/v1/scans", data=b"[" * 500_000, headers=headers)

    assert answer.status_code == 400


def test_a_form_is_no_batch(client, bearer, tonight):
    body = json.dumps(make.batch(make.item("X", tonight)))

    answer = client.post(
        "/api/v1/scans", data=body, headers=bearer | {"Content-Type": "text/plain"}
    )

    assert answer.status_code == 400


def test_a_body_over_two_megabytes_is_too_large(client, bearer):
    headers = bearer | {"Content-Type": "application/json"}

    answer = client.post("/api/v1/scans", data=b" " * (2 * 1024 * 1024 + 1), headers=headers)

    assert (answer.status_code, answer.json["error"]["code"]) == (413, "request_entity_too_large")


def test_two_hundred_and_one_scans_are_too_many(post, tonight):
    answer = post(*(make.item("X", tonight, seq) for seq in range(1, 202)))

    assert answer.status_code == 400
    assert "200" in answer.json["error"]["message"]
    assert db.session.query(Scan).count() == 0


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_another_method_is_refused_as_json(client, bearer, method):
    answer = getattr(client, method)("/api/v1/scans", headers=bearer)

    assert (answer.status_code, answer.json["error"]["code"]) == (405, "method_not_allowed")


# This is not me.


@pytest.fixture
def scan(post, tonight, mei):
    item = make.item(make.code(mei), tonight)
    assert post(item).json["results"][0]["verdict"] == "welcome"
    return item["scan_id"]


@pytest.fixture
def take_back(client, bearer):
    def send(scan_id, reason="not_me", headers=bearer):
        return client.post(
            f"/api/v1/scans/{scan_id}/amend", json={"reason": reason}, headers=headers
        )

    return send


def present(client, headers):
    [session] = client.get("/api/v1/sessions?open=1", headers=headers).json["sessions"]
    return session["present"]


def later(monkeypatch, now, seconds):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=seconds))


def test_this_is_not_me_takes_the_scan_back(client, bearer, take_back, scan):
    assert present(client, bearer) == 1

    answer = take_back(scan)

    assert (answer.status_code, answer.json) == (200, {"status": "amended"})
    assert present(client, bearer) == 0


def test_saying_it_twice_is_harmless_however_late(monkeypatch, now, take_back, scan):
    take_back(scan)
    later(monkeypatch, now, 300)

    assert take_back(scan).status_code == 200


def test_half_a_minute_later_it_still_counts_and_then_no_more(monkeypatch, now, take_back, scan):
    later(monkeypatch, now, 31)
    refused = take_back(scan)
    later(monkeypatch, now, 30)

    assert (refused.status_code, refused.json["error"]["code"]) == (403, "too_late")
    assert take_back(scan).status_code == 200


def test_another_device_cannot_take_it_back(centre, take_back, scan):
    other = {"Authorization": f"Bearer {make.device(centre)[1]}"}

    assert take_back(scan, headers=other).status_code == 404


def test_what_was_never_scanned_cannot_be_taken_back(take_back, door):
    assert take_back(make.BOOT).status_code == 404
    assert take_back("no-uuid").status_code == 404


@pytest.mark.parametrize("reason", ["", None, "because", 7, ["not_me"], {"not_me": 1}])
def test_a_reason_is_one_of_two_words(take_back, scan, reason):
    assert take_back(scan, reason=reason).status_code == 400


def test_after_that_the_card_is_welcome_again(post, take_back, scan, tonight, mei):
    take_back(scan)

    [result] = post(make.item(make.code(mei), tonight, 2)).json["results"]

    assert (result["verdict"], result["count"]) == ("welcome", 1)


# Sessions.


def test_a_device_is_told_the_open_sessions_of_its_centre(client, centre, tonight, bearer, mei):
    make.session(centre, opens=timedelta(hours=5))
    make.session(make.centre("BA002", "西乡"))

    [session] = client.get("/api/v1/sessions?open=1", headers=bearer).json["sessions"]

    assert session == {
        "id": tonight.id, "title": "暖冬包汤圆", "title_en": "Night class", "place": "二楼乡音厅",
        "starts_at": "2026-11-22T18:30:00+08:00", "ends_at": "2026-11-22T21:00:00+08:00",
        "places": None, "present": 0,
    }  # fmt: skip


# Health.


def test_a_well_server_says_so_and_its_version(app, client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (
        200, {"status": "ok", "version": app.config["VERSION"]},
    )  # fmt: skip


# Every answer is as described (the rest of the description: test_api_description.py).


def every_kind_of_scan(centre, mei, now):
    """Items for every verdict and status that the data can produce, and their senders' kinds."""
    open_now = make.session(centre, title="暖冬包汤圆", records_exits=True)
    code, second = make.code(mei), make.code(make.member(centre=centre))
    lost = make.code(make.member("李雷", centre=centre))
    cards.lose(cards.find(lost).card, by="a", at=now)
    stopped = make.code(make.member("赵敏", centre=centre))
    cards.stop(cards.find(stopped).card, by="a", reason="", at=now)
    left = make.member("周伟", centre=centre)
    left_code, left.state = make.code(left), "left"
    dead = make.code(make.member("吴静", centre=centre))
    card = cards.find(dead).card
    card.state = CardState.LOST
    db.session.add(CardMove(card_id=card.id, state=CardState.LOST, at=now, actor="a"))
    events.sign_up(waiting := make.session(centre, places=1), make.member(centre=centre))
    events.sign_up(waiting, mei)
    asks = make.session(centre, sign_up=SignUpRule.REQUIRED)
    events.sign_up(wrong := make.session(centre, sign_up=SignUpRule.REQUIRED), mei)
    db.session.commit()
    shown = [
        (code, open_now), (code, open_now), (second, waiting), (code, waiting), (second, asks),
        (code, asks), (second, make.session(centre, opens=timedelta(hours=1))), (second, None),
        (second, make.session(centre, opens=-timedelta(hours=9))), (lost, open_now),
        (stopped, open_now), (left_code, open_now), (dead, wrong), ("what", open_now),
    ]  # fmt: skip
    items = [make.item(text, session, seq) for seq, (text, session) in enumerate(shown, 1)]
    exits = make.item(code, open_now, 90, direction="out")
    reused, broken = items[0] | {"mono": 3}, make.item("X", None, 91) | {"seq": 0}
    return [*items, exits, items[0], reused, broken, 7]


def test_every_answer_to_a_scan_is_as_described(client, post, centre, mei, now):
    described = client.get("/api/v1/openapi.json").json

    answer = post(*every_kind_of_scan(centre, mei, now))

    results = answer.json["results"]
    assert {result["verdict"] for result in results} == {*Verdict, None} - {"stale_code"}
    assert {result["status"] for result in results} == {*STATUSES} - {"none_open"}
    assert holds(answer.json, answer_schema(described, "/api/v1/scans", "post"), described)


def test_every_other_answer_is_as_described(client, bearer, take_back, scan):
    described = client.get("/api/v1/openapi.json").json
    amend = "/api/v1/scans/{scan_id}/amend"
    answers = [
        (
            client.get("/api/v1/sessions"),
            answer_schema(described, "/api/v1/sessions", "get", "401"),
        ),
        (take_back(scan), answer_schema(described, amend, "post")),
        (take_back(make.BOOT), answer_schema(described, amend, "post", "404")),
        (take_back(scan, reason="why"), answer_schema(described, amend, "post", "400")),
    ]

    assert all(holds(answer.json, schema, described) for answer, schema in answers)


def test_the_description_says_which_addresses_need_a_key(client, centre):
    for address, operations in describe("0")["paths"].items():
        for method in operations.keys() & {"get", "post"}:
            answer = client.open(address.replace("{scan_id}", make.BOOT), method=method)

            assert (answer.status_code == 401) == bool(operations[method]["security"]), address


def test_a_kiosk_may_use_the_same_addresses(client, centre, tonight, mei):
    headers = {"Authorization": f"Bearer {make.device(centre, DeviceKind.KIOSK)[1]}"}
    batch = make.batch(make.item(make.code(mei), None))

    answer = client.post("/api/v1/scans", json=batch, headers=headers)

    assert answer.json["results"][0]["verdict"] == "welcome"
