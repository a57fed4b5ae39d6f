"""Every string that ever made a program fail goes through every public form and field."""

import hashlib
import itertools
import json
import logging
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk import clock
from kiosk.columns import Base
from kiosk.domain import batches, names, phones, regions
from kiosk.extensions import db
from kiosk.models import Device, Draft, Member, PairingCode, Scan, Staff, Visit
from tests import make

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "data" / "naughty"
LISTED = json.loads((FOLDER / "blns.json").read_text("utf-8"))
OURS = [
    "\x00",
    "陈\x00梅",
    "\x1b[31m红",
    "\x7f\x80\x9f",
    "\u202e陈梅",
    "陈\u2066梅",
    "a" * 101,
    "陈" * 101,
    "👨‍👩‍👧‍👦" * 30,
    "=1+1",
    "@SUM(A1)",
    "<script>alert('陈')</script>",
    "'; DROP TABLE members; --",
    "{{ 7 * 7 }}",
    "%(name)s {name} %s",
    "1" * 5000,
    "-" + "9" * 40,
    "٣٤٥",
    "²³",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "https://[",
    "\ufeff13800138000",
    "１３８００１３８０００",
]
STRINGS = [*LISTED, *OURS]
FEW = [*OURS, *LISTED[::12]]  # for what only staff reach, for headers, and for a second database
ONLY_JSON = ["\ud800", "陈\udfff", "\ud83d"]  # half a character: no form can send it


def test_the_list_is_what_its_readme_says():
    checksum = hashlib.sha256((FOLDER / "blns.json").read_bytes()).hexdigest()

    assert checksum in (FOLDER / "README.md").read_text("utf-8")
    assert len(LISTED) > 400


def showing(page, string):
    """Whether a page carries the string as it came; short ones stand in every page."""
    return len(string) > 6 and escape(string, quote=False) != string and string in page


def send(client, address, strings=None, expect=(200, 303, 403, 404, 409, 422, 429), **fixed):
    """Post each of the strings under every name that is left open (None)."""
    for string in strings or (STRINGS if db.engine.name == "sqlite" else FEW):
        form = {name: string if value is None else value for name, value in fixed.items()}
        answer = client.post(address, data=form)

        assert answer.status_code in expect, (address, string, answer.status_code)
        assert not showing(answer.text, string), (address, string)
        yield string, answer


# The API.


@pytest.fixture
def post(client, door):
    def deliver(path, body):
        headers = {"Authorization": f"Bearer {door[1]}"}
        return client.post(path, json=body, headers=headers)

    return deliver


