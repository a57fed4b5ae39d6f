"""For machines: scanning devices, monitoring. Thin over the same rules as the pages."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from kiosk import clock, database
from kiosk.domain import amendments, answers, batches, checkins, events, settings
from kiosk.extensions import csrf, db
from kiosk.models import Scan
from kiosk.openapi import describe
from kiosk.web import actor, api_error, current_device, zone

machine_bp = Blueprint("api", __name__)
# Its keys and its own header do what the form token does elsewhere. An exemption of the
# audience that this feature hangs below would not reach it.
csrf.exempt(machine_bp)

REASONS = ("not_me", "mistake")


@machine_bp.get("/healthz")
def health() -> ResponseReturnValue:
    """Well means: a row can be written, not only read."""
    try:
        settings.put("checked_at", clock.now().isoformat(timespec="seconds"))
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        failing = jsonify(status="failing", reason=type(error).__name__)
        return failing, 503, {"Retry-After": "5"}
    return jsonify(status="ok", version=current_app.config["VERSION"])


@machine_bp.get("/api/v1/openapi.json")
def openapi() -> Response:
    return jsonify(describe(current_app.config["VERSION"]))


@machine_bp.get("/api/v1/sessions")
def sessions() -> Response:
    """The event sessions that this device may scan for now."""
    now = clock.now()
    open_now = events.open_sessions(current_device().centre_id, at=now)
    return jsonify(sessions=[answers.session(session, zone()) for session in open_now])


@machine_bp.post("/api/v1/scans")
def scans() -> ResponseReturnValue:
    received = clock.now()
    try:
        batch = batches.read(_body())
    except batches.BadBatch as error:
        return api_error("bad_request", str(error), 400)
    results = database.once_more(
        lambda: checkins.record_batch(batch, current_device(), received=received, zone=zone())
    )
    db.session.commit()
    return jsonify(results=results)


@machine_bp.post("/api/v1/scans/<uuid:scan_id>/amend")
def amend(scan_id: object) -> ResponseReturnValue:
    reason, at = _reason(), clock.now()
    if reason is None:
        return api_error("bad_request", f"reason must be one of: {', '.join(REASONS)}.", 400)
    scan = db.session.get(Scan, str(scan_id))
    if scan is None or scan.device_id != current_device().id:
        return api_error("not_found", "This device has no such scan.", 404)
    if not amendments.may_take_back(scan, at=at):
        return api_error("too_late", "Only staff can take this scan back now.", 403)
    amendments.amend(scan, by=actor(), reason=reason, at=at)
    db.session.commit()
    return jsonify(status="amended")


def _reason() -> str | None:
    """Why a scan is taken back; None if the body names none of the reasons there are."""
    body = _body()
    reason = body.get("reason") if isinstance(body, dict) else None
    return reason if reason in REASONS else None


def _body() -> Any:
    """The JSON that was sent; None if it is none."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets within brackets within brackets
        return None
