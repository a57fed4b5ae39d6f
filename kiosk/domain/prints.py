"""Cards on paper: what stands on a card, one card as a picture, many as PDF."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select

from kiosk.artwork import card as artwork
from kiosk.artwork import sheet as paper
from kiosk.artwork.card import CardFace
from kiosk.artwork.sheet import Drawn, Step
from kiosk.domain import audit, cards, names, regions
from kiosk.extensions import db
from kiosk.models import Card, CardState, Centre, Consent, ConsentKind

# What every card says: title, kind and small print. True asks for the words of a member with
# the party consent; without it they are neutral.
Words = tuple[str, str, str]
Wording = Callable[[bool], Words]


def picture(card: Card, *, wording: Wording, dpi: int = 300) -> bytes:
    """The front of a card as PNG."""
    return artwork.png(_faces([card], wording)[0], dpi)


def sheet(
    printed: Iterable[Card], *, wording: Wording, start: int = 1, step: Step | None = None
) -> Drawn:
    """A4 pages of ten; the first one begins at cell `start`, 1 to 10."""
    return paper.sheet(_faces(printed, wording), start=start, step=step)


def single(printed: Iterable[Card], *, wording: Wording, step: Step | None = None) -> Drawn:
    """One page in the size of a card for each."""
    return paper.single(_faces(printed, wording), step=step)


def undrawable(card: Card, *, wording: Wording) -> tuple[str, ...]:
    """Characters that no bundled font has; the card shows the reading of the name instead."""
    return artwork.missing(_faces([card], wording)[0])


def note(printed: Iterable[Card], *, by: str, at: datetime, centre: Centre | None) -> None:
    """These cards are on paper now. A reprint keeps the code, and is noted, too."""
    for card in printed:
        if not cards.advance(card, CardState.PRINTED, by=by, at=at, centre=centre):
            audit.write("cards.reprinted", f"cards:{card.id}", by=by, at=at)


def _faces(printed: Iterable[Card], wording: Wording) -> list[CardFace]:
    printed = list(printed)
    party = _with_party_consent(card.member_id for card in printed)
    return [_face(card, wording(card.member_id in party)) for card in printed]


def _face(card: Card, words: Words) -> CardFace:
    member, code = card.member, cards.code_of(card)
    title, kind, small_print = words
    if code is None or member.name is None:
        raise ValueError("the card of an erased member cannot be printed")
    return CardFace(
        name=member.name,
        reading=names.romanised(member.name),
        place=" · ".join(filter(None, [regions.brief(member.hometown), member.centre.name])),
        number=member.number,
        code=code,
        title=title,
        kind=kind,
        small_print=small_print,
    )


def _with_party_consent(member_ids: Iterable[int]) -> set[int]:
    agreed = select(Consent.member_id).where(
        Consent.member_id.in_(list(member_ids)),
        Consent.kind == ConsentKind.PARTY,
        Consent.ended_at.is_(None),
    )
    return set(db.session.scalars(agreed))
