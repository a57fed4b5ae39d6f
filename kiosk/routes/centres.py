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
from kiosk.domain.centres import Paired
from kiosk.extensions import db
from kiosk.forms.centres import DeviceForm, PairForm
from kiosk.models import Device, DeviceKind
from kiosk.web import DEVICE_COOKIE, YEAR, actor, current_centre, find, respond

door_bp = Blueprint("centres", __name__)
desk_bp = Blueprint("centres", __name__, url_prefix="/centres")

LANDS_AT = {
    DeviceKind.DOOR: "door.checkins.show",
    DeviceKind.KIOSK: "visitor.visits.home",
    DeviceKind.WALL: "visitor.visits.home",
}


WRONG = lazy_gettext("This code is wrong or too old. Please ask the desk for a new one.")


@door_bp.get("/pair")
def pair() -> Response:
    return respond("centres/pair.html", form=PairForm())


@door_bp.post("/pair")
def take() -> ResponseReturnValue:
    form = PairForm()
    if not form.validate():
        return respond("centres/pair.html", form=form, status=422)

    at, address = clock.now(), request.remote_addr or ""
    if wait := centres.pairing_wait(address, at=at):
        return _later(form, int(wait.total_seconds()))
    offer = centres.offered(form.code.data, at=at)
    if offer and not _served(DeviceKind(offer.kind)):
        return _refused(form, _("This address has no page for that device. The code still works."))
    paired = centres.take_pairing(form.code.data, at=at)
    if paired is None:
        centres.wrong_code(address, at=at)
    db.session.commit()
    return _remember(paired) if paired else _refused(form, WRONG)


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


def _refused(form: PairForm, words: str, status: int = 422) -> Response:
    form.code.errors = [words]
    return respond("centres/pair.html", form=form, status=status)


def _later(form: PairForm, seconds: int) -> Response:
    """Nothing was checked: a right code is not told from a wrong one."""
    minutes = max(1, -(-seconds // 60))
    words = _("Too many attempts. Please try again in %(minutes)s minutes.", minutes=minutes)
    response = _refused(form, words, 429)
    response.headers["Retry-After"] = str(seconds)
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
