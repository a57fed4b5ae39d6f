"""What /api/v1/openapi.json says: exactly what the server does, kept true by a test."""

from typing import Any

from kiosk.domain.batches import LARGEST, LARGEST_ID, LONGEST_CODE, MOST_ITEMS
from kiosk.models import CardState, Direction, Verdict

Json = dict[str, Any]
STATUSES = ("stored", "replay", "id_reused", "malformed", "none_open")


def describe(version: str) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doorstep", "version": version},
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer"},
                # With the header X-Doorstep: 1, and from this server's own pages only.
                "browser": {"type": "apiKey", "in": "cookie", "name": "doorstep_device"},
            },
            "schemas": SCHEMAS,
        },
    }


def _paths() -> Json:
    scan_id = {"name": "scan_id", "in": "path", "required": True, "schema": UUID}
    return {
        "/healthz": {"get": _health()},
        "/api/v1/openapi.json": {
            "get": _operation("This description", {"type": "object"}, secured=False)
        },
        "/api/v1/sessions": {
            "get": _operation("Sessions this device may scan for now", _ref("Sessions"))
        },
        "/api/v1/scans": {"post": _operation("Deliver scans", _ref("Results"), body=_ref("Batch"))},
        "/api/v1/scans/{scan_id}/amend": {
            "parameters": [scan_id],
            "post": _operation("Take a scan back", _ref("Amended"), body=_ref("Amend")),
        },
    }


def _health() -> Json:
    operation = _operation("Can a row be written?", _ref("Health"), secured=False)
    operation["responses"]["503"] = _answer("no", _ref("Failing"))
    return operation


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _operation(
    summary: str, answer: Json, *, body: Json | None = None, secured: bool = True
) -> Json:
    operation: Json = {
        "summary": summary,
        "responses": {
            "200": _answer("done", answer),
            "default": _answer("refused", _ref("Error")),
        },
        "security": [{"device": []}, {"browser": []}] if secured else [],
    }
    if body:
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Json) -> Json:
    """All of them required, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _taken(**properties: Json) -> Json:
    """What a device sends: fields that the server does not know are ignored."""
    return _object(**properties) | {"additionalProperties": True}


def _maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer", "minimum": 0, "maximum": LARGEST}
SEQ: Json = {"type": "integer", "minimum": 1, "maximum": LARGEST}
ID: Json = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
SCANNED: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE}
FLAG: Json = {"type": "boolean"}
UUID: Json = {"type": "string", "format": "uuid"}
MOMENT: Json = {"type": "string", "format": "date-time"}
EPOCH: Json = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
VERDICT: Json = {"type": "string", "enum": [word.value for word in Verdict]}

RESULT: Json = {
    "type": "object",
    "properties": {
        "scan_id": _maybe(UUID),
        "status": {"type": "string", "enum": list(STATUSES)},
        "verdict": _maybe(VERDICT),
        "admitted": FLAG,
        "at": MOMENT,
        "member": _maybe(_ref("Member")),
        "session": _maybe(_ref("Session")),
        "count": WHOLE,
        "first_at": MOMENT,
        "first_place": TEXT,
        "candidates": {"type": "array", "items": _ref("Session")},
        "position": _maybe(WHOLE),
        "places_left": _maybe(WHOLE),
        "other": _ref("Session"),
        "opens_at": MOMENT,
        "closed_at": MOMENT,
        "card": _ref("Card"),
        "attended": WHOLE,
        "message": TEXT,
    },
    "required": ["scan_id", "status", "verdict"],
    "additionalProperties": False,
}

SCHEMAS: Json = {
    "Health": _object(status={"const": "ok"}, version=TEXT),
    "Failing": _object(status={"const": "failing"}, reason=TEXT),
    "Error": _object(error=_object(code=TEXT, message=TEXT)),
    "Member": _object(name_masked=TEXT),
    "Session": _object(
        id=WHOLE, title=TEXT, title_en=TEXT, place=TEXT, starts_at=MOMENT, ends_at=MOMENT,
        places=_maybe(WHOLE), present=WHOLE,
    ),
    "Sessions": _object(sessions={"type": "array", "items": _ref("Session")}),
    "Item": _taken(
        scan_id=UUID, seq=SEQ, boot_id=UUID, code=SCANNED, session=_maybe(ID),
        direction={"type": "string", "enum": [word.value for word in Direction]},
        wall=MOMENT, mono=WHOLE,
    ),
    "Batch": _taken(
        epoch=EPOCH, boot_id=UUID, sent_wall=MOMENT, sent_mono=WHOLE,
        items={"type": "array", "items": _ref("Item"), "minItems": 1, "maxItems": MOST_ITEMS},
    ),
    "Result": RESULT,
    "Results": _object(results={"type": "array", "items": _ref("Result")}),
    "Amend": _taken(reason={"type": "string", "enum": ["not_me", "mistake"]}),
    "Amended": _object(status={"const": "amended"}),
    "Card": {
        "type": "object",
        "properties": {
            "state": {"type": "string", "enum": [word.value for word in CardState]},
            "since": MOMENT,
            "serial_tail": TEXT,
        },
        "required": ["state"],
        "additionalProperties": False,
    },
}  # fmt: skip
