"""/api/v1/openapi.json describes exactly what the server does."""

import re
from datetime import datetime
from uuid import UUID

import pytest

from kiosk.domain import batches
from kiosk.models import DeviceKind
from tests import make


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json


def holds(value, schema, described):
    """Is the value one that the schema allows? Covers the words that the description uses."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return any(holds(value, one, described) for one in schema["anyOf"])
    if "const" in schema:
        return value == schema["const"]
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    if schema.get("type") == "null":
        return value is None
    if type(value) is not kinds[schema["type"]]:
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return (
            set(schema.get("required", ())) <= set(value)
            and (schema.get("additionalProperties", True) or set(value) <= set(known))
            and all(holds(value[k], known[k], described) for k in value if k in known)
        )
    if isinstance(value, list):
        return all(holds(one, schema["items"], described) for one in value)
    if isinstance(value, str):
        return text_holds(value, schema)
    return schema.get("minimum", value) <= value <= schema.get("maximum", value)


def text_holds(value, schema):
    try:
        if schema.get("format") == "uuid":
            UUID(value)
        if schema.get("format") == "date-time":
            assert datetime.fromisoformat(value).tzinfo
    except (ValueError, AssertionError):
        return False
    return (
        value in schema.get("enum", [value])
        and bool(re.search(schema.get("pattern", ""), value))
        and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    )


def answer_schema(described, path, method, status="200"):
    answers = described["paths"][path][method]["responses"]
    return answers.get(status, answers["default"])["content"]["application/json"]["schema"]


def test_every_address_of_the_machine_is_described_and_no_other(app, described):
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("machine.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {
        (path, method)
        for path, item in described["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }

    assert told == served


def test_real_answers_are_as_described(client, described, door, tonight, mei):
    key = {"Authorization": f"Bearer {door[1]}"}
    code = make.code(mei)
    scans = make.batch(
        make.item(code, tonight), make.item(code, tonight, 2), make.item("nonsense", tonight, 3),
        {"scan_id": "x"},
    )  # fmt: skip
    asked = {
        "/healthz": client.get("/healthz"),
        "/api/v1/sessions": client.get("/api/v1/sessions", headers=key),
        "/api/v1/scans": client.post("/api/v1/scans", json=scans, headers=key),
    }

    for path, answer in asked.items():
        method = "post" if path.endswith("scans") else "get"
        assert holds(answer.json, answer_schema(described, path, method), described), answer.json


def test_a_refusal_is_as_described(client, described, centre):
    refused = client.post("/api/v1/scans", json={})

    assert refused.status_code == 401
    assert holds(refused.json, described["components"]["schemas"]["Error"], described)


def test_what_a_kiosk_hears_when_nothing_is_on_is_as_described(client, described, centre, mei):
    _kiosk, key = make.device(centre, DeviceKind.KIOSK)

    answer = client.post(
        "/api/v1/scans",
        json=make.batch(make.item(make.code(mei), None)),
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.json["results"][0]["status"] == "none_open"
    assert holds(answer.json, answer_schema(described, "/api/v1/scans", "post"), described)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 0}, {"seq": 2**53}, {"session": 0}, {"session": 2**31}, {"code": ""},
        {"code": "K" * 7090}, {"direction": "up"}, {"wall": "yesterday"}, {"mono": -1},
        {"scan_id": "1"}, {"boot_id": None},
    ],
    ids=str,
)  # fmt: skip
def test_the_server_refuses_just_what_the_description_forbids(client, described, wrong):
    item = make.item("K1", None) | wrong
    [read] = batches.read(make.batch(item)).items

    assert isinstance(read, batches.Malformed)
    assert not holds(item, described["components"]["schemas"]["Item"], described)


def test_a_field_that_is_not_known_is_ignored(client, described):
    item = make.item("K1", None) | {"colour": "red"}
    [read] = batches.read(make.batch(item)).items

    assert isinstance(read, batches.Item)
    assert holds(item, described["components"]["schemas"]["Item"], described)
