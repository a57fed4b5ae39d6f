"""What every route needs: find a row, answer with a page or a part of it, say what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, jsonify, render_template, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from htmx_flask import make_response, request
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from werkzeug.exceptions import Conflict, HTTPException, NotFound, ServiceUnavailable

from kiosk import clock, database
from kiosk.domain import names, phones, regions, roles, settings, sightings
from kiosk.extensions import db
from kiosk.language import language
from kiosk.models import Centre, Device, Member, Staff

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list: page `number` of `last`, counted from 1."""

    rows: Sequence[Row]
    number: int
    last: int


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DEVICE_COOKIE = "doorstep_device"
STAFF_COOKIE = "doorstep_staff"
YEAR = 365 * 24 * 60 * 60


class NoCentre(ServiceUnavailable):
    """A new installation: nobody has said yet which centre this is."""


class NotAMember(Conflict):
    """The desk would do something for somebody who has left, or is not a member yet."""


# Errors that have a sentence of their own, whatever their status.
KINDS: dict[type[HTTPException], str] = {
    CSRFError: "form_expired", NoCentre: "no_centre", NotAMember: "not_a_member",
}  # fmt: skip


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)
    app.context_processor(_words_for_templates)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters.update(masked=names.mask, phone_masked=phones.mask, local=local)
    app.jinja_env.filters.update(hometown=hometown, day=day, romanised=names.romanised)
    app.jinja_env.globals.update(may=may, may_see=may_see)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(OperationalError, _explain_database)
    app.register_error_handler(InternalError, _explain_database)  # PostgreSQL, read-only


def find(model: type[Row], row_id: int) -> Row:
    """The row, or a 404. An id that no database could hold is not found either."""
    return db.get_or_404(model, row_id if 0 < row_id < 2**31 else 0)


def current_staff() -> Staff:
    """Who is logged in; the desk's guard has seen to it."""
    return cast(Staff, g.staff)


def current_device() -> Device:
    """The paired device that asks; the guard has seen to it."""
    return cast(Device, g.device)


def current_centre() -> Centre:
    """The centre whose screen this is."""
    return cast(Centre, g.centre)


def actor() -> str:
    """Who acts, as the audit writes it: "staff:3", "device:2" or "visit"."""
    if g.get("staff"):
        return f"staff:{g.staff.id}"
    return f"device:{g.device.id}" if g.get("device") else "visit"


def zone() -> ZoneInfo:
    """The time zone that people here live in."""
    return ZoneInfo(current_app.config["KIOSK_TIMEZONE"])


def asset(path: str) -> str:
    """The address of a static file."""
    return url_for("static", filename=path)


def wants_part() -> bool:
    """htmx swapped in one element; a boosted link or a Back button wants it all."""
    hx = request.htmx
    if not hx or hx.boosted or hx.history_restore_request:
        return False
    return bool(request.headers.get("HX-Request-Type") != "full")


def respond(
    page: str,
    *,
    part: str | None = None,
    status: int = 200,
    trigger: str | None = None,
    **context: Any,
) -> Response:
    """The same state as a whole page or as the one part that htmx will swap in.

    `trigger` names an event that fires in the browser once the part is in place.
    """
    html = render_template(part if part and wants_part() else page, **context)
    response: Response = make_response(html, status, trigger={trigger: {}} if trigger else None)
    response.vary.update(["HX-Request", "HX-Request-Type"])
    return response


def paginate(rows: Sequence[Row], *, size: int) -> Page[Row]:
    """The rows of the page that `?page=` asks for; what lies outside means the nearest."""
    last = max(1, -(-len(rows) // size))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return Page(rows[(number - 1) * size : number * size], number, last)


def api_error(code: str, message: str, status: int) -> Response:
    """The one shape of an error for machines."""
    response = jsonify(error={"code": code, "message": message})
    response.status_code = status
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def local(at: datetime, form: str) -> str:
    """A moment as people here read it; `form` is a CLDR pattern such as HH:mm."""
    return str(format_datetime(at, form))


def day(at: datetime) -> str:
    """A date as people say it; the year only when it is not this one."""
    chinese, this_year = language() == "zh_CN", local(at, "y") == local(clock.now(), "y")
    if chinese:
        return local(at, "M月d日" if this_year else "y年M月d日")
    return local(at, "d MMM" if this_year else "d MMM y")


def may(act: str) -> bool:
    """What a page offers to this person; the guard alone decides."""
    return bool(g.get("staff")) and roles.may(g.staff.role, act)


def may_see(member: Member) -> bool:
    """Is this member's record open to the person who reads the page?"""
    return sightings.can_see(current_staff(), member, at=clock.now())


def find_member(member_id: int) -> Member:
    """A member whose record is open here; a stranger's does not exist for this desk."""
    member = find(Member, member_id)
    if not may_see(member):
        raise NotFound
    return member


def too_many(wait: timedelta) -> str:
    """What somebody is told who tried too often; nothing else, right or wrong."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    return str(_("Too many attempts. Please try again in %(minutes)s minutes.", minutes=minutes))


def hometown(code: str) -> str:
    """Where somebody comes from, in the reader's language."""
    words: dict[str, str] = {"unknown": _("Not known"), "other": _("Elsewhere or abroad")}
    if code in words:
        return words[code]
    return regions.brief(code) if language() == "zh_CN" else regions.full_english(code)


def _words_for_templates() -> dict[str, Any]:
    """What every page may say. After a commit it is read without waiting for a writer."""
    try:
        if not db.session().in_transaction():
            database.read_only()
        return {"is_demo": bool(settings.get(settings.DEMO))}
    except DatabaseError:  # the page that explains this must not fail for the same reason
        return {"is_demo": False}


def for_machines() -> bool:
    return bool(request.path.startswith(("/api/", "/healthz")))


def _explain(error: HTTPException) -> Response:
    """A plain sentence and a next step, in the reader's language and form."""
    status = error.code or 500
    if error.response is not None or status < 400:  # a redirect is not an error
        return cast(Response, error.get_response())
    db.session.rollback()
    if for_machines():
        return api_error(error.name.lower().replace(" ", "_"), error.description or "", status)
    kind = KINDS.get(type(error), str(status))
    response = respond("errors/show.html", part="errors/_error.html", status=status, kind=kind)
    if isinstance(error, ServiceUnavailable):
        response.headers["Retry-After"] = "5"
    return response


def _explain_database(error: OperationalError | InternalError) -> Response:
    """Full, read-only or busy: nothing was saved, and trying again may well work."""
    current_app.logger.error("the database cannot be used", exc_info=error)
    return _explain(ServiceUnavailable("The database cannot be used just now."))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code < 400:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