def test_as_a_code_they_are_unknown_and_leave_no_trace(post, tonight, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    codes = [string for string in [*STRINGS, *ONLY_JSON] if string]
    items = [make.item(code, tonight, seq) for seq, code in enumerate(codes, 1)]

    for start in range(0, len(items), 200):
        answer = post("/api/v1/scans", make.batch(*items[start : start + 200]))

        assert {one["verdict"] for one in answer.json["results"]} == {"unknown"}
        told = json.dumps(answer.json, ensure_ascii=False)
        assert not [code for code in codes[start : start + 200] if len(code) > 6 and code in told]

    assert db.session.query(Scan).count() == len(codes)
    left = everything_stored() + caplog.text + "".join(capfd.readouterr())
    assert not [code for code in codes if len(code) > 6 and code in left]


def everything_stored():
    """Every value of every table, and on SQLite the bytes of its files."""
    rows = [
        str(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(text(f"SELECT * FROM {table.name}"))
    ]
    database = db.engine.url.database or ""
    files = Path(database).parent.glob("*.sqlite*") if db.engine.name == "sqlite" else ()
    return "\n".join([*rows, *(file.read_bytes().decode("utf-8", "replace") for file in files)])


@pytest.mark.parametrize(
    "field", ["scan_id", "seq", "boot_id", "session", "direction", "wall", "mono"]
)
def test_in_any_other_field_of_an_item_they_are_malformed(post, tonight, field):
    strings = [*STRINGS, *ONLY_JSON]
    items = [make.item("X", tonight, seq) | {field: one} for seq, one in enumerate(strings, 1)]

    for start in range(0, len(items), 200):
        answer = post("/api/v1/scans", make.batch(*items[start : start + 200]))

        assert {one["status"] for one in answer.json["results"]} == {"malformed"}
    assert db.session.query(Scan).count() == 0


@pytest.mark.parametrize("field", ["epoch", "boot_id", "sent_wall", "sent_mono", "items"])
def test_in_the_envelope_they_are_refused(post, tonight, field):
    good = make.batch(make.item("X", tonight))
    for string in STRINGS:
        with pytest.raises(batches.BadBatch, match=field):
            batches.read(good | {field: string})

    for string in [*FEW, *ONLY_JSON]:
        answer = post("/api/v1/scans", good | {field: string})

        assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")
        assert not showing(answer.text, string)
    assert db.session.query(Scan).count() == 0


def test_as_a_body_a_reason_or_an_id_they_are_refused(client, door, post, tonight):
    item = make.item("X", tonight)
    post("/api/v1/scans", make.batch(item))
    headers = {"Authorization": f"Bearer {door[1]}", "Content-Type": "application/json"}

    for string in FEW:
        body = client.post("/api/v1/scans", data=string.encode(), headers=headers)
        reason = post(f"/api/v1/scans/{item['scan_id']}/amend", {"reason": string})
        unknown = client.post("/api/v1/scans/_/amend".replace("_", "x" + string), headers=headers)

        assert (body.status_code, reason.status_code) == (400, 400), string
        assert unknown.status_code in (400, 404, 405), string


@pytest.mark.parametrize("name", ["Authorization", "Cookie"])
def test_as_a_key_they_are_not_known(client, door, name):
    for string in FEW:
        clean = string.encode("latin-1", "replace").decode("latin-1")
        if any(ord(char) < 32 or ord(char) == 127 for char in clean):
            continue  # no server takes such a header
        value = {"Authorization": f"Bearer {clean}", "Cookie": f"doorstep_device={clean}"}[name]

        answer = client.get("/api/v1/sessions", headers={name: value, "X-Doorstep": "1"})

        assert answer.status_code == 401, string


# The visitor's pages.


def clean_name(string):
    try:
        return names.clean(string)
    except names.Refused:
        return None


def clean_phone(string):
    """None: refused. Nothing at all is no phone, and fine."""
    try:
        return phones.clean(string) if string.strip() else ""
    except phones.Refused:
        return None


def clean_hometown(string):
    return string if regions.valid(string) else None


@pytest.fixture
def registering(client, centre):
    """A visitor who agreed and is asked for the name."""
    client.post("/register/consent", data={"agree": "yes"})
    return client


def draft():
    db.session.expire_all()
    return db.session.query(Draft).one()


def test_as_a_name_they_are_stored_clean_or_not_at_all(registering):
    before = ""
    for string, answer in send(registering, "/register/name", name=None):
        expected = clean_name(string)

        assert answer.status_code == (422 if expected is None else 303), string
        before = before if expected is None else expected
        assert draft().name == before


def test_as_a_phone_they_are_refused_unless_they_are_one(registering):
    for string, answer in send(registering, "/register/phone", phone=None):
        assert (answer.status_code == 303) == (draft().phone is not None), string
        assert draft().phone in (None, "13800138000")
        draft().phone = None
        db.session.commit()


def test_as_a_hometown_they_are_refused_unless_empty(registering):
    for string, answer in send(registering, "/register/hometown", hometown=None):
        assert answer.status_code == (422 if string else 303), string
        assert draft().hometown == ""


def test_what_was_entered_is_shown_escaped_from_the_first_page_to_the_desk(client, centre, li):
    accepted = [*filter(None, map(clean_name, STRINGS))][::5]
    assert len(accepted) > 5

    for name in accepted:
        visitor = client.application.test_client()
        visitor.post("/register/consent", data={"agree": "yes"})
        visitor.post("/register/name", data={"name": name})
        visitor.post("/register/phone", data={"skip": "1"})
        visitor.post("/register/hometown", data={"hometown": "other"})
        review = visitor.get("/register/review")
        done = visitor.post("/register/review", follow_redirects=True)

        assert (review.status_code, done.status_code) == (200, 200), name
        assert not showing(review.text + done.text, name)

    registered = db.session.query(Member).order_by(Member.id).all()
    assert [member.name for member in registered] == accepted
    desk = make.log_in(client, li)
    for member in registered:
        page = desk.get(f"/desk/members/{member.id}")

        assert page.status_code == 200
        assert escape(member.name) in page.text
        assert not showing(page.text, member.name)


def test_as_a_choice_they_choose_nothing(client, centre):
    choices = {"text": None, "contrast": None, "language": None}
    for string, answer in send(client, "/visits/comfort", **choices):
        assert not string.strip() or "Set-Cookie" not in answer.headers, string
    for _, answer in send(client, "/register/consent", FEW, agree=None):
        assert answer.status_code == 422
    assert db.session.query(Visit).count() == 0


def test_as_a_pairing_code_they_pair_nothing(client, centre, now, monkeypatch):
    minutes = itertools.count(step=5)  # so slowly that nobody is told to wait
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=next(minutes)))
    for string, answer in send(client, "/pair", code=None):
        assert answer.status_code == 422, string
    assert db.session.query(Device).count() == 0


