"""The demo's events: a few weeks around today, so that something is always on.

kiosk/demo/calendar.csv says on which days, counted from today, each event takes place. What lies
ahead is laid around today again at each start; what has been scanned at is history and stays.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, repeat
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kiosk.demo.centres import Ids, ids, rows
from kiosk.demo.register import Holder
from kiosk.demo.scans import AGAIN, Door, Log, door
from kiosk.domain import events
from kiosk.extensions import db
from kiosk.models import Centre, Event, EventSession, Scan, SignUp, SignUpRule, SignUpState

DAY = timedelta(days=1)


Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sitting:
    """When one session is planned."""

    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime


def load(holders: list[Holder], log: Log, random: Random, *, at: datetime) -> None:
    """The calendar, with those who came so far and those who have a place in what is to come."""
    templates = {row["code"]: row for row in rows("event_templates.csv")}
    centres = ids(Centre.code)
    doors: dict[int, Door] = {}
    for row in rows("calendar.csv"):
        event = _event(row, templates.get(row["code"], row), centres)
        db.session.add(event)
        db.session.flush()
        for sitting in _planned(row, _today(at, log.zone), log.zone, past=True):
            session = _schedule(event, row, sitting)
            guests = _guests(session, holders, int(row["came"]), random)
            _give_places(session, guests, at=session.starts_at - 2 * DAY)
            if event.centre_id not in doors:
                doors[event.centre_id] = door(event.centre_id, random, at=at)
            shown = round(len(guests) * AGAIN)
            came = log.sitting(session, doors[event.centre_id], guests, shown)
            if event.sign_up == SignUpRule.NONE and session.places:
                session.taken = came  # whoever walks in takes a place
    log.write()
    arrange(at=at, zone=log.zone)
    _look_ahead(holders, random, at=at, zone=log.zone)


def arrange(*, at: datetime, zone: ZoneInfo) -> None:
    """Lay what is to come around the day of `at`. Twice on one day changes nothing."""
    found = _calendar()
    laid = [session.id for _, event in found for session in event.sessions]
    scanned = select(Scan.session_id).where(Scan.session_id.in_(laid)).distinct()
    history = set(db.session.scalars(scanned))
    for row, event in found:
        kept = {s.starts_at for s in event.sessions if s.id in history}
        free = [s for s in event.sessions if s.id not in history and s.cancelled_at is None]
        planned = _planned(row, _today(at, zone), zone, past=False)
        missing = [sitting for sitting in planned if sitting.starts_at not in kept]
        for sitting, session in zip(missing, chain(free, repeat(None)), strict=False):
            if session is None:
                _schedule(event, row, sitting)
            else:
                _move(session, sitting)
    db.session.flush()


def _calendar() -> list[tuple[Row, Event]]:
    """Each row of the calendar with its event; staff may have added others."""
    titles = {row["code"]: row["title_zh"] for row in rows("event_templates.csv")}
    wanted = [(row, row["title_zh"] or titles[row["code"]]) for row in rows("calendar.csv")]
    loaded = (
        select(Event)
        .where(Event.title.in_([title for _, title in wanted]))
        .options(joinedload(Event.centre), selectinload(Event.sessions))
        .order_by(Event.id.desc())  # the first of several is the calendar's
    )
    found = {(e.centre.code, e.title): e for e in db.session.scalars(loaded)}
    pairs = ((row, found.get((row["centre_code"], title))) for row, title in wanted)
    return [(row, event) for row, event in pairs if event]


def _event(row: Row, template: Row, centres: Ids) -> Event:
    return Event(
        centre_id=centres[row["centre_code"]], title=row["title_zh"] or template["title_zh"],
        title_en=row["title_en"] or template["title_en"], kind=row["kind"] or template["kind"],
        place=row["place_zh"], sign_up=SignUpRule(row["sign_up"]),
    )  # fmt: skip


def _planned(row: Row, today: date, zone: ZoneInfo, *, past: bool) -> list[Sitting]:
    days = [int(day) for day in row["days"].split()]
    return [_sitting(row, today + day * DAY, zone) for day in days if (day < 0) == past]


def _sitting(row: Row, day: date, zone: ZoneInfo) -> Sitting:
    """The doors are open all day where the calendar says so, else as for any event."""
    starts, ends = moment(day, row["starts"], zone), moment(day, row["ends"], zone)
    if row["doors"] == "day":
        return Sitting(moment(day, "00:00", zone), starts, ends, moment(day, "24:00", zone))
    return Sitting(starts - events.DOORS_OPEN, starts, ends, ends)


def moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """19:00 by the clocks of that day; 24:00 is when the next day begins."""
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day + hour // 24 * DAY, time(hour % 24, minute), zone)


def _today(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _schedule(event: Event, row: Row, sitting: Sitting) -> EventSession:
    session = EventSession(event=event, places=int(row["places"]) if row["places"] else None)
    _move(session, sitting)
    db.session.add(session)
    db.session.flush()
    return session


def _move(session: EventSession, to: Sitting) -> None:
    session.opens_at, session.closes_at = to.opens_at, to.closes_at
    session.starts_at, session.ends_at = to.starts_at, to.ends_at


def _guests(
    session: EventSession, holders: list[Holder], how_many: int, random: Random
) -> list[Holder]:
    """Of those who had their card by then."""
    opens_at = session.opens_at.astimezone(UTC)  # quicker to compare
    able = [holder for holder in holders if holder.since < opens_at]
    return random.sample(able, min(how_many, len(able)))


def _give_places(
    session: EventSession, people: list[Holder], *, at: datetime, waiting: int = 0
) -> None:
    """The last ones wait. Where nobody signs up, nobody has a place beforehand."""
    if session.event.sign_up == SignUpRule.NONE:
        return
    session.taken = max(len(people) - waiting, 0)
    for place, holder in enumerate(people):
        joined = place < len(people) - waiting
        db.session.add(
            SignUp(
                session_id=session.id, member_id=holder.member_id, at=max(at, holder.since),
                state=SignUpState.JOINED if joined else SignUpState.WAITING,
            )
        )  # fmt: skip


def _look_ahead(holders: list[Holder], random: Random, *, at: datetime, zone: ZoneInfo) -> None:
    """Places in what is to come; one session is full, and some wait for it."""
    for row, event in _calendar():
        joined, waiting = int(row["joined"]), int(row["waiting"])
        days = {sitting.starts_at for sitting in _planned(row, _today(at, zone), zone, past=False)}
        for session in event.sessions:
            if session.starts_at in days and joined:
                people = random.sample(holders, min(joined + waiting, len(holders)))
                _give_places(session, people, at=at - DAY, waiting=waiting)
    db.session.flush()
