"""The audiences: each has one guard, and every route lives under one of them.

visitor  the public touchscreen or phone; no log-in; sees nobody's data but what is being typed
door     a paired scanning device, and the pages that pair one
desk     staff who have logged in
machine  /api, /healthz
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InternalError, OperationalError

from kiosk import clock, database
from kiosk.domain import centres, roles, staff, visits
from kiosk.extensions import db
from kiosk.web import DEVICE_COOKIE, STAFF_COOKIE, NoCentre, api_error, wants_part

OPEN_TO_ALL = {
    "desk.staff.new",
    "desk.staff.create",
    "desk.staff.language",
    "machine.api.health",
    "machine.api.openapi",
}
ONLY_READ = {"desk.members.search"}  # posted so that no name stands in an address
ASKED_BY_CLOCK = {"desk.reports.now", "desk.calls.index"}  # nobody is working because of these

visitor = Blueprint("visitor", __name__)
door = Blueprint("door", __name__)
desk = Blueprint("desk", __name__, url_prefix="/desk")
machine = Blueprint("machine", __name__)


@visitor.before_request
@door.before_request
def guard_public() -> None:
    """A screen that may be paired with a centre; anybody may stand before it."""
    _read_first()
    device = centres.device_with(request.cookies.get(DEVICE_COOKIE, ""))
    g.device = device if device and device.revoked_at is None else None
    _note_device()
    g.centre = g.device.centre if g.device else centres.first()
    _need_centre()


@desk.before_request
def guard_desk() -> ResponseReturnValue | None:
    """Only staff, only as long as their session lasts, and only what their role may do."""
    _read_first()
    session = staff.by_token(request.cookies.get(STAFF_COOKIE, ""), at=clock.now())
    g.staff_session, g.staff = session, session.staff if session else None
    if request.endpoint in OPEN_TO_ALL:
        return None
    if session is None:
        return _to_log_in()
    if not roles.may(session.staff.role, str(request.endpoint).removeprefix("desk.")):
        abort(403)
    if staff.due(session, at=clock.now()) and request.endpoint not in ASKED_BY_CLOCK:
        _note(lambda at: staff.touch(session, at=at))
    g.centre = session.staff.centre or centres.first()
    _need_centre()
    return None


@machine.before_request
def guard_machine() -> ResponseReturnValue | None:
    """A device with its key; from a browser also a header that no foreign page can send."""
    g.device = None
    if request.endpoint in OPEN_TO_ALL:
        return None
    bearer = request.authorization.token if request.authorization else None
    cookie = request.cookies.get(DEVICE_COOKIE, "")
    if cookie and bearer is None and not _same_origin():
        return api_error("forbidden", "Send the header X-Doorstep: 1 from our own pages.", 403)
    request.get_data()  # all of it: whoever sends slowly must not hold up the writers
    _read_first()
    g.device = centres.device_with(bearer or cookie)
    if g.device is None:
        return api_error("unauthorized", "This device key is not known.", 401)
    if g.device.revoked_at is not None:
        return api_error("revoked", "This device was revoked. Keep the queue and ask staff.", 403)
    _note_device()
    return None


def _to_log_in() -> ResponseReturnValue:
    """The log-in page takes the whole window, never the place of one part of a page."""
    address = url_for("desk.staff.new")
    if wants_part():
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _read_first() -> None:
    """A page that is only read never waits for those who write."""
    if request.method in ("GET", "HEAD") or request.endpoint in ONLY_READ:
        database.read_only()


def _note_device() -> None:
    """When it was last seen."""
    device = g.device
    if device and centres.due(device, at=clock.now()):
        _note(lambda at: centres.seen(device, at=at))


def _note(note: Callable[[datetime], None]) -> None:
    """A short transaction of its own, about once a minute for each screen and each clerk.

    What visitors left behind is swept up with it. A page that can be read is shown even if
    nothing can be noted.
    """
    database.end_reading()
    try:
        note(clock.now())
        visits.sweep(clock.now())
        db.session.commit()
    except (OperationalError, InternalError) as error:
        db.session.rollback()
        current_app.logger.error("nothing could be noted", exc_info=error)
    _read_first()


def _need_centre() -> None:
    if g.centre is None:
        raise NoCentre


def _same_origin() -> bool:
    """Browsers send Origin with every POST and never let a foreign page set our header."""
    origin = request.headers.get("Origin", request.host_url.rstrip("/"))
    return request.headers.get("X-Doorstep") == "1" and origin == request.host_url.rstrip("/")
