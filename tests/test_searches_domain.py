"""The desk's one box: how a member is found, and by whom."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kiosk.domain import amendments, cards, events, members, searches, sightings
from kiosk.domain.searches import Kind
from kiosk.extensions import db
from kiosk.models import Affiliation, AuditEntry, Member, Role, Sighting
from tests import make

YEAR = timedelta(days=365)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def far(app):
    """A centre that 李姐 has nothing to do with."""
    return make.centre("BA002", "沙井街道党群服务中心")


@pytest.fixture
def wang(far):
    """王强 registered there."""
    return make.member("王强", centre=far, phone="13800002046")


@pytest.fixture
def boss(app):
    return make.staff("boss", Role.ADMIN)


def names_found(staff, text):
    return [member.name for member in searches.search(staff, text, by="test").members]


@pytest.mark.parametrize(
    "text",
    ["单立春", "立春", "shanlichun", "Shan Li", "slc", "danlichun", "dlc", "lichun", "2046",
     "１３８００００２０４６", "138 0000 2046", "BA-000001", "ba000001", "000001"],
)  # fmt: skip
def test_a_member_is_found_by_every_spelling(centre, li, text):
    make.member("单立春", centre=centre, phone="13800002046")

    assert names_found(li, text) == ["单立春"]


@pytest.mark.parametrize(
    "text", ["", "   ", "·", "\x00", "ooo", "9999", "%", "' or 1=1", "王" * 200]
)
def test_what_nobody_is_called_finds_nobody(centre, li, mei, text):
    assert names_found(li, text) == []


def test_at_most_ten_are_shown_and_more_is_said(centre, li):
    for number in range(11):
        make.member(f"陈{'一二三四五六七八九十百'[number]}", centre=centre)

    found = searches.search(li, "chen", by="test")

    assert len(found.members) == 10
    assert found.more


def test_a_member_with_several_fitting_keys_is_shown_once(centre, li):
    make.member("曾曾", centre=centre)

    assert names_found(li, "zeng") == ["曾曾"]


def test_an_exact_name_comes_first(centre, li):
    make.member("陈梅花", centre=centre)
    make.member("陈梅", centre=centre)

    assert names_found(li, "陈梅") == ["陈梅", "陈梅花"]


def test_a_stranger_is_not_found(li, wang):
    assert names_found(li, "王强") == []
    assert not sightings.can_see(li, wang)


def test_a_card_shown_at_the_desk_opens_the_record_for_half_an_hour(li, wang, now):
    found = searches.search(li, make.code(wang).lower(), by="staff:1", at=now)

    assert found.kind == Kind.CARD
    assert found.only == wang
    assert sightings.can_see(li, wang, at=now + timedelta(minutes=29, seconds=59))
    assert not sightings.can_see(li, wang, at=now + timedelta(minutes=30))


@pytest.mark.parametrize("text", ["BA-000001", "13800002046"])
def test_a_full_number_or_phone_opens_the_record_too(li, wang, now, text):
    assert searches.search(li, text, by="test", at=now).members == (wang,)
    assert names_found(li, "王强") == ["王强"]


@pytest.mark.parametrize("text", ["2046", "BA-00000", "1380000204"])
def test_a_part_of_a_number_opens_nothing(li, wang, text):
    assert names_found(li, text) == []


def test_who_was_seen_is_noted_once(li, wang, now):
    for _ in range(2):
        searches.search(li, "13800002046", by="staff:9", at=now)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "members.seen"))
    assert [(e.actor, e.subject) for e in entries] == [("staff:9", f"members:{wang.id}")]
    assert len(db.session.scalars(select(Sighting)).all()) == 1


def test_a_card_seen_at_one_desk_says_nothing_to_another(wang, li, far, now):
    other = make.staff("zhou", centre=make.centre("BA003", "福海"))
    searches.search(li, make.code(wang), by="test", at=now)

    assert not sightings.can_see(other, wang, at=now)


def test_a_dead_card_still_leads_to_its_owner(li, mei):
    old = make.code(mei)
    cards.lose(cards.live(mei), by="test")

    found = searches.search(li, old, by="test")

    assert found.only == mei
    assert not found.card.live


@pytest.mark.parametrize("text", ["K1" + "A" * 26, "K1" + "A" * 25, "k3abcdefghijklmnop"])
def test_a_card_that_nobody_holds_is_called_unknown(li, mei, text):
    found = searches.search(li, text, by="test")

    assert (found.kind, found.members, found.card) == (Kind.CARD, (), None)


def test_somebody_who_registered_here_a_year_ago_is_a_stranger_again(li, mei, now):
    assert sightings.can_see(li, mei, at=now + YEAR)
    assert not sightings.can_see(li, mei, at=now + YEAR + timedelta(seconds=1))


def test_whoever_attended_here_within_a_year_is_seen(li, wang, tonight, now):
    amendments.by_hand(tonight, wang, by="test", at=now, zone=ZONE)

    assert sightings.can_see(li, wang, at=now + YEAR)
    assert not sightings.can_see(li, wang, at=now + YEAR + timedelta(seconds=1))


def test_whoever_signed_up_here_is_seen(li, wang, tonight):
    events.sign_up(tonight, wang)

    assert sightings.can_see(li, wang)


def test_a_visit_elsewhere_does_not_count(li, wang, far, now):
    amendments.by_hand(make.session(far), wang, by="test", at=now, zone=ZONE)

    assert not sightings.can_see(li, wang)


def test_a_branch_sees_its_own_members_as_long_as_they_belong(wang, mei, now):
    branch = make.branch()
    person = make.staff("bran", Role.BRANCH, organisation_id=branch.id)
    tie = make.saved(
        Affiliation(member_id=wang.id, organisation_id=branch.id, kind="participation", since=now)
    )

    seen = set(db.session.scalars(select(Member).where(sightings.visible_to(person))))
    tie.until = now

    assert seen == {wang}
    assert not sightings.can_see(person, wang)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DISTRICT])
def test_some_see_everybody(wang, mei, role):
    person = make.staff("all", role)

    assert set(db.session.scalars(select(Member).where(sightings.visible_to(person)))) == {
        wang,
        mei,
    }


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR])
def test_some_see_nobody_even_with_a_card_in_hand(mei, role):
    person = make.staff("none", role)

    assert searches.search(person, make.code(mei), by="test").members == ()
    assert names_found(person, "陈梅") == []


def test_few_among_many_of_the_same_name_are_found(li, far, mei):
    for _ in range(searches.MANY + 1):
        make.member("陈安", centre=far)

    assert names_found(li, "chen") == ["陈梅"]


def test_an_erased_name_is_not_found(li, mei, boss, now):
    details = {"phone": None, "hometown": "360900", "version": mei.version}
    members.edit(mei, name="李梅", by="test", at=now, **details)

    assert names_found(li, "陈梅") == []
    assert names_found(boss, "李梅") == ["李梅"]
