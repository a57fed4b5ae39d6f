"""The register: who came, with what consent, and whether we may know them already."""

from datetime import timedelta

import pytest

from kiosk import clock
from kiosk.domain import members, settings
from kiosk.domain.members import Edited
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    AffiliationKind,
    AuditEntry,
    Channel,
    Consent,
    ConsentKind,
    DoubtReason,
    Member,
    MemberKey,
    MemberState,
)
from tests import make
from tests.together import at_once

PHONE = "13800138000"


def register(name, centre, **given):
    details = {"phone": None, "hometown": "360900", "channel": Channel.DOORSTEP}
    details |= {"at": clock.now()} | given
    return members.register(name, centre=centre, consent="2026-11", by="device:1", **details)


def keys(member):
    return {row.key for row in db.session.query(MemberKey).filter_by(member_id=member.id)}


def test_a_new_member_has_a_number_a_consent_and_an_entry_without_a_name(centre, now):
    registered = register("陈梅", centre, phone=PHONE)

    member = registered.member
    assert (member.number, member.name, member.phone) == ("BA-000001", "陈梅", PHONE)
    assert (member.state, member.registered_at, member.version) == (MemberState.REGISTERED, now, 1)
    [consent] = members.consents(member)
    assert (consent.kind, consent.text_version) == (ConsentKind.REGISTRATION, "2026-11")
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject, entry.detail) == (
        "members.registered", f"members:{member.id}", "doorstep",
    )  # fmt: skip
    assert registered.doubts == ()


def test_numbers_follow_each_other_with_the_prefix_of_this_installation(centre):
    settings.put(settings.MEMBER_PREFIX, "XX")

    numbers = [register(name, centre).member.number for name in ("陈梅", "王强")]

    assert numbers == ["XX-000001", "XX-000002"]


def test_nobody_shares_a_number_at_one_instant(app, centre):
    centre_id = centre.id

    def enter():
        member = register("王强", db.session.get_one(type(centre), centre_id)).member
        db.session.commit()
        return member.number

    assert len(set(at_once(app, *[enter] * 4))) == 4


def test_a_member_is_found_by_number_name_reading_initials_and_phone(centre):
    member = register("单小梅", centre, phone=PHONE).member

    assert keys(member) >= {
        "ba000001", "1", "单小梅", "小梅", "shanxiaomei", "sxm", PHONE, PHONE[-4:],
    }  # fmt: skip


def test_the_same_phone_is_a_doubt(centre):
    first = register("陈梅", centre, phone=PHONE).member

    [doubt] = register("王强", centre, phone=PHONE).doubts

    assert (doubt.like, doubt.reason) == (first, DoubtReason.SAME_PHONE)
    assert members.doubts(first) == members.doubts(doubt.member) == [doubt]


def test_the_same_name_from_the_same_place_is_a_doubt(centre):
    register("陈梅", centre)

    [doubt] = register("陈梅", centre).doubts

    assert doubt.reason == DoubtReason.SAME_NAME_AND_HOMETOWN


@pytest.mark.parametrize(
    "second",
    [
        {"name": "陈梅", "hometown": "430100"},
        {"name": "陈妹"},
        {"name": "陈妹", "phone": "13800138001"},
    ],
)
def test_others_are_no_doubt(centre, second):
    register("陈梅", centre, phone=PHONE)

    assert register(centre=centre, **second).doubts == ()


def test_two_strangers_of_one_name_from_nowhere_are_no_doubt(centre):
    register("陈梅", centre, hometown="unknown")

    assert register("陈梅", centre, hometown="unknown").doubts == ()


def test_a_doubt_is_settled_once(centre, li, now):
    register("陈梅", centre)
    [doubt] = register("陈梅", centre).doubts

    members.settle(doubt, same=False, staff=li, at=now)
    members.settle(doubt, same=True, staff=li, at=now + timedelta(hours=1))

    assert doubt.settled_at == now
    assert members.doubts(doubt.member) == []
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.detail) == ("members.doubt_settled", "two people")


def edit(member, version=1, **given):
    details = {"name": member.name, "phone": member.phone, "hometown": member.hometown} | given
    edited = members.edit(member, version=version, by="staff:1", at=clock.now(), **details)
    db.session.commit()
    return edited


def test_a_correction_is_saved_found_and_audited_without_its_contents(mei):
    assert edit(mei, name="陈玫", phone=PHONE) is Edited.SAVED

    assert (mei.name, mei.phone, mei.version) == ("陈玫", PHONE, 2)
    assert {"陈玫", "chenmei", PHONE} <= keys(mei)
    assert "陈梅" not in keys(mei)
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.detail) == ("members.edited", "name phone")


def test_a_correction_that_changes_nothing_is_not_one(mei):
    before = db.session.query(AuditEntry).count()

    assert edit(mei) is Edited.SAME
    assert (mei.version, db.session.query(AuditEntry).count()) == (1, before)


def test_a_phone_may_be_taken_away(centre):
    member = make.member(centre=centre, phone=PHONE)

    assert edit(member, phone=None) is Edited.SAVED
    assert PHONE not in keys(member)


def test_a_correction_of_an_old_version_saves_nothing(mei):
    edit(mei, name="陈玫")

    assert edit(mei, version=1, name="陈美") is Edited.STALE
    assert mei.name == "陈玫"


def test_of_two_corrections_at_one_instant_one_is_stale(app, mei):
    member_id = mei.id

    def correct(name):
        edited = edit(db.session.get_one(Member, member_id), name=name)
        return edited, name

    one, other = at_once(app, lambda: correct("陈玫"), lambda: correct("陈美"))

    assert {one[0], other[0]} == {Edited.SAVED, Edited.STALE}
    [saved] = [name for edited, name in (one, other) if edited is Edited.SAVED]
    assert db.session.get_one(Member, member_id).name == saved


def test_consent_holds_until_it_ends(mei, now):
    consent = members.agree(mei, ConsentKind.PHOTO, text_version="2026-11", at=now)
    db.session.flush()
    assert members.has_agreed(mei, ConsentKind.PHOTO)

    consent.ended_at = now
    db.session.flush()

    assert not members.has_agreed(mei, ConsentKind.PHOTO)
    assert not members.has_agreed(mei, ConsentKind.PARTY)
    assert db.session.query(Consent).count() == len(members.consents(mei)) == 2


def test_where_a_member_belongs_is_what_has_not_ended(mei, now):
    here, there = make.branch(), make.branch("第二党支部", "B002")
    for branch, until in ((here, None), (there, now)):
        make.saved(
            Affiliation(
                member_id=mei.id, organisation_id=branch.id, until=until, since=now,
                kind=AffiliationKind.PARTICIPATION,
            )
        )  # fmt: skip

    assert [one.organisation for one in members.affiliations(mei)] == [here]


def test_a_member_is_found_by_the_number_however_it_is_typed(mei):
    assert members.with_number(f" {mei.number.lower()} ") is mei
    assert members.with_number("BA-999999") is None
