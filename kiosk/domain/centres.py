"""Centres, and the devices that are paired with one."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, delete, select, update

from kiosk import clock
from kiosk.domain import audit, staff, tokens
from kiosk.extensions import db
from kiosk.models import Centre, CentreKind, Device, DeviceKind, LoginAttempt, PairingCode

CODE_LIVES = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
DIGITS = "0123456789"
WRONG_CODES = 10  # from one address, within the time that log-ins count, too
WITH_KEY = select(Device).where(Device.key_hash == bindparam("key_hash"))


@dataclass(frozen=True, slots=True)
class Paired:
    """A device and its key. The key is shown once: only its hash is kept."""

    device: Device
    key: str


class Outcome(StrEnum):
    """What came of typing a pairing code. `elsewhere`: it is good, but not at this address."""

    PAIRED = "paired"
    WRONG = "wrong"
    ELSEWHERE = "elsewhere"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Tried:
    """`wait` is how long nothing will be checked, after too many wrong codes."""

    outcome: Outcome
    paired: Paired | None = None
    wait: timedelta | None = None


def first() -> Centre | None:
    """The centre that an unpaired browser shows."""
    return db.session.scalar(select(Centre).order_by(Centre.id).limit(1))


def by_code(code: str) -> Centre | None:
    return db.session.scalar(select(Centre).where(Centre.code == code))


def add(code: str, name: str, *, name_en: str = "", kind: CentreKind, by: str) -> Centre:
    centre = Centre(code=code, name=name, name_en=name_en or name, kind=kind)
    db.session.add(centre)
    db.session.flush()
    audit.write("centres.added", f"centres:{centre.id}", by=by)
    return centre


def pair(
    centre: Centre, kind: DeviceKind, name: str, *, by: str, at: datetime | None = None
) -> Paired:
    """A new device with 256 random bits as its key."""
    key = tokens.make()
    at = at or clock.now()
    device = Device(
        centre_id=centre.id, name=name, kind=kind, key_hash=tokens.hash_of(key), paired_at=at
    )
    db.session.add(device)
    db.session.flush()
    audit.write("centres.device_paired", f"devices:{device.id}", by=by, at=at, detail=kind)
    return Paired(device, key)


def offer_pairing(
    centre: Centre, kind: DeviceKind, name: str, *, at: datetime | None = None
) -> str:
    """Eight digits that pair one browser within five minutes."""
    code = "".join(secrets.choice(DIGITS) for _ in range(8))
    at = at or clock.now()
    # A used or old code opens nothing, and must not be in the way of a new one.
    db.session.execute(delete(PairingCode).where(PairingCode.expires_at <= at))
    db.session.add(
        PairingCode(
            centre_id=centre.id, kind=kind, name=name, expires_at=at + CODE_LIVES,
            code_hash=tokens.hidden("pairing_code", code),
        )
    )  # fmt: skip
    return code


def try_code(code: str, *, address: str, served: Collection[DeviceKind], at: datetime) -> Tried:
    """Pair with this code, where the kind of device that it is for is `served`.

    Wrong codes count against the address; after too many of them nothing is checked for a while.
    """
    if wait := _wait(address, at):
        return Tried(Outcome.LATER, wait=wait)
    offer = _offered(code, at)
    if offer and offer.kind not in served:
        return Tried(Outcome.ELSEWHERE)
    paired = take_pairing(code, at=at)
    if paired is None:
        _count(address, at)
        return Tried(Outcome.WRONG)
    return Tried(Outcome.PAIRED, paired)


def take_pairing(code: str, *, at: datetime | None = None) -> Paired | None:
    """Use a code once. None: wrong, too old or used."""
    at = at or clock.now()
    used = update(PairingCode).where(_good(code, at)).values(used_at=at).returning(PairingCode.id)
    offer_id = db.session.scalar(used)
    if offer_id is None:
        return None
    offer = db.session.get_one(PairingCode, offer_id)
    centre = db.session.get_one(Centre, offer.centre_id)
    return pair(centre, DeviceKind(offer.kind), offer.name, by="pairing", at=at)


def device_with(key: str) -> Device | None:
    """The device that holds this key, revoked or not."""
    return db.session.scalar(WITH_KEY, {"key_hash": tokens.hash_of(key)})


def devices() -> list[Device]:
    rows = select(Device).order_by(Device.revoked_at.isnot(None), Device.id)
    return list(db.session.scalars(rows))


def due(device: Device, *, at: datetime) -> bool:
    """Is it time to note again that this device spoke?"""
    return device.last_seen_at is None or at - device.last_seen_at >= SEEN_EVERY


def seen(device: Device, *, at: datetime) -> None:
    device.last_seen_at = at


def revoke(device: Device, *, by: str, at: datetime | None = None) -> None:
    """From now on the key opens nothing. Scans that the device still holds are kept by it."""
    if device.revoked_at is None:
        device.revoked_at = at or clock.now()
        audit.write("centres.device_revoked", f"devices:{device.id}", by=by, at=at)


def _wait(address: str, at: datetime) -> timedelta | None:
    here = LoginAttempt.address_hash == tokens.hidden("pairing", address)
    return staff.wait_after(here, WRONG_CODES, at=at)


def _offered(code: str, at: datetime) -> PairingCode | None:
    """What this code would pair, if it is still good."""
    return db.session.scalar(select(PairingCode).where(_good(code, at)))


def _count(address: str, at: datetime) -> None:
    """One more wrong code from there, kept as a failed log-in is; apart from those."""
    hidden = tokens.hidden("pairing", address)
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < at - staff.KEPT))
    db.session.add(LoginAttempt(at=at, login_hash=hidden, address_hash=hidden))


def _good(code: str, at: datetime) -> ColumnElement[bool]:
    mine = PairingCode.code_hash == tokens.hidden("pairing_code", code.strip())
    return mine & (PairingCode.expires_at > at) & PairingCode.used_at.is_(None)
