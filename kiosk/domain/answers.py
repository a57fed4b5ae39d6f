"""What a device is told about a scan: values for it to show, no sentences and no full names.

Times carry the centre's offset, so that a screen can cut the hour and minute out of them.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain import attendances, events, names
from kiosk.domain.cards import Found
from kiosk.domain.verdicts import Judged, Shown
from kiosk.models import EventSession, Member, Verdict

Answer = dict[str, Any]


def malformed(scan_id: str | None, message: str) -> Answer:
    """This can never become a scan; the device keeps it for staff to look at."""
    return {"scan_id": scan_id, "status": "malformed", "verdict": None, "message": message}


def reused(scan_id: str) -> Answer:
    message = "This scan id or sequence number was used before for another scan."
    return {"scan_id": scan_id, "status": "id_reused", "verdict": None, "message": message}


def none_open(scan_id: str, shown: Shown) -> Answer:
    """Nothing is on: the kiosk shows the visitor's own card instead."""
    answer = {"scan_id": scan_id, "status": "none_open", "verdict": None}
    if shown.found is None:
        return answer
    card = shown.found.card
    return answer | {
        "member": member(card.member),
        "card": {"state": shown.found.state.value},
        "attended": attendances.how_many(card.member_id),
    }


def of(judged: Judged, shown: Shown, zone: ZoneInfo, *, present: int) -> Answer:
    """The answer to a judged scan; keys that do not apply are left out.

    `present` is how many were at the session before this scan.
    """
    arrived = judged.verdict == Verdict.WELCOME
    present += arrived
    answer: Answer = {
        "verdict": judged.verdict.value,
        "admitted": judged.admitted,
        "at": local(shown.at, zone),
        "member": member(shown.found.card.member) if shown.found else None,
        "session": session(shown.session, zone, present) if shown.session else None,
    }
    if arrived:
        answer["count"] = present
    if shown.found and not shown.found.live:
        answer["card"] = stopped_card(shown.found, zone)
    return answer | _more(judged, shown, zone)


def _more(judged: Judged, shown: Shown, zone: ZoneInfo) -> Answer:
    """What only one verdict tells."""
    match judged.verdict, shown.session:
        case Verdict.ALREADY, _ if shown.here:
            return {"first_at": local(shown.here.at, zone), "first_place": shown.here.device}
        case Verdict.CHOOSE, _:
            return {"candidates": [session(s, zone) for s in shown.sessions]}
        case Verdict.WAITLISTED, _:
            return {"position": judged.position}
        case Verdict.NOT_SIGNED_UP, EventSession() as one:
            return {"places_left": events.places_left(one)}
        case Verdict.WRONG_SESSION, _ if judged.other:
            return {"other": session(judged.other, zone)}
        case Verdict.TOO_EARLY, EventSession() as one:
            return {"opens_at": local(one.opens_at, zone)}
        case Verdict.CLOSED, EventSession() as one:
            return {"closed_at": local(one.closes_at, zone)}
    return {}


def stopped_card(found: Found, zone: ZoneInfo) -> Answer:
    since = local(found.since, zone)
    return {"state": found.state.value, "since": since, "serial_tail": found.card.serial[-4:]}


def member(member: Member) -> Answer:
    return {"name_masked": names.mask(member.name) if member.name else ""}


def session(session: EventSession, zone: ZoneInfo, present: int | None = None) -> Answer:
    """The session as a screen shows it."""
    event = session.event
    return {
        "id": session.id,
        "title": event.title,
        "title_en": event.title_en,
        "place": event.place,
        "starts_at": local(session.starts_at, zone),
        "ends_at": local(session.ends_at, zone),
        "places": session.places,
        "present": attendances.present(session.id) if present is None else present,
    }


def local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")
