"""Load-test data: a year of made-up events at all centres, and a great many scans."""

from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from kiosk.commands.demo_centres import ids, rows
from kiosk.commands.demo_events import Row, moment
from kiosk.commands.demo_register import Holder
from kiosk.commands.demo_scans import AGAIN, Log, door
from kiosk.domain import events
from kiosk.extensions import db
from kiosk.models import Centre, Event, EventSession

TIMES = ("09:30", "14:30", "15:30", "18:30", "19:30")


def attend(
    how_many: int, scans: int, holders: list[Holder], log: Log, random: Random, *, at: datetime
) -> Iterator[int]:
    """So many events with so many scans altogether; gives the scans of each, one by one.

    People go to events near them: centre by centre, so that what is looked up together lies
    together.
    """
    templates = list(rows("event_templates.csv"))
    today = at.astimezone(log.zone).date()
    centres = list(ids(Centre.code).values())
    near: dict[int, list[Holder]] = {centre_id: [] for centre_id in centres}
    for holder in holders:
        near[holder.centre_id].append(holder)
    begun = 0
    for nth, centre_id in enumerate(centres, start=1):
        gate = door(centre_id, random, at=at)
        share = how_many * nth // len(centres) - begun
        days = sorted((random.randrange(1, 366) for _ in range(share)), reverse=True)
        sessions = [
            _session(
                centre_id, random.choice(templates), number, today - timedelta(ago), random, log
            )
            for number, ago in enumerate(days, start=begun + 1)
        ]
        db.session.add_all(sessions)
        db.session.flush()
        for session in sessions:
            begun += 1
            shown = scans * begun // how_many - scans * (begun - 1) // how_many
            guests = _guests(session, near[centre_id], shown, random)
            log.sitting(session, gate, guests or _guests(session, holders, shown, random), shown)
            yield shown
    log.write()


def _session(
    centre_id: int, template: Row, number: int, day: date, random: Random, log: Log
) -> EventSession:
    """Never titled like an event of the calendar, which moves."""
    starts_at = moment(day, random.choice(TIMES), log.zone)
    ends_at = starts_at + timedelta(minutes=int(template["minutes"]))
    event = Event(
        centre_id=centre_id, title=f"{template['title_zh']} · {number}",
        title_en=f"{template['title_en']} · {number}", kind=template["kind"], place="多功能厅",
    )  # fmt: skip
    return EventSession(
        event=event, starts_at=starts_at, opens_at=starts_at - events.DOORS_OPEN,
        ends_at=ends_at, closes_at=ends_at,
    )  # fmt: skip


def _guests(
    session: EventSession, holders: list[Holder], shown: int, random: Random
) -> list[Holder]:
    """Some of those who had their card by then; holders come in the order of their cards."""
    able = bisect(holders, session.opens_at.astimezone(UTC), key=lambda holder: holder.since)
    some = random.sample(range(able), min(able, round(shown / AGAIN)))
    return [holders[i] for i in some]
