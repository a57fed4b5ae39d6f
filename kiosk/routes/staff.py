"""Logging in and out of the desk."""

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.domain import staff
from kiosk.domain.staff import Outcome
from kiosk.extensions import db
from kiosk.forms.staff import LanguageForm, LoginForm
from kiosk.language import COOKIE as LANGUAGE_COOKIE
from kiosk.models import Role
from kiosk.web import STAFF_COOKIE, YEAR, respond

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

    at = clock.now()
    tried = staff.attempt(form.login.data, address=request.remote_addr or "", at=at)
    db.session.commit()
    if tried.wait:
        return _later(form, int(tried.wait.total_seconds()))
    logged_in = staff.log_in(tried, form.password.data, at=at)
    if g.staff_session and logged_in.outcome is Outcome.WELCOME:
        staff.end(g.staff_session, at=at)  # one browser, one log-in
    db.session.commit()
    if logged_in.outcome is Outcome.WRONG:
        form.password.errors = [_("Log-in name and password do not fit together.")]
        return _page(form, status=422)
    return _remember(logged_in.token)


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


def _later(form: LoginForm, seconds: int) -> Response:
    """The same for a right and a wrong password: nothing was checked."""
    minutes = max(1, -(-seconds // 60))
    form.password.errors = [
        _("Too many attempts. Please try again in %(minutes)s minutes.", minutes=minutes)
    ]
    response = _page(form, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _remember(token: str) -> ResponseReturnValue:
    response = redirect(url_for("desk.reports.today"), 303)
    response.set_cookie(
        STAFF_COOKIE, token, path="/desk", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response
