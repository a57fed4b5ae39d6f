"""Pairing: a browser becomes a door, a kiosk or a wall of one centre."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from kiosk import clock
from kiosk.domain import centres, settings
from kiosk.domain.centres import Outcome, Paired, Tried
from kiosk.extensions import db
from kiosk.forms.centres import DeviceForm, PairForm
from kiosk.models import Device, DeviceKind
from kiosk.web import DEVICE_COOKIE, YEAR, actor, current_centre, find, respond, too_many

door_bp = Blueprint("centres", __name__)
desk_bp = Blueprint("centres", __name__, url_prefix="/centres")

LANDS_AT = {
    DeviceKind.DOOR: "door.checkins.show",
    DeviceKind.KIOSK: "visitor.visits.home",
    DeviceKind.WALL: "visitor.visits.home",
}
REFUSED = {
    Outcome.WRONG: lazy_gettext(
        "This code is wrong or too old. Please ask the desk for a new one."
    ),
    Outcome.ELSEWHERE: lazy_gettext(
        "This address has no page for that device. The code still works."
    ),
}


@door_bp.get("/pair")
def pair() -> Response:
    return respond("centres/pair.html", form=PairForm())


@door_bp.post("/pair")
def take() -> ResponseReturnValue:
    form = PairForm()
    if not form.validate():
        return respond("centres/pair.html", form=form, status=422)

    address, kinds = request.remote_addr or "", {kind for kind in DeviceKind if _served(kind)}
    tried = centres.try_code(form.code.data, address=address, served=kinds, at=clock.now())
    db.session.commit()
    return _remember(tried.paired) if tried.paired else _refused(form, tried)


@door_bp.post("/demo/<any(kiosk, door):kind>")
def demo(kind: str) -> ResponseReturnValue:
    """In the fictional demo anybody may try being a kiosk or a door."""
    if not settings.get(settings.DEMO) or not _served(DeviceKind(kind)):
        raise NotFound
    name = _("Demo kiosk") if kind == "kiosk" else _("Demo door")
    paired = centres.pair(current_centre(), DeviceKind(kind), name, by="demo", at=clock.now())
    db.session.commit()
    return _remember(paired)


@desk_bp.get("/devices")
def devices() -> Response:
    return _devices(DeviceForm())


@desk_bp.post("/pairings")
def offer() -> Response:
    """A code that pairs one browser; it is shown on this page once and nowhere else."""
    form = DeviceForm()
    if not form.validate():
        return _devices(form, status=422)

    kind, name = DeviceKind(form.kind.data), form.name.data
    code = centres.offer_pairing(current_centre(), kind, name, at=clock.now())
    db.session.commit()
    return _devices(DeviceForm(formdata=None), code=code, name=name)


@desk_bp.post("/devices/<int:device_id>/revocation")
def revoke(device_id: int) -> ResponseReturnValue:
    device = find(Device, device_id)
    if device.centre_id != current_centre().id:
        raise NotFound
    centres.revoke(device, by=actor(), at=clock.now())
    db.session.commit()
    flash(_("The device is revoked. Scans that it still holds are not lost."), "ok")
    return redirect(url_for(".devices"), 303)


def _served(kind: DeviceKind) -> bool:
    """A process may serve some of the audiences only."""
    return LANDS_AT[kind] in current_app.view_functions


def _refused(form: PairForm, tried: Tried) -> Response:
    form.code.errors = [too_many(tried.wait) if tried.wait else REFUSED[tried.outcome]]
    response = respond("centres/pair.html", form=form, status=429 if tried.wait else 422)
    if tried.wait:
        response.retry_after = int(tried.wait.total_seconds())
    return response


def _devices(form: DeviceForm, *, code: str = "", name: str = "", status: int = 200) -> Response:
    found = [d for d in centres.devices() if d.centre_id == current_centre().id]
    return respond(
        "centres/devices.html", form=form, devices=found, code=code, name=name, at=clock.now(),
        status=status,
    )  # fmt: skip


def _remember(paired: Paired) -> Response:
    """The key lives in a cookie that no script can read."""
    response = make_response(redirect(url_for(LANDS_AT[DeviceKind(paired.device.kind)]), 303))
    response.set_cookie(
        DEVICE_COOKIE, paired.key, max_age=YEAR, httponly=True, samesite="Strict",
        secure=request.is_secure,
    )  # fmt: skip
    return response
