"""The visitor's screens: home, registering in five questions, help, and forgetting it all."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.exceptions import Gone
from werkzeug.wrappers import Response as BaseResponse

from kiosk import clock
from kiosk.artwork import qr
from kiosk.domain import calls, cards, events, members, regions, visits
from kiosk.domain.regions import Region
from kiosk.domain.visits import Step
from kiosk.extensions import db
from kiosk.forms.visits import ComfortForm, ConsentForm, HometownForm, NameForm, PhoneForm
from kiosk.language import COOKIE as LANGUAGE_COOKIE
from kiosk.models import ConsentKind, Draft, Member, Visit
from kiosk.web import Page, actor, current_centre, paginate, respond, zone

visitor_bp = Blueprint("visits", __name__)

COOKIE = "doorstep_visit"
STARTS = ("/", "/door")
PAGE = re.compile(r"page=[0-9]{1,4}")
COMFORT = {
    "text": "doorstep_text",
    "contrast": "doorstep_contrast",
    "language": LANGUAGE_COOKIE,
}


@visitor_bp.get("/")
def home() -> Response:
    now = clock.now()
    today = len(events.on_day(current_centre().id, at=now, zone=zone()))
    changed = any(name in request.cookies for name in (COOKIE, *COMFORT.values()))
    return respond("visits/index.html", now=now, today=today, changed=changed)


@visitor_bp.get("/me")
def me() -> Response:
    return respond("visits/me.html")


@visitor_bp.post("/visits/comfort")
def comfort() -> ResponseReturnValue:
    form = ComfortForm()
    response = redirect(_back(), 303)
    if form.validate():
        for name, value in form.chosen.items():
            _set_cookie(response, COMFORT[name], value)
    return response


@visitor_bp.post("/visits/end")
def end() -> ResponseReturnValue:
    at = clock.now()
    visit = visits.with_token(request.cookies.get(COOKIE, ""), at=at)
    if visit is not None:
        visits.end(visit, at=at)
    visits.sweep(at)
    db.session.commit()
    return _forgotten(redirect(url_for(".home"), 303))


@visitor_bp.post("/calls")
def call() -> ResponseReturnValue:
    calls.call(current_centre(), g.device, at=clock.now())
    db.session.commit()
    return redirect(url_for(".called"), 303)


@visitor_bp.get("/calls")
def called() -> Response:
    return respond("visits/called.html")


@visitor_bp.get("/register")
def register() -> ResponseReturnValue:
    return redirect(url_for(".step", step=Step.CONSENT))


@visitor_bp.get("/register/<any(consent, name, phone, hometown, review):step>")
def step(step: str) -> Response:
    if step == Step.CONSENT:
        return _ask(Step.CONSENT, None, ConsentForm())
    draft = _draft()
    forms = {Step.NAME: NameForm, Step.PHONE: PhoneForm, Step.HOMETOWN: HometownForm}
    if step == Step.REVIEW and visits.next_step(draft) != Step.REVIEW:
        abort(redirect(url_for(".step", step=visits.next_step(draft)), 303))
    return _ask(Step(step), draft, forms.get(Step(step), FlaskForm)())


@visitor_bp.post("/register/consent")
def consent() -> ResponseReturnValue:
    form = ConsentForm()
    if not form.validate():
        return _ask(Step.CONSENT, None, form, status=422)

    begun = visits.begin(current_centre(), g.device, at=clock.now())
    db.session.commit()
    response = redirect(url_for(".step", step=Step.NAME), 303)
    _set_cookie(response, COOKIE, begun.token)
    return response


@visitor_bp.post("/register/name")
def name() -> ResponseReturnValue:
    draft, form = _draft(), NameForm()
    if not form.validate():
        return _ask(Step.NAME, draft, form, status=422)

    draft.name = form.name.clean
    return _onward(draft)


@visitor_bp.post("/register/phone")
def phone() -> ResponseReturnValue:
    draft, form = _draft(), PhoneForm()
    if not form.validate():
        return _ask(Step.PHONE, draft, form, status=422)

    draft.phone = form.phone.clean
    return _onward(draft)


@visitor_bp.post("/register/hometown")
def hometown() -> ResponseReturnValue:
    draft, form = _draft(), HometownForm()
    if not form.validate():
        return _ask(Step.HOMETOWN, draft, form, status=422)

    draft.hometown = form.hometown.data or ""
    more = not draft.hometown or regions.cities(draft.hometown)
    return _onward(draft, Step.HOMETOWN if more else None)


@visitor_bp.post("/register/review")
def confirm() -> ResponseReturnValue:
    member = visits.register(_visit(), by=actor(), at=clock.now())
    db.session.commit()
    if member is None:
        return redirect(url_for(".step", step=Step.REVIEW), 303)
    return redirect(url_for(".done"), 303)


@visitor_bp.get("/register/done")
def done() -> Response:
    member = _visit().member
    if member is None:
        abort(redirect(url_for(".step", step=Step.REVIEW), 303))
    if not members.has_agreed(member, ConsentKind.PARTY):
        g.wording = "neutral"
    return respond("visits/done.html", part="visits/_done.html", member=member, code=_code(member))


def _visit() -> Visit:
    """The visit of this browser. Nothing was begun: to the first question. It ended: 410."""
    token = request.cookies.get(COOKIE)
    if token is None:
        abort(redirect(url_for(".step", step=Step.CONSENT), 303))
    visit = visits.with_token(token, at=clock.now())
    if visit is None:
        raise Gone
    return visit


def _draft() -> Draft:
    """What this visitor has typed. Registered already: to the end."""
    visit = _visit()
    draft = visits.draft_of(visit)
    if draft is None:
        abort(redirect(url_for(".done" if visit.member_id else ".register"), 303))
    return draft


def _onward(draft: Draft, step: Step | None = None) -> ResponseReturnValue:
    visits.seen(draft.visit, at=clock.now())
    db.session.commit()
    return redirect(url_for(".step", step=step or visits.next_step(draft)), 303)


def _ask(step: Step, draft: Draft | None, form: FlaskForm, status: int = 200) -> Response:
    return respond(
        "visits/step.html",
        part="visits/_step.html",
        status=status,
        step=step,
        steps=list(Step),
        draft=draft,
        form=form,
        province=_province(draft) if step == Step.HOMETOWN else None,
        places=_places(draft) if step == Step.HOMETOWN else None,
    )


def _province(draft: Draft | None) -> Region | None:
    """The province whose cities are to be shown, if one was tapped."""
    province = regions.province_of(draft.hometown) if draft else None
    return province if province and regions.cities(province.code) else None


def _places(draft: Draft | None) -> Page[Region]:
    province = _province(draft)
    return paginate(regions.cities(province.code) if province else regions.provinces(), size=9)


def _code(member: Member) -> Markup:
    """The QR of the member's card, to be photographed."""
    card = cards.live(member)
    code = cards.code_of(card) if card else None
    return Markup(qr.svg(code)) if code else Markup("")  # noqa: S704 - drawn by us, holds no text


def _back() -> str:
    """The page that the button stood on, on this server only; in a list, the same page of it."""
    if (start := request.form.get("back")) in STARTS:
        return start
    try:
        _, _, path, query, _ = urlsplit(request.referrer or "")
    except ValueError:  # an address that is none
        return url_for(".home")
    # A browser reads a second slash, of either kind, as another server.
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return url_for(".home")
    return f"{path}?{query}" if PAGE.fullmatch(query) else path


def _set_cookie(response: BaseResponse, name: str, value: str) -> None:
    """Gone when the browser closes; never readable by script."""
    if value:
        response.set_cookie(name, value, httponly=True, samesite="Strict", secure=request.is_secure)
    else:
        response.delete_cookie(name)


def _forgotten(response: BaseResponse) -> BaseResponse:
    for name in (COOKIE, *COMFORT.values()):
        response.delete_cookie(name)
    return response
