"""Rows to check in against, and the requests that do it.

Run as a program it fills the database that KIOSK_DATA names and prints what doors need to know.
"""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.client import Address
from bench.server import ROOT, environment
from kiosk import clock, create_app, database
from kiosk.domain import cards, centres, members
from kiosk.extensions import db
from kiosk.models import Centre, CentreKind, Channel, DeviceKind, Event, EventSession

DOORS = 32


@dataclass(slots=True)
class Door:
    """A paired device and the number of its last scan."""

    key: str
    epoch: str
    seq: Iterator[int] = field(default_factory=lambda: itertools.count(1))


class Crowd:
    """Members with cards before many doors: each comes once to each session."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.doors = [Door(key, f"{number:016x}") for number, key in enumerate(told["keys"])]
        self.arrivals = ((s, code) for s in told["sessions"] for code in told["codes"])
        self.boot = str(uuid4())

    def requests(
        self, address: Address, doors: int, each: int, items: int = 1
    ) -> list[list[bytes]]:
        """For each of `doors` doors `each` requests with `items` scans; every scan a new arrival.

        People come to the doors in turn, so that all doors work for one session at a time.
        """
        queues: list[list[bytes]] = [[] for _ in range(doors)]
        for number in range(doors * each):
            door = self.doors[number % doors]
            arrived = list(itertools.islice(self.arrivals, items))
            if len(arrived) < items:
                break
            queues[number % doors].append(self._request(address, door, arrived))
        return queues

    def _request(self, address: Address, door: Door, arrived: list[tuple[int, str]]) -> bytes:
        now = datetime.now(UTC).isoformat()
        items = [
            {
                "scan_id": str(uuid4()), "seq": next(door.seq), "boot_id": self.boot, "code": code,
                "session": session, "direction": "in", "wall": now, "mono": 1000,
            }
            for session, code in arrived
        ]  # fmt: skip
        body = {
            "epoch": door.epoch, "boot_id": self.boot, "sent_wall": now, "sent_mono": 1000,
            "items": items,
        }  # fmt: skip
        bearer = {"Authorization": f"Bearer {door.key}", "Content-Type": "application/json"}
        return request("POST", "/api/v1/scans", address, bearer, json.dumps(body).encode())


def request(
    method: str, path: str, address: Address, headers: dict[str, str], body: bytes = b""
) -> bytes:
    """An HTTP request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address[0]}:{address[1]}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def gather(data: Path, *, people: int, sessions: int) -> Crowd:
    """Fill an empty database, in a process of its own."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.crowd", str(people), str(sessions)],
        env=environment(data), cwd=ROOT, check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return Crowd(json.loads(made.stdout))


def main(people: int, sessions: int) -> None:
    app = create_app()
    with app.app_context():
        database.upgrade(app.config["DATA"])
        db.session.commit()
        centre = Centre(code="B001", name="测试中心", name_en="Test", kind=CentreKind.STREET)
        db.session.add(centre)
        db.session.flush()
        devices = [
            centres.pair(centre, DeviceKind.DOOR, f"{n}号门", by="bench") for n in range(DOORS)
        ]
        held = [_session(centre, number) for number in range(sessions)]
        codes = [_card(centre, number) for number in range(people)]
        db.session.commit()
        told = {
            "keys": [device.key for device in devices],
            "sessions": [session.id for session in held],
            "codes": codes,
        }
        sys.stdout.write(json.dumps(told))


def _session(centre: Centre, number: int) -> EventSession:
    now = clock.now()
    event = Event(
        centre=centre, title=f"夜课堂{number}", title_en=f"Class {number}", kind="night_class"
    )
    session = EventSession(
        event=event, opens_at=now - timedelta(hours=1), starts_at=now,
        ends_at=now + timedelta(hours=8), closes_at=now + timedelta(hours=8),
    )  # fmt: skip
    db.session.add(session)
    db.session.flush()
    return session


def _card(centre: Centre, number: int) -> str:
    """A member with a card; what its code says."""
    made = members.register(
        f"陈{chr(0x4E00 + number % 5000)}", phone=None, hometown="360900", centre=centre,
        channel=Channel.DOORSTEP, consent="2026-11", by="bench", at=clock.now(),
    )  # fmt: skip
    card = cards.issue(made.member, by="bench")
    return str(card and cards.code_of(card))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