@pytest.mark.parametrize("header", ["Referer", "Origin", "Accept-Language", "HX-Request"])
def test_as_a_header_they_change_nothing(client, centre, header):
    for string in FEW:
        value = string.encode("latin-1", "replace").decode("latin-1")
        if any(ord(char) < 32 or ord(char) == 127 for char in value):
            continue  # no server takes such a header
        answer = client.post("/visits/comfort", data={"text": "xl"}, headers={header: value})

        assert answer.status_code == 303, string
        assert answer.headers["Location"].startswith("/")


COOKIES = ("visit", "staff", "device", "language", "session", "form", "text", "contrast")


def test_as_a_cookie_they_are_nobody(client, centre):
    for string in [string for string in FEW if len(string) < 4000]:
        for cookie in COOKIES:
            client.set_cookie(f"doorstep_{cookie}", string)
        statuses = {client.get(page).status_code for page in ("/", "/register/name", "/door")}

        assert statuses <= {200, 303, 410}, string
        assert "/desk/login" in client.get("/desk/").headers["Location"]


def test_in_an_address_they_lead_nowhere(client, centre):
    for string in FEW:
        query = {"page": string, "span": string, "still": string}
        for page in ("/", "/events", "/find"):
            assert client.get(page, query_string=query).status_code == 200, string
        place = client.get("/find/x" + string.replace("/", "").replace("?", ""))
        assert place.status_code in (404, 308), string


# The desk.


def test_as_a_login_they_let_nobody_in(client, centre, li):
    for _, answer in send(client, "/desk/login", FEW, login=None, password=None):
        assert answer.status_code in (422, 429)
    assert "doorstep_staff" not in str(client._cookies)


def test_as_a_search_they_find_nobody(desk, mei):
    for string, answer in send(desk, "/desk/members/search", FEW, text=None):
        assert "陈梅" not in answer.text, string


def test_as_a_new_member_they_are_refused_or_stored_clean(desk, centre):
    form = {"name": None, "phone": "", "hometown": "other", "agree": "yes"}
    for string, answer in send(desk, "/desk/members", FEW, **form):
        assert answer.status_code == (422 if clean_name(string) is None else 303), string

    stored = [member.name for member in db.session.query(Member).order_by(Member.id)]
    assert stored == [name for name in map(clean_name, FEW) if name]


@pytest.mark.parametrize("field", ["name", "phone", "hometown"])
def test_as_a_correction_they_are_refused_or_stored_clean(desk, mei, field):
    for string in FEW:
        member = db.session.get_one(Member, mei.id, populate_existing=True)
        before, version = getattr(member, field), member.version
        form = {"name": "陈梅", "phone": "", "hometown": "360900", "version": version}

        answer = desk.post(f"/desk/members/{mei.id}", data=form | {field: string})

        db.session.refresh(member)
        clean = {"name": clean_name, "phone": clean_phone, "hometown": clean_hometown}[field]
        assert answer.status_code == (422 if clean(string) is None else 303), string
        assert getattr(member, field) == (clean(string) or before)  # an empty phone is no answer
        assert not showing(answer.text, string)


def test_as_a_device_they_are_refused_or_shown_escaped(desk, centre):
    for string, answer in send(desk, "/desk/centres/pairings", FEW, name=None, kind="door"):
        good = string.strip() and string.isprintable() and len(string) <= 60
        assert answer.status_code == (200 if good else 422), string
    assert all(offer.name.isprintable() for offer in db.session.query(PairingCode))


@pytest.mark.parametrize(
    "open_fields", [("title", "title_en", "place"), ("starts", "ends", "places")]
)
def test_as_an_event_they_are_refused_or_shown_escaped(desk, centre, open_fields):
    form = {"title": "合唱", "starts": "2026-11-30T19:00", "ends": "2026-11-30T21:00"}
    form |= {"sign_up": "none"} | dict.fromkeys(open_fields)
    for string, answer in send(desk, "/desk/events", FEW, **form):
        if answer.status_code == 303:
            page = desk.get(answer.headers["Location"])
            assert page.status_code == 200
            assert not showing(page.text, string)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/desk/cards", "member"),
        ("/desk/cards/sheets", "start"),
        ("/desk/members/1/phone", "reason"),
        ("/desk/members/1/checkins", "session"),
        ("/desk/language", "language"),
        ("/desk/events/1/exports", "purpose"),
        ("/desk/events/1/attendances/1/withdrawal", "reason"),
        ("/door/session", "session"),
    ],
)
def test_in_every_smaller_form_of_the_staff_they_are_refused(desk, mei, tonight, address, field):
    for string, answer in send(desk, address, OURS, **{field: None}):
        assert answer.status_code in (303, 403, 404, 422), string
    assert db.session.query(Staff).count() == 1
