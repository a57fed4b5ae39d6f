"""Pairing: a browser becomes a door, a kiosk or a wall of one centre."""

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kiosk import clock
from kiosk.domain import centres, settings
from kiosk.domain.centres import Paired
from kiosk.extensions import db
from kiosk.forms.centres import PairForm
from kiosk.models import DeviceKind
from kiosk.web import DEVICE_COOKIE, YEAR, current_centre, respond

door_bp = Blueprint("centres", __name__)

LANDS_AT = {
    DeviceKind.DOOR: "door.checkins.show",
    DeviceKind.KIOSK: "visitor.visits.home",
    DeviceKind.WALL: "visitor.visits.home",
}


@door_bp.get("/pair")
def pair() -> Response:
    return respond("centres/pair.html", form=PairForm())


@door_bp.post("/pair")
def take() -> ResponseReturnValue:
    form = PairForm()
    if not form.validate():
        return respond("centres/pair.html", form=form, status=422)

    paired = centres.take_pairing(form.code.data, at=clock.now())
    db.session.commit()
    if paired is None:
        form.code.errors = [_("This code is wrong or too old. Please ask the desk for a new one.")]
        return respond("centres/pair.html", form=form, status=422)
    return _remember(paired)


@door_bp.post("/demo/<any(kiosk, door):kind>")
def demo(kind: str) -> ResponseReturnValue:
    """In the fictional demo anybody may try being a kiosk or a door."""
    if not settings.get(settings.DEMO):
        raise NotFound
    name = _("Demo kiosk") if kind == "kiosk" else _("Demo door")
    paired = centres.pair(current_centre(), DeviceKind(kind), name, by="demo", at=clock.now())
    db.session.commit()
    return _remember(paired)


def _remember(paired: Paired) -> Response:
    """The key lives in a cookie that no script can read."""
    response = make_response(redirect(url_for(LANDS_AT[DeviceKind(paired.device.kind)]), 303))
    response.set_cookie(
        DEVICE_COOKIE, paired.key, max_age=YEAR, httponly=True, samesite="Strict",
        secure=request.is_secure,
    )  # fmt: skip
    return response
