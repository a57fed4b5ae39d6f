"""What people correct by hand: a check-in without a card, and a scan that is taken back."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kiosk.domain import answers, attendances, audit, cards, events, members
from kiosk.domain.attendances import Here
from kiosk.domain.verdicts import Judged, Shown
from kiosk.extensions import db
from kiosk.models import (
    Amendment,
    Direction,
    EventSession,
    Member,
    Scan,
    Source,
    Verdict,
)

NOT_ME = timedelta(seconds=30)  # how long a visitor may say "this is not me"


def by_hand(
    session: EventSession, member: Member, *, by: str, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """A clerk checks somebody in without a card. It is a scan like any other, and audited.

    Somebody who left is refused, as at the door.
    """
    attendances.hold(member.id)
    card = cards.live(member)
    found = cards.state_of(card, at=at) if card else None
    here = attendances.of(session.id, member.id)
    shown = Shown(at, Direction.IN, False, None, found, [session], here)
    judged = _at_the_desk(member, here)
    answer = answers.of(judged, shown, zone, present=attendances.present(session.id))
    scan_id = _keep(session, member, judged, answer, at)
    if judged.admitted and here is None:
        events.squeeze_in(session, member.id)
    attendances.derive(session.id, member.id)
    audit.write("checkins.by_hand", f"scans:{scan_id}", by=by, at=at)
    return answer


def _at_the_desk(member: Member, here: Here | None) -> Judged:
    if members.gone(member):
        return Judged(Verdict.MEMBER_LEFT)
    return Judged(Verdict.ALREADY if here else Verdict.WELCOME, admitted=True)


def _keep(
    session: EventSession, member: Member, judged: Judged, answer: dict[str, Any], at: datetime
) -> str:
    """The fact; its id."""
    scan_id = str(uuid4())
    db.session.execute(
        insert(Scan).values(
            scan_id=scan_id, body_hash=hashlib.sha256(scan_id.encode()).hexdigest(),
            member_id=member.id, session_id=session.id, direction=Direction.IN,
            source=Source.DESK, at=at, received_at=at, verdict=judged.verdict,
            admitted=judged.admitted, answer=json.dumps(answer, ensure_ascii=False),
        )
    )  # fmt: skip
    return scan_id


def amend(scan: Scan, *, by: str, reason: str, at: datetime) -> bool:
    """Withdraw a scan: a new fact with a reason, nothing is deleted. Twice is harmless."""
    if scan.member_id:
        attendances.hold(scan.member_id)
    if amended(scan) or not _withdraw(scan, by, reason, at):
        return False
    audit.write("checkins.amended", f"scans:{scan.scan_id}", by=by, at=at, detail=reason)
    if scan.session_id and scan.member_id:
        was_here = attendances.of(scan.session_id, scan.member_id)
        if attendances.derive(scan.session_id, scan.member_id) is None and was_here:
            events.release(scan.session_id, scan.member_id)
    return True


def amended(scan: Scan) -> bool:
    earlier = select(Amendment.id).where(Amendment.scan_id == scan.scan_id)
    return db.session.scalar(earlier) is not None


def undo(session_id: int, member_id: int, *, by: str, reason: str, at: datetime) -> int:
    """This member was not here: every scan that says so is taken back. How many there were."""
    said = select(Scan).where(
        Scan.session_id == session_id, Scan.member_id == member_id, Scan.admitted
    )
    scans = list(db.session.scalars(said.order_by(Scan.at, Scan.scan_id)))
    return sum(amend(scan, by=by, reason=reason, at=at) for scan in scans)


def may_take_back(scan: Scan, *, at: datetime) -> bool:
    """ "This is not me" counts for half a minute; after that it is for staff to say."""
    return at - scan.received_at <= NOT_ME or amended(scan)


def _withdraw(scan: Scan, by: str, reason: str, at: datetime) -> bool:
    """False: somebody else did it at the same instant."""
    try:
        with db.session.begin_nested():
            db.session.add(Amendment(scan_id=scan.scan_id, at=at, actor=by, reason=reason))
    except IntegrityError:
        return False
    return True
