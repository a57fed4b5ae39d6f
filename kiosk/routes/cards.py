"""Cards at the desk: issuing, printing, handing over, and losing them."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.domain import cards, prints, reports
from kiosk.extensions import db
from kiosk.forms.cards import CardForm, SheetForm
from kiosk.language import card_words
from kiosk.models import Card, CardState, Member
from kiosk.web import NotAMember, actor, current_centre, current_staff, find, find_member, respond

desk_bp = Blueprint("cards", __name__, url_prefix="/cards")

AT_ONCE = 100  # cards in one PDF


@desk_bp.get("")
def index() -> Response:
    return _queue(SheetForm())


@desk_bp.post("")
def create() -> ResponseReturnValue:
    form = CardForm()
    member = find_member(form.member.data or 0)
    if cards.issue(member, by=actor(), at=clock.now(), centre=current_centre()) is None:
        raise NotAMember
    db.session.commit()
    return _back_to(member, _("The card is issued. It can be printed now."))


@desk_bp.get("/<int:card_id>/picture")
def picture(card_id: int) -> Response:
    png = prints.picture(_usable(card_id), wording=card_words, dpi=150)
    return Response(png, mimetype="image/png")


@desk_bp.post("/<int:card_id>/prints")
def print_one(card_id: int) -> Response:
    """One page in the size of the card, for a card printer."""
    card = _usable(card_id)
    drawn = prints.single([card], wording=card_words)
    prints.note([card], by=actor(), at=clock.now(), centre=current_centre())
    db.session.commit()
    return _pdf(drawn.pdf, card.serial)


@desk_bp.post("/sheets")
def print_sheet() -> Response:
    """All that wait, ten on a page."""
    form, at = SheetForm(), clock.now()
    waiting = reports.waiting(current_staff(), at=at, limit=AT_ONCE)
    if not form.validate() or not waiting:
        return _queue(form, status=422)

    drawn = prints.sheet(waiting, wording=card_words, start=form.start.data)
    prints.note(waiting, by=actor(), at=at, centre=current_centre())
    db.session.commit()
    return _pdf(drawn.pdf, "cards")


@desk_bp.post("/<int:card_id>/handover")
def hand_over(card_id: int) -> ResponseReturnValue:
    card = _usable(card_id)
    cards.advance(card, CardState.HANDED_OVER, by=actor(), at=clock.now(), centre=current_centre())
    db.session.commit()
    return _back_to(card.member, _("The card is handed over."))


@desk_bp.post("/<int:card_id>/loss")
def lose(card_id: int) -> ResponseReturnValue:
    card = _card(card_id)
    new = cards.lose(card, by=actor(), at=clock.now(), centre=current_centre())
    db.session.commit()
    if new is None:
        return _back_to(card.member, _("The card stopped working. No other one is issued."))
    return _back_to(
        card.member, _("The lost card stopped working. A new one is issued and can be printed.")
    )


def _card(card_id: int) -> Card:
    card = find(Card, card_id)
    find_member(card.member_id)
    return card


def _usable(card_id: int) -> Card:
    card = _card(card_id)
    if not cards.may_have(card.member):
        raise NotAMember
    return card


def _queue(form: SheetForm, status: int = 200) -> Response:
    staff, at = current_staff(), clock.now()
    waiting = reports.waiting(staff, at=at, limit=AT_ONCE)
    printed = reports.printed(staff, at=at)
    return respond("cards/index.html", form=form, waiting=waiting, printed=printed, status=status)


def _pdf(pdf: bytes, name: str) -> Response:
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _back_to(member: Member, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("desk.members.show", member_id=member.id), 303)
