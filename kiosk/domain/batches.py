"""What a device sends: a batch of scans, read and checked before any rule looks at it.

The text that was scanned goes no further than this: from here on it is a hash.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kiosk.domain import codes
from kiosk.models import Direction

MOST_ITEMS = 200
LONGEST_CODE = 7089  # what the largest QR code holds
LARGEST = 2**53 - 1  # what a browser can count to
LARGEST_ID = 2**31 - 1  # what PostgreSQL keeps in an integer
OLDEST = timedelta(days=400)  # a clock that claims more is broken, not late
CLOCK_MAY_DIFFER = timedelta(seconds=120)
UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FIELDS = ("scan_id", "seq", "boot_id", "code", "session", "direction", "wall", "mono")


class BadBatch(ValueError):
    """The envelope itself cannot be read; no item was looked at."""


class BadItem(ValueError):
    """One item cannot be read; the others are not touched by it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One scan as the device tells it. `body_hash` covers every field.

    `code_hash` is of the card's code as printed, or of whatever text was scanned instead.
    """

    scan_id: str
    seq: int
    boot_id: str
    code_hash: str
    session: int | None
    direction: Direction
    wall: datetime
    mono: int
    body_hash: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that cannot be a scan: it goes back to the device for staff to look at."""

    scan_id: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Batch:
    epoch: str
    boot_id: str
    sent_wall: datetime
    sent_mono: int
    items: tuple[Item | Malformed, ...]


def read(body: Any) -> Batch:
    """A batch from parsed JSON. BadBatch says in a sentence what is wrong with the envelope."""
    if not isinstance(body, Mapping):
        raise BadBatch("The body must be a JSON object.")
    items = body.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise BadBatch(f"items must be a list of 1 to {MOST_ITEMS} scans.")
    epoch = body.get("epoch")
    if not isinstance(epoch, str) or not re.fullmatch(r"[0-9a-f]{16}", epoch):
        raise BadBatch("epoch must be 16 hexadecimal digits.")
    try:
        return Batch(
            epoch=epoch,
            boot_id=_uuid(body, "boot_id"),
            sent_wall=_moment(body, "sent_wall"),
            sent_mono=_whole(body, "sent_mono", least=0),
            items=tuple(_item(item) for item in items),
        )
    except BadItem as error:
        raise BadBatch(str(error)) from error


def moment(item: Item, batch: Batch, *, received: datetime) -> datetime:
    """When the card was shown, by the server's clock: docs/protocol.md, "Clocks".

    Within one start of the device its steady clock tells the distance; across a restart only
    its wall clock can, corrected by how far that was off when the batch was sent.
    """
    if item.boot_id == batch.boot_id:
        age = timedelta(milliseconds=batch.sent_mono - item.mono)
    else:
        age = batch.sent_wall - item.wall
    return received - min(max(age, timedelta()), OLDEST)


def is_doubtful(item: Item, batch: Batch, *, received: datetime) -> bool:
    """Does the moment rest on a wall clock that is more than two minutes off?"""
    off = abs(received - batch.sent_wall)
    return item.boot_id != batch.boot_id and off > CLOCK_MAY_DIFFER


def _item(item: Any) -> Item | Malformed:
    try:
        if not isinstance(item, Mapping):
            raise BadItem("An item must be a JSON object.")
        return _checked(item)
    except BadItem as error:
        said = item.get("scan_id") if isinstance(item, Mapping) else None
        known = isinstance(said, str) and UUID.fullmatch(said)
        return Malformed(said if known else None, str(error))


def _checked(item: Mapping[str, Any]) -> Item:
    code, session = item.get("code"), item.get("session")
    if not isinstance(code, str) or not 1 <= len(code) <= LONGEST_CODE:
        raise BadItem("code must be the text that was scanned.")
    if session is not None:
        session = _whole(item, "session", least=1, most=LARGEST_ID)
    if item.get("direction") not in list(Direction):
        raise BadItem("direction must be in or out.")
    return Item(
        scan_id=_uuid(item, "scan_id"),
        seq=_whole(item, "seq", least=1),
        boot_id=_uuid(item, "boot_id"),
        code_hash=codes.look_up_hash(codes.read(code) or code),
        session=session,
        direction=Direction(item["direction"]),
        wall=_moment(item, "wall"),
        mono=_whole(item, "mono", least=0),
        body_hash=_hash({field: item.get(field) for field in FIELDS}),
    )


def _hash(item: Mapping[str, Any]) -> str:
    """SHA-256 of the item as canonical JSON: keys sorted, no blanks, ASCII only."""
    canonical = json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _uuid(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise BadItem(f"{field} must be a UUID.")
    return value.lower()


def _whole(body: Mapping[str, Any], field: str, *, least: int, most: int = LARGEST) -> int:
    value = body.get(field)
    if type(value) is not int or not least <= value <= most:
        raise BadItem(f"{field} must be a whole number from {least} to {most}.")
    return value


def _moment(body: Mapping[str, Any], field: str) -> datetime:
    value = body.get(field)
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2200:
            return at
    except ValueError:
        pass
    raise BadItem(f"{field} must be a time with its offset, as in 2026-11-22T18:30:00+08:00.")
