"""One member's record as the desk works with it: everything about a person on one page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from kiosk.domain import attendances, audit, cards, events, members, prints, visits
from kiosk.domain.events import Place, SignedUp
from kiosk.domain.members import Registered
from kiosk.domain.prints import Wording
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    Attendance,
    Card,
    CardMove,
    Centre,
    Consent,
    ConsentKind,
    Doubt,
    EventSession,
    Member,
)

SHOWN = 12  # attendances on the page


@dataclass(frozen=True, slots=True)
class Record:
    """`moves` is the life of the live card; `undrawable` what it cannot show of the name."""

    card: Card | None
    may_have_card: bool
    cards: int
    moves: list[CardMove]
    undrawable: tuple[str, ...]
    attendances: list[Attendance]
    this_year: int
    consents: list[Consent]
    affiliations: list[Affiliation]
    doubts: list[Doubt]
    open_now: list[EventSession]
    sign_ups: list[EventSession]

    @property
    def last(self) -> Attendance | None:
        return self.attendances[0] if self.attendances else None


def of(member: Member, centre: Centre, *, at: datetime, zone: ZoneInfo, wording: Wording) -> Record:
    """What somebody at this centre's desk needs to serve this member."""
    card, may_have_card = cards.live(member), cards.may_have(member)
    drawn = card if may_have_card else None
    attended = attendances.of_member(member)
    gone = members.gone(member)
    new_year = at.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0)
    return Record(
        card=card,
        may_have_card=may_have_card,
        cards=db.session.scalar(select(func.count()).where(Card.member_id == member.id)) or 0,
        moves=cards.moves(card) if card else [],
        undrawable=prints.undrawable(drawn, wording=wording) if drawn else (),
        attendances=attended[:SHOWN],
        this_year=sum(one.at >= new_year for one in attended),
        consents=members.consents(member),
        affiliations=members.affiliations(member),
        doubts=members.doubts(member),
        open_now=[] if gone else open_for(centre, at=at),
        sign_ups=[] if gone else events.signing_up(centre.id, at=at),
    )


def open_for(centre: Centre, *, at: datetime) -> list[EventSession]:
    """What a clerk here can check somebody in to."""
    return events.open_sessions(centre.id, at=at)


def sign_up(session: EventSession, member: Member, *, by: str, at: datetime) -> SignedUp | None:
    """A place or the waiting list, asked for at the desk. None: this member has left."""
    if members.gone(member):
        return None
    signed = events.sign_up(session, member, at=at)
    if signed.place is not Place.ALREADY:
        audit.write("events.signed_up", f"sign_ups:{signed.sign_up.id}", by=by, at=at)
    return signed


def enter(
    name: str,
    *,
    phone: str | None,
    hometown: str,
    party: bool,
    centre: Centre,
    by: str,
    at: datetime,
) -> Registered:
    """Register somebody at the desk who has read the consent text and agreed."""
    registered = members.register(
        name, phone=phone, hometown=hometown, centre=centre, consent=visits.CONSENT,
        channel=visits.channel_at(centre), by=by, at=at,
    )  # fmt: skip
    if party:
        members.agree(registered.member, ConsentKind.PARTY, text_version=visits.CONSENT, at=at)
    return registered
