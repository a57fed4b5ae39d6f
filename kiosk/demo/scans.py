"""The demo's scans: who came, with the answers that a real door would have given.

They are written many at once, so the answers are put together here; the tests hold them against
those of kiosk/domain/answers.py.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from kiosk.demo import bulk
from kiosk.demo.bulk import Rows, stamp
from kiosk.demo.register import Holder
from kiosk.domain import answers, codes, tokens
from kiosk.extensions import db
from kiosk.models import Attendance, Device, DeviceKind, EventSession, Scan

NAME = "旧门机（演示）"
BLOCK = 10_000  # scans that are held in memory
MINUTE, HALF_A_DAY = timedelta(minutes=1), timedelta(hours=12)
TWICE, STRANGER = 0.03, 0.02  # how many scans are of a card shown before, or not one of ours
AGAIN = 1.05  # how many cards are shown for one who came
SECONDS = [f"{second:02d}" for second in range(60)]
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
        key_hash=tokens.hash_of(tokens.make()), last_seen_at=at, revoked_at=at,
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
        """`how_many` cards are shown, and each guest is welcomed once. How many came."""
        shown = json.dumps(answers.session(session, self.zone, 0), ensure_ascii=False)[:-2]
        moments, keys = self._moments(session, how_many), self._keys(how_many)
        came: list[str] = []  # when each of the guests came
        cards = zip(moments, keys, self._cards(guests, how_many), strict=True)
        for seq, ((at, told), (scan_id, body_hash), (verdict, who, guest)) in enumerate(cards, 1):
            if who and verdict == WELCOME:
                came.append(told)
                self.attendances.append((session.id, who.member_id, at, scan_id))
            card = who[:3] if who else (codes.look_up_hash(scan_id), None, None)
            self.scans.append(
                (scan_id, door.device_id, door.epoch, door.seq + seq, body_hash, *card,
                 session.id, "in", "door", at, at, verdict, int(who is not None),
                 _answer(verdict, who, guest, told, shown, came))
            )  # fmt: skip
        self.written += how_many
        door.seq += how_many
        if len(self.scans) >= BLOCK:
            self.write()
        return len(came)

    def _moments(self, session: EventSession, how_many: int) -> list[tuple[str, str]]:
        """When cards are shown, in order: as it is stored, and as it is told."""
        minutes = _minutes(*_arriving(session), self.zone)
        found = []
        for second in sorted(self.random.choices(range(60 * len(minutes)), k=how_many)):
            stored, told, offset = minutes[second // 60]
            ends = SECONDS[second % 60]
            found.append((f"{stored}{ends}.000000", f"{told}{ends}{offset}"))
        return found

    def _keys(self, how_many: int) -> list[tuple[str, str]]:
        """The id of each scan and the hash of its body. Ids rise: their index grows at its end."""
        ids = self.random.randbytes(6 * how_many).hex()
        hashes = self.random.randbytes(32 * how_many).hex()
        return [
            (f"{self.written + n:08x}-0000-4000-8000-{ids[12 * n : 12 * n + 12]}",
             hashes[64 * n : 64 * n + 64])
            for n in range(how_many)
        ]  # fmt: skip

    def write(self) -> None:
        """Scans first: an attendance rests on one."""
        bulk.write(Scan, SCAN, self.scans)
        bulk.write(Attendance, "session_id member_id at scan_id", self.attendances)
        self.scans, self.attendances = [], []

    def _cards(
        self, guests: Sequence[Holder], how_many: int
    ) -> Iterator[tuple[str, Holder | None, int]]:
        """The guests in their order; now and then one of them again, or a card not of ours.

        Each with its verdict and which of the guests it is.
        """
        came = 0
        for _ in range(how_many):
            draw = self.random.random()
            if draw < STRANGER or not guests:
                yield UNKNOWN, None, 0
            elif came and (draw < STRANGER + TWICE or came == len(guests)):
                again = self.random.randrange(came)
                yield ALREADY, guests[again], again
            else:
                yield WELCOME, guests[came], came
                came += 1


def _answer(
    verdict: str, who: Holder | None, guest: int, told: str, session: str, came: list[str]
) -> str:
    """The stored answer: JSON with the keys of answers.of, in the same order."""
    if who is None:
        return (
            f'{{"verdict": "{verdict}", "admitted": false, "at": "{told}", "member": null,'
            f' "session": {session}{len(came)}}}}}'
        )
    more = f'"count": {len(came)}'
    if verdict == ALREADY:
        more = f'"first_at": "{came[guest]}", "first_place": "{NAME}"'
    return (
        f'{{"verdict": "{verdict}", "admitted": true, "at": "{told}",'
        f' "member": {{"name_masked": "{who.masked}"}}, "session": {session}{len(came)}}}, {more}}}'
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
