"""Logging in and out of the desk."""

from datetime import timedelta

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.domain import staff
from kiosk.domain.staff import Attempt, Outcome
from kiosk.extensions import db
from kiosk.forms.staff import LanguageForm, LoginForm
from kiosk.language import COOKIE as LANGUAGE_COOKIE
from kiosk.models import Role
from kiosk.web import STAFF_COOKIE, YEAR, respond, too_many

desk_bp = Blueprint("staff", __name__)


@desk_bp.get("/login")
def new() -> ResponseReturnValue:
    if g.staff:
        return redirect(url_for("desk.reports.today"), 303)
    return _page(LoginForm())


@desk_bp.post("/login")
def create() -> ResponseReturnValue:
    form = LoginForm()
    if not form.validate():
        return _page(form, status=422)

    address = request.remote_addr or ""
    tried = staff.attempt(form.login.data, address=address, at=clock.now())
    db.session.commit()  # it counts before the password is looked at
    return _later(form, tried.wait) if tried.wait else _log_in(form, tried)


@desk_bp.post("/logout")
def end() -> ResponseReturnValue:
    staff.end(g.staff_session, at=clock.now())
    db.session.commit()
    response = redirect(url_for(".new"), 303)
    response.delete_cookie(STAFF_COOKIE, path="/desk")
    return response


@desk_bp.post("/language")
def language() -> ResponseReturnValue:
    form = LanguageForm()
    response = redirect(url_for("desk.reports.today"), 303)
    if form.validate():
        response.set_cookie(
            LANGUAGE_COOKIE, form.language.data, max_age=YEAR, samesite="Lax", httponly=True
        )
    return response


def _page(form: LoginForm, status: int = 200) -> Response:
    logins = list(Role) if staff.is_demo() else []
    return respond("staff/new.html", form=form, status=status, logins=logins)


def _later(form: LoginForm, wait: timedelta) -> Response:
    """The same for a right and a wrong password: nothing was checked."""
    form.password.errors = [too_many(wait)]
    response = _page(form, status=429)
    response.retry_after = int(wait.total_seconds())
    return response


def _log_in(form: LoginForm, tried: Attempt) -> ResponseReturnValue:
    logged_in = staff.log_in(tried, form.password.data, before=g.staff_session, at=clock.now())
    db.session.commit()
    if logged_in.outcome is Outcome.WRONG:
        form.password.errors = [_("Log-in name and password do not fit together.")]
        return _page(form, status=422)
    return _remember(logged_in.token)


def _remember(token: str) -> ResponseReturnValue:
    response = redirect(url_for("desk.reports.today"), 303)
    response.set_cookie(
        STAFF_COOKIE, token, path="/desk", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response
