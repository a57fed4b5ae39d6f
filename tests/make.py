"""Rows for tests. Each maker fills in what its test does not care about."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from kiosk import clock, database
from kiosk.domain import batches, cards, centres, checkins, members
from kiosk.domain import staff as accounts
from kiosk.extensions import db
from kiosk.models import (
    Card,
    Centre,
    CentreKind,
    Channel,
    Device,
    DeviceKind,
    Event,
    EventSession,
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    Role,
    SignUpRule,
    Staff,
)

EPOCH = "0123456789abcdef"
BOOT = "11111111-2222-4333-8444-555555555555"
ZONE = ZoneInfo("Asia/Shanghai")


def saved(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def centre(code: str = "BA001", name: str = "航城街道党群服务中心") -> Centre:
    return saved(Centre(code=code, name=name, name_en="Hangcheng", kind=CentreKind.STREET))


def device(centre: Centre, kind: DeviceKind = DeviceKind.DOOR) -> tuple[Device, str]:
    paired = centres.pair(centre, kind, "一号门", by="test")
    db.session.commit()
    return paired.device, paired.key


def member(
    name: str = "王强",
    *,
    centre: Centre,
    state: MemberState = MemberState.REGISTERED,
    **given: Any,
) -> Member:
    """A member, as the register makes one; `state` is what became of them since."""
    details = {"phone": None, "hometown": "360900", "channel": Channel.DOORSTEP}
    details |= {"at": clock.now()} | given
    registered = members.register(name, centre=centre, consent="2026-11", by="test", **details)
    registered.member.state = state
    db.session.commit()
    return registered.member


def card(member: Member) -> Card:
    issued = cards.issue(member, by="test")
    assert issued
    db.session.commit()
    return issued


def code(member: Member) -> str:
    """What the QR code on the member's live card says."""
    said = cards.code_of(card(member))
    assert said
    return said


def session(
    centre: Centre,
    title: str = "夜课堂",
    *,
    opens: timedelta = -timedelta(hours=1),
    lasts: timedelta = timedelta(hours=3),
    places: int | None = None,
    sign_up: SignUpRule = SignUpRule.NONE,
    records_exits: bool = False,
) -> EventSession:
    """Doors open `opens` from now; it begins half an hour later."""
    start = clock.now() + opens
    event = Event(
        centre_id=centre.id, title=title, title_en="Night class", kind="night_class",
        place="二楼乡音厅", sign_up=sign_up, records_exits=records_exits,
    )  # fmt: skip
    return saved(
        EventSession(
            event=event, opens_at=start, starts_at=start + timedelta(minutes=30),
            ends_at=start + lasts, closes_at=start + lasts, places=places,
        )
    )  # fmt: skip


def branch(name: str = "第一党支部", code: str = "B001") -> Organisation:
    return saved(Organisation(code=code, kind=OrganisationKind.BRANCH, name=name, name_en=name))


def staff(
    login: str, role: Role = Role.DESK, *, centre: Centre | None = None, **given: Any
) -> Staff:
    """An account that nobody can log in to: its password is not a hash."""
    details = {"name": login, "password_hash": "none", "role": role} | given
    return saved(Staff(login=login, centre_id=centre.id if centre else None, **details))


def log_in(client: FlaskClient, person: Staff) -> FlaskClient:
    """A browser whose password was right a moment ago."""
    token = accounts.begin(person, at=clock.now())
    db.session.commit()
    client.set_cookie("doorstep_staff", token, path="/desk")
    return client


def item(code: str, session: EventSession | None, seq: int = 1, **given: Any) -> dict[str, Any]:
    """One scan as a device sends it."""
    return {
        "scan_id": str(uuid4()),
        "seq": seq,
        "boot_id": BOOT,
        "code": code,
        "session": session.id if session else None,
        "direction": "in",
        "wall": clock.now().isoformat(),
        "mono": 1000,
    } | given


def batch(*items: Any, sent: datetime | None = None, **given: Any) -> dict[str, Any]:
    """A delivery as a device sends it."""
    return {
        "epoch": EPOCH,
        "boot_id": BOOT,
        "sent_wall": (sent or clock.now()).isoformat(),
        "sent_mono": 1000,
        "items": list(items),
    } | given


def deliver(device: Device, *items: Any, received: datetime | None = None, **envelope: Any) -> Any:
    """Check in what the device sends, and commit. The results, in order."""
    batch_read = batches.read(batch(*items, sent=received, **envelope))
    received = received or clock.now()
    results = database.once_more(
        lambda: checkins.record_batch(batch_read, device, received=received, zone=ZONE)
    )
    db.session.commit()
    return results
