"""Finding, entering, reading and correcting members at the desk."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock, database
from kiosk.domain import (
    amendments,
    audit,
    events,
    members,
    records,
    reports,
    searches,
    visits,
)
from kiosk.domain.events import SignedUp
from kiosk.domain.members import Edited
from kiosk.domain.searches import Kind
from kiosk.extensions import db
from kiosk.forms.members import (
    CheckInForm,
    EditForm,
    NewMemberForm,
    PhoneForm,
    SearchForm,
    SettleForm,
)
from kiosk.language import card_words
from kiosk.models import Doubt, EventSession, Member, Verdict
from kiosk.web import (
    NotAMember,
    actor,
    current_centre,
    current_staff,
    find,
    find_member,
    respond,
    wants_part,
    zone,
)

desk_bp = Blueprint("members", __name__, url_prefix="/members")


@desk_bp.get("")
def index() -> Response:
    at = clock.now()
    newest, doubts = reports.newest(current_staff(), at=at), reports.doubts(current_staff(), at=at)
    return respond("members/index.html", newest=newest, doubts=doubts)


@desk_bp.post("/search")
def search() -> ResponseReturnValue:
    form = SearchForm()
    text = (form.text.data or "") if form.validate() else ""
    if searches.kind_of(text) is not Kind.TEXT:
        database.end_reading()  # who was seen at this desk is noted
    found = searches.search(current_staff(), text, by=actor(), at=clock.now())
    db.session.commit()
    return _results(found, text)


@desk_bp.get("/new")
def new() -> Response:
    return _new_page(NewMemberForm())


@desk_bp.post("/new")
def begin() -> Response:
    """The same, with the name that was searched for in vain."""
    return _new_page(NewMemberForm())


@desk_bp.post("")
def create() -> ResponseReturnValue:
    form = NewMemberForm()
    if not form.validate():
        return _new_page(form, status=422)

    entered = records.enter(
        form.clean_name, phone=form.clean_phone, hometown=form.hometown.data, by=actor(),
        centre=current_centre(), party=form.party.data, at=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return _back_to(entered.member, _("The member is registered. The card can be issued now."))


@desk_bp.get("/<int:member_id>")
def show(member_id: int) -> Response:
    member = find_member(member_id)
    database.end_reading()
    audit.write("members.opened", f"members:{member.id}", by=actor())
    db.session.commit()
    database.read_only()
    return _page(member)


@desk_bp.get("/<int:member_id>/edit")
def edit(member_id: int) -> Response:
    member = find_member(member_id)
    form = EditForm(name=member.name, hometown=member.hometown, version=member.version)
    return respond("members/edit.html", member=member, form=form)


@desk_bp.post("/<int:member_id>")
def update(member_id: int) -> ResponseReturnValue:
    member, form = find_member(member_id), EditForm()
    if not form.validate():
        return respond("members/edit.html", member=member, form=form, status=422)

    if _save(member, form) is Edited.STALE:
        return respond("members/edit.html", member=member, form=form, theirs=True, status=409)
    db.session.commit()
    return _back_to(member, _("The record is saved."))


@desk_bp.get("/<int:member_id>/phone")
def phone(member_id: int) -> Response:
    return _phone(find_member(member_id), PhoneForm())


@desk_bp.post("/<int:member_id>/phone")
def reveal(member_id: int) -> Response:
    member, form = find_member(member_id), PhoneForm()
    if not form.validate():
        return _phone(member, form, status=422)

    subject = f"members:{member.id}"
    audit.write("members.phone_shown", subject, by=actor(), detail=form.reason.data)
    db.session.commit()
    return _phone(member, form, shown=True)


@desk_bp.post("/<int:member_id>/checkins")
def check_in(member_id: int) -> ResponseReturnValue:
    member, form = find_member(member_id), CheckInForm()
    session = find(EventSession, form.session.data or 0)
    if session not in records.open_for(current_centre(), at=clock.now()):
        return _back_to(member, _("This event is not open now. Nobody was checked in."), "warn")

    answer = amendments.by_hand(session, member, by=actor(), at=clock.now(), zone=zone())
    db.session.commit()
    if answer["verdict"] == Verdict.MEMBER_LEFT:
        raise NotAMember
    return _back_to(member, _("The member is checked in."))


@desk_bp.post("/<int:member_id>/sign-ups")
def sign_up(member_id: int) -> ResponseReturnValue:
    member, form = find_member(member_id), CheckInForm()
    session = find(EventSession, form.session.data or 0)
    if session not in events.signing_up(current_centre().id, at=clock.now()):
        return _back_to(member, _("This event takes no sign-ups. Nobody was signed up."), "warn")

    signed = records.sign_up(session, member, by=actor(), at=clock.now())
    db.session.commit()
    if signed is None:
        raise NotAMember
    return _back_to(member, _signed(signed), "warn" if signed.position else "ok")


@desk_bp.post("/doubts/<int:doubt_id>")
def settle(doubt_id: int) -> ResponseReturnValue:
    doubt, form = find(Doubt, doubt_id), SettleForm()
    find_member(doubt.member_id)
    if not form.validate():
        abort(422)

    same = form.answer.data == "same"
    members.settle(doubt, same=same, staff=current_staff(), at=clock.now())
    db.session.commit()
    return _back_to(doubt.member, _("Thank you. This is settled."))


def _save(member: Member, form: EditForm) -> Edited:
    return members.edit(
        member, name=form.clean_name, phone=form.phone_after(member.phone), by=actor(),
        hometown=form.hometown.data, version=form.version.data, at=clock.now(),
    )  # fmt: skip


def _signed(signed: SignedUp) -> str:
    if signed.position:
        place = signed.position
        return str(_("No place is left: number %(number)s on the waiting list.", number=place))
    return str(_("The member has a place at this event."))


def _page(member: Member) -> Response:
    record = records.of(member, current_centre(), at=clock.now(), zone=zone(), wording=card_words)
    return respond("members/show.html", record=record, member=member, phone_form=PhoneForm())


def _new_page(form: NewMemberForm, status: int = 200) -> Response:
    return respond("members/new.html", form=form, consent=visits.CONSENT, status=status)


def _results(found: searches.Found, text: str) -> ResponseReturnValue:
    if found.only and not wants_part():
        return redirect(url_for(".show", member_id=found.only.id), 303)
    return respond("members/search.html", part="members/_results.html", found=found, text=text)


def _phone(member: Member, form: PhoneForm, *, shown: bool = False, status: int = 200) -> Response:
    """Masked with a question, or in full for half a minute."""
    return respond(
        "members/phone.html", part="members/_phone.html", status=status, member=member,
        phone_form=form, shown=shown,
    )  # fmt: skip


def _back_to(member: Member, words: str, kind: str = "ok") -> ResponseReturnValue:
    flash(words, kind)
    return redirect(url_for(".show", member_id=member.id), 303)
