"""Centres and their devices: paired once, known by the hash of a key, revoked for good."""

from datetime import timedelta

import pytest

from kiosk.domain import audit, centres, staff
from kiosk.domain.centres import Outcome
from kiosk.extensions import db
from kiosk.models import AuditEntry, Device, DeviceKind, PairingCode
from tests import make
from tests.together import at_once


def acts():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


@pytest.fixture
def offered(centre, now):
    return centres.offer_pairing(centre, DeviceKind.KIOSK, "大厅", at=now)


def test_a_device_is_known_by_its_key_and_the_key_is_not_kept(centre, now):
    paired = centres.pair(centre, DeviceKind.DOOR, "一号门", by="staff:1", at=now)

    row = db.session.connection().exec_driver_sql("SELECT * FROM devices").one()
    assert len(paired.key) == 64
    assert centres.device_with(paired.key) is paired.device
    assert paired.key not in map(str, row)
    assert acts() == ["centres.device_paired"]


@pytest.mark.parametrize("key", ["", "0" * 64, "陈梅", "\x00"])
def test_any_other_key_is_nobodys(door, key):
    assert centres.device_with(key) is None


def test_two_devices_never_share_a_key(centre):
    keys = {centres.pair(centre, DeviceKind.DOOR, "门", by="staff:1").key for _ in range(5)}

    assert len(keys) == 5


def test_a_pairing_code_makes_a_device_once(offered, centre, now):
    paired = centres.take_pairing(offered, at=now)

    assert (paired.device.name, paired.device.kind) == ("大厅", DeviceKind.KIOSK)
    assert paired.device.centre_id == centre.id
    assert centres.take_pairing(offered, at=now) is None


def test_a_pairing_code_is_eight_digits_and_may_be_typed_with_blanks(offered, now):
    assert len(offered) == 8
    assert offered.isdecimal()
    assert centres.take_pairing(f" {offered} ", at=now)


def test_a_pairing_code_lasts_five_minutes(offered, now):
    assert centres.take_pairing(offered, at=now + timedelta(minutes=5)) is None
    assert centres.take_pairing(offered, at=now + timedelta(minutes=4, seconds=59))


@pytest.mark.parametrize(
    "code", ["", "00000000", "１２３４５６７８", "\x00", "' OR 1=1 --", "9" * 500]
)
def test_a_wrong_pairing_code_makes_no_device(offered, now, code):
    assert centres.take_pairing(code, at=now) is None
    assert db.session.query(Device).count() == 0


def test_a_pairing_code_typed_twice_at_one_instant_makes_one_device(app, offered, now):
    def take():
        paired = centres.take_pairing(offered, at=now)
        db.session.commit()
        return paired is not None

    assert sorted(at_once(app, take, take)) == [False, True]
    assert audit.verify() is None


def typed(code, now, served=frozenset(DeviceKind), address="192.0.2.7"):
    return centres.try_code(code, address=address, served=served, at=now)


def test_a_code_for_a_page_that_is_not_here_still_works_elsewhere(offered, now):
    here = typed(offered, now, served={DeviceKind.DOOR})

    assert (here.outcome, here.paired) == (Outcome.ELSEWHERE, None)
    assert typed(offered, now).outcome is Outcome.PAIRED


def test_after_ten_wrong_codes_nothing_is_checked_for_a_while(offered, now):
    assert {typed(str(wrong), now).outcome for wrong in range(10)} == {Outcome.WRONG}

    later = typed(offered, now)

    assert (later.outcome, later.wait) == (Outcome.LATER, staff.WINDOW)
    assert typed(offered, now, address="192.0.2.8").outcome is Outcome.PAIRED


def test_old_pairing_codes_are_swept_away(centre, offered, now):
    centres.offer_pairing(centre, DeviceKind.DOOR, "门", at=now + timedelta(minutes=6))

    assert db.session.query(PairingCode).count() == 1


def test_a_revoked_device_is_still_known_as_such(door, now):
    device, key = door

    centres.revoke(device, by="staff:1", at=now)
    centres.revoke(device, by="staff:1", at=now + timedelta(hours=1))

    assert centres.device_with(key).revoked_at == now
    assert acts().count("centres.device_revoked") == 1


def test_devices_are_listed_the_revoked_ones_last(centre, now):
    gone, stays = make.device(centre)[0], make.device(centre)[0]
    centres.revoke(gone, by="staff:1", at=now)

    assert centres.devices() == [stays, gone]


def test_that_a_device_spoke_is_noted_once_a_minute(door, now):
    device, _key = door
    assert centres.due(device, at=now)

    centres.seen(device, at=now)

    assert not centres.due(device, at=now + timedelta(seconds=59))
    assert centres.due(device, at=now + timedelta(seconds=60))


def test_the_first_centre_is_what_an_unpaired_browser_shows(app):
    assert centres.first() is None
    first, second = make.centre(), make.centre("BA002", "西乡")

    assert centres.first() is first
    assert centres.by_code("BA002") is second
    assert centres.by_code("BA999") is None
