"""What is on: the visitor's list of this centre's events, and the desk's lists of who came."""

from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.domain import amendments, attendances, events, exports, phones, reports
from kiosk.domain.reports import Span
from kiosk.extensions import db
from kiosk.forms.events import EventForm, ExportForm, UndoForm
from kiosk.language import language
from kiosk.models import Attendance, EventSession
from kiosk.web import (
    actor,
    current_centre,
    current_staff,
    find,
    find_member,
    hometown,
    local,
    paginate,
    respond,
    zone,
)

visitor_bp = Blueprint("events", __name__)
desk_bp = Blueprint("events", __name__, url_prefix="/events")

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@visitor_bp.get("/events")
def index() -> Response:
    now = clock.now()
    today = events.on_day(current_centre().id, at=now, zone=zone())
    return _list("today", now, today)


@visitor_bp.get("/events/coming")
def coming() -> Response:
    now = clock.now()
    return _list("coming", now, events.coming(current_centre().id, at=now, limit=100))


def _list(tab: str, now: datetime, sessions: list[EventSession]) -> Response:
    return respond(
        "events/index.html",
        active=tab,
        now=now,
        sessions=paginate(sessions, size=4),
        places_left=events.places_left,
    )


@desk_bp.get("")
def listing() -> Response:
    asked = request.args.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.TODAY
    listed = reports.calendar(current_staff().centre_id, span, at=clock.now(), zone=zone())
    return respond("events/list.html", span=span, listed=listed)


@desk_bp.get("/new")
def new() -> Response:
    return respond("events/new.html", form=EventForm())


@desk_bp.post("")
def create() -> ResponseReturnValue:
    form = EventForm()
    if not form.validate():
        return respond("events/new.html", form=form, status=422)

    session = _add(form)
    db.session.commit()
    return _back_to(session, _("The event is added."))


@desk_bp.get("/<int:session_id>")
def show(session_id: int) -> Response:
    return _page(find(EventSession, session_id), ExportForm())


@desk_bp.post("/<int:session_id>/exports")
def export(session_id: int) -> Response:
    session, form = _mine(session_id), ExportForm()
    if not form.validate():
        return _page(session, form, status=422)

    kind, purpose = form.kind.data, form.purpose.data
    came = exports.attended(
        session, current_staff(), kind=kind, purpose=purpose, by=actor(), at=clock.now()
    )
    db.session.commit()
    return _file(_rows(session, came), f"attendance-{session.id}", kind)


@desk_bp.post("/<int:session_id>/attendances/<int:member_id>/withdrawal")
def withdraw(session_id: int, member_id: int) -> ResponseReturnValue:
    session, member, form = _mine(session_id), find_member(member_id), UndoForm()
    if not form.validate():
        abort(422)

    reason = form.reason.data
    amendments.undo(session.id, member.id, by=actor(), reason=reason, at=clock.now())
    db.session.commit()
    return _back_to(session, _("The check-in is taken back. The count is right again."))


def _add(form: EventForm) -> EventSession:
    starts_at, ends_at = form.times(zone())
    return events.add(
        form.title.data, title_en=form.title_en.data, place=form.place.data, by=actor(),
        centre=current_centre(), starts_at=starts_at, ends_at=ends_at,
        places=form.places.data, sign_up=form.sign_up.data,
    )  # fmt: skip


def _rows(session: EventSession, came: list[Attendance]) -> list[list[str]]:
    """The list as a table of text: phones masked, times local."""
    heading = [_("Time"), _("Member number"), _("Name"), _("Phone"), _("Hometown"), _("Event")]
    title = session.event.title if language() == "zh_CN" else session.event.title_en
    return [heading] + [
        [
            local(a.at, "yyyy-MM-dd HH:mm"), a.member.number, a.member.name or "",
            phones.mask(a.member.phone) if a.member.phone else "",
            hometown(a.member.hometown), title,
        ]
        for a in came
    ]  # fmt: skip


def _mine(session_id: int) -> EventSession:
    session = find(EventSession, session_id)
    if not reports.is_mine(session, current_staff()):
        abort(404)
    return session


def _page(session: EventSession, form: ExportForm, status: int = 200) -> Response:
    came = reports.attended(session, current_staff(), at=clock.now())
    return respond(
        "events/show.html", session=session, came=came, form=form, undo_form=UndoForm(),
        present=attendances.present(session.id), mine=reports.is_mine(session, current_staff()),
        status=status,
    )  # fmt: skip


def _file(rows: list[list[str]], name: str, kind: str) -> Response:
    content = exports.as_csv(rows) if kind == "csv" else exports.as_workbook(rows)
    response = Response(content, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _back_to(session: EventSession, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(".show", session_id=session.id), 303)
