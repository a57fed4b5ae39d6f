"""The door: choose tonight's event once, then only scan."""

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from kiosk import clock
from kiosk.domain import attendances, events
from kiosk.forms.checkins import DoorForm
from kiosk.models import DeviceKind, EventSession
from kiosk.web import current_centre, paginate, respond

door_bp = Blueprint("checkins", __name__, url_prefix="/door")

COOKIE = "doorstep_session"  # which event this door stands at; it names no person
HALF_A_DAY = 12 * 60 * 60


@door_bp.get("")
def show() -> Response:
    if not _is_door():
        return respond("checkins/unpaired.html")
    session = _chosen()
    if session is None:
        return respond("checkins/choose.html", sessions=paginate(_tonight(), size=6))
    return respond("checkins/door.html", session=session, present=attendances.present(session.id))


@door_bp.get("/present")
def present() -> Response:
    """How many are here. When the event is over, the page is to be loaded again."""
    session = _chosen() if _is_door() else None
    if session is None:
        return Response(headers={"HX-Refresh": "true"})
    return respond("checkins/_present.html", present=attendances.present(session.id))


@door_bp.post("/session")
def choose() -> ResponseReturnValue:
    if not _is_door():
        raise Forbidden
    form = DoorForm()
    chosen = form.session.data if form.validate() else None
    response = redirect(url_for(".show"), 303)
    response.set_cookie(
        COOKIE, str(chosen or ""), httponly=True, samesite="Strict", secure=request.is_secure,
        max_age=HALF_A_DAY,
    )  # fmt: skip
    return response


def _is_door() -> bool:
    return g.device is not None and g.device.kind == DeviceKind.DOOR


def _tonight() -> list[EventSession]:
    """What is on now or later, soonest first."""
    return events.coming(current_centre().id, at=clock.now())


def _chosen() -> EventSession | None:
    """The chosen session, as long as it is one of this centre's and not over."""
    wanted = request.cookies.get(COOKIE, "")
    return next((session for session in _tonight() if str(session.id) == wanted), None)
