"""The demo's scans: who came, with the answers that a real door would have given.

They are written many at once, so the answers are put together here; the tests hold them against
those of kiosk/domain/answers.py.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from kiosk.demo import bulk
from kiosk.demo.bulk import Rows, stamp
from kiosk.demo.register import Holder
from kiosk.domain import answers, centres, codes
from kiosk.extensions import db
from kiosk.models import Attendance, Device, DeviceKind, EventSession, Scan

NAME = "旧门机(演示)"
BLOCK = 10_000  # scans that are held in memory
MINUTE, HALF_A_DAY = timedelta(minutes=1), timedelta(hours=12)
TWICE, STRANGER = 0.03, 0.02  # how many scans are of a card shown before, or not one of ours
AGAIN = 1.05  # how many cards are shown for one who came
SECONDS = [f"{second:02d}" for second in range(60)]
CHANCE = 64 + 12  # hex digits that each scan has from chance
WELCOME, ALREADY, UNKNOWN = "welcome", "already", "unknown"  # Verdict, quicker to write
SCAN = (
    "scan_id device_id epoch seq body_hash code_hash card_id member_id session_id direction source"
    " at received_at verdict admitted answer"
)


@dataclass(slots=True)
class Door:
    """A device that is no longer in use, and how many scans it numbered."""

    device_id: int
    epoch: str
    seq: int = 0


def door(centre_id: int, random: Random, *, at: datetime) -> Door:
    """It was taken away before now: nobody holds its key, and no board waits for it."""
    device = Device(
        centre_id=centre_id, name=NAME, kind=DeviceKind.DOOR, paired_at=at - timedelta(days=400),
        key_hash=centres.hash_of(secrets.token_hex(32)), last_seen_at=at, revoked_at=at,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    return Door(device.id, f"{random.getrandbits(64):016x}")


class Log:
    """Collects scans, and the attendances that follow from them, and writes them in blocks."""

    def __init__(self, random: Random, *, zone: ZoneInfo) -> None:
        self.random = random
        self.zone = zone
        self.written = 0
        self.scans: Rows = []
        self.attendances: Rows = []

    def sitting(
        self, session: EventSession, door: Door, guests: Sequence[Holder], how_many: int
    ) -> int:
        """`how_many` cards are shown; each of the guests is welcomed at most once.

        Returns how many came.
        """
        minutes = _minutes(*_arriving(session), self.zone)
        shown = json.dumps(answers.session(session, self.zone, 0), ensure_ascii=False)[:-2]
        came: list[tuple[Holder, str]] = []
        moments = sorted(self.random.choices(range(60 * len(minutes)), k=how_many))
        chance = self.random.randbytes(CHANCE // 2 * how_many).hex()
        for nth, at_second in enumerate(moments):
            stored, told, offset = minutes[at_second // 60]
            second = SECONDS[at_second % 60]
            at, told = f"{stored}{second}.000000", f"{told}{second}{offset}"
            verdict, who, first = self._next(guests, came, told)
            scan_id, body_hash = self._names(chance[CHANCE * nth : CHANCE * (nth + 1)])
            if who and verdict == WELCOME:
                came.append((who, told))
                self.attendances.append((session.id, who.member_id, at, scan_id))
            answer = _answer(verdict, who, told, f"{shown}{len(came)}}}", len(came), first)
            card = who[:3] if who else (codes.look_up_hash(scan_id), None, None)
            self.scans.append(
                (scan_id, door.device_id, door.epoch, door.seq + nth + 1, body_hash, *card,
                 session.id, "in", "door", at, at, verdict, who is not None, answer)
            )  # fmt: skip
        door.seq += how_many
        if len(self.scans) >= BLOCK:
            self.write()
        return len(came)

    def write(self) -> None:
        """Scans first: an attendance rests on one."""
        bulk.write(Scan, SCAN, self.scans)
        bulk.write(Attendance, "session_id member_id at scan_id", self.attendances)
        self.scans, self.attendances = [], []

    def _next(
        self, guests: Sequence[Holder], came: list[tuple[Holder, str]], told: str
    ) -> tuple[str, Holder | None, str]:
        """Somebody new, as long as there is one; now and then a card again, or a foreign one."""
        draw = self.random.random()
        if draw < STRANGER or not guests:
            return UNKNOWN, None, ""
        if came and (draw < STRANGER + TWICE or len(came) == len(guests)):
            return ALREADY, *self.random.choice(came)
        return WELCOME, guests[len(came)], told

    def _names(self, chance: str) -> tuple[str, str]:
        """The id of a scan, which rises so that its index grows at its end; and its body's hash."""
        self.written += 1
        return f"{self.written:08x}-0000-4000-8000-{chance[64:]}", chance[:64]


def _answer(
    verdict: str, who: Holder | None, told: str, session: str, present: int, first: str
) -> str:
    """The stored answer: JSON with the keys of answers.of, in the same order."""
    if who is None:
        return (
            f'{{"verdict": "{verdict}", "admitted": false, "at": "{told}", "member": null,'
            f' "session": {session}}}'
        )
    more = f'"count": {present}'
    if verdict == ALREADY:
        more = f'"first_at": "{first}", "first_place": "{NAME}"'
    return (
        f'{{"verdict": "{verdict}", "admitted": true, "at": "{told}",'
        f' "member": {{"name_masked": "{who.masked}"}}, "session": {session}, {more}}}'
    )


def _arriving(session: EventSession) -> tuple[datetime, int]:
    """From when people come, and for how many minutes."""
    if session.ends_at - session.starts_at > HALF_A_DAY:
        return session.starts_at + timedelta(hours=9), 9 * 60
    return session.starts_at - timedelta(minutes=50), 70


@cache
def _minutes(begin: datetime, how_many: int, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """Each minute as it is stored and as it is told, up to the seconds; then the offset."""
    moments = [begin + minute * MINUTE for minute in range(how_many)]
    texts = [(stamp(at), answers.local(at, zone)) for at in moments]
    return [(stored[:17], told[:17], told[19:]) for stored, told in texts]
