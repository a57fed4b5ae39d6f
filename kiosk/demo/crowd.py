"""Load-test data: a year of made-up events at all centres, and a great many scans."""

from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import func, select

from kiosk.demo import bulk
from kiosk.demo.bulk import stamp
from kiosk.demo.centres import ids, rows
from kiosk.demo.events import Row, moment
from kiosk.demo.register import Holder
from kiosk.demo.scans import AGAIN, Log, door
from kiosk.domain import events
from kiosk.extensions import db
from kiosk.models import Centre, Event, EventSession, SignUpRule

TIMES = ("09:30", "14:30", "15:30", "18:30", "19:30")


def attend(
    how_many: int, scans: int, holders: list[Holder], log: Log, random: Random, *, at: datetime
) -> Iterator[int]:
    """So many events with so many scans altogether; gives the scans of each, one by one.

    People go to events near them, so centre by centre: what is looked up together lies together.
    """
    templates = list(rows("event_templates.csv"))
    today = at.astimezone(log.zone).date()
    near = _by_centre(holders)
    first_event, first_session = _next(Event), _next(EventSession)
    for nth, centre_id in enumerate(near):
        gate = door(centre_id, random, at=at)
        mine = range(how_many * nth // len(near), how_many * (nth + 1) // len(near))
        days = sorted(today - timedelta(random.randrange(1, 366)) for _ in mine)
        sessions = [_session(random.choice(templates), day, random, log) for day in days]
        _number(sessions, first_session + mine.start, first_event + mine.start, centre_id)
        _write(sessions)
        for number, session in zip(mine, sessions, strict=True):
            shown = scans * (number + 1) // how_many - scans * number // how_many
            guests = _guests(session, near[centre_id], shown, random)
            log.sitting(session, gate, guests or _guests(session, holders, shown, random), shown)
            yield shown
    log.write()
    bulk.numbered(Event, EventSession)


def _by_centre(holders: list[Holder]) -> dict[int, list[Holder]]:
    """Every centre has its list, be it empty."""
    near: dict[int, list[Holder]] = {centre_id: [] for centre_id in ids(Centre.code).values()}
    for holder in holders:
        near[holder.centre_id].append(holder)
    return near


def _number(sessions: list[EventSession], session_id: int, event_id: int, centre_id: int) -> None:
    for nth, session in enumerate(sessions):
        session.id, session.event.id = session_id + nth, event_id + nth
        session.event.centre_id = centre_id


def _next(table: type[Event] | type[EventSession]) -> int:
    return (db.session.scalar(select(func.max(table.id))) or 0) + 1


def _session(template: Row, day: date, random: Random, log: Log) -> EventSession:
    """Never titled like an event of the calendar, which moves."""
    starts_at = moment(day, random.choice(TIMES), log.zone)
    ends_at = starts_at + timedelta(minutes=int(template["minutes"]))
    event = Event(
        title=f"{template['title_zh']} · {day:%y%m%d}", kind=template["kind"], place="多功能厅",
        title_en=f"{template['title_en']} · {day:%y%m%d}", sign_up=SignUpRule.NONE,
    )  # fmt: skip
    return EventSession(
        event=event, starts_at=starts_at, opens_at=starts_at - events.DOORS_OPEN,
        ends_at=ends_at, closes_at=ends_at,
    )  # fmt: skip


def _write(sessions: list[EventSession]) -> None:
    bulk.write(
        Event,
        "id centre_id title title_en kind place sign_up records_exits",
        [
            (e.id, e.centre_id, e.title, e.title_en, e.kind, e.place, e.sign_up, False)
            for e in (session.event for session in sessions)
        ],
    )
    bulk.write(
        EventSession,
        "id event_id starts_at ends_at opens_at closes_at taken",
        [
            (s.id, s.event.id, *map(stamp, (s.starts_at, s.ends_at, s.opens_at, s.closes_at)), 0)
            for s in sessions
        ],
    )


def _guests(
    session: EventSession, holders: list[Holder], shown: int, random: Random
) -> list[Holder]:
    """Some of those who had their card by then; holders come in the order of their cards."""
    able = bisect(holders, session.opens_at.astimezone(UTC), key=lambda holder: holder.since)
    some = random.sample(range(able), min(able, round(shown / AGAIN)))
    return [holders[i] for i in some]
