"""Calls from the kiosks, on every page of the desk."""

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.domain import calls
from kiosk.extensions import db
from kiosk.models import Call
from kiosk.web import current_centre, current_staff, find, respond

desk_bp = Blueprint("calls", __name__, url_prefix="/calls")


@desk_bp.get("")
def index() -> Response:
    return _list()


@desk_bp.post("/<int:call_id>/answer")
def answer(call_id: int) -> ResponseReturnValue:
    call = find(Call, call_id)
    if call.centre_id != current_centre().id:
        abort(404)
    calls.answer(call, staff=current_staff(), at=clock.now())
    db.session.commit()
    return redirect(url_for(".index"), 303)


def _list() -> Response:
    waiting = calls.open_at(current_centre())
    return respond("calls/index.html", part="calls/_calls.html", calls=waiting)
