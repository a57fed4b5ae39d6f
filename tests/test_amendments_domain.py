"""Corrections by hand: new facts with a reason; nothing is deleted and totals are right at once."""

from datetime import timedelta

import pytest

from kiosk.domain import amendments, attendances, events
from kiosk.extensions import db
from kiosk.models import (
    Amendment,
    AuditEntry,
    Device,
    MemberState,
    Scan,
    SignUpRule,
    Source,
)
from tests import make
from tests.together import at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gate(door):
    return door[0]


@pytest.fixture
def arrive(gate):
    """A member shows the card; the scan that was stored."""
    numbers = iter(range(1, 100))

    def show(member, session, received=None, **envelope):
        item = make.item(make.code(member), session, next(numbers))
        make.deliver(gate, item, received=received, **envelope)
        return db.session.get_one(Scan, item["scan_id"])

    return show


def amend(scan, now, reason="mistake"):
    done = amendments.amend(scan, by="staff:1", reason=reason, at=now)
    db.session.commit()
    return done


def acts():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_a_scan_taken_back_ends_the_attendance_and_stays_a_fact(arrive, tonight, mei, now):
    scan = arrive(mei, tonight)

    assert amend(scan, now)

    assert attendances.present(tonight.id) == 0
    assert db.session.query(Scan).count() == 1
    amendment = db.session.query(Amendment).one()
    assert (amendment.actor, amendment.reason, amendment.at) == ("staff:1", "mistake", now)
    assert acts()[-1] == "checkins.amended"


def test_taking_back_twice_is_harmless(arrive, tonight, mei, now):
    scan = arrive(mei, tonight)
    amend(scan, now)
    before = acts()

    assert not amend(scan, now + MINUTE)
    assert acts() == before


def test_attendance_falls_back_to_the_next_scan_that_stands(arrive, tonight, mei, now):
    first, second = arrive(mei, tonight), arrive(mei, tonight, received=now + MINUTE)

    amend(first, now + MINUTE)

    here = attendances.of(tonight.id, mei.id)
    assert (here.at, here.scan_id) == (now + MINUTE, second.scan_id)


def test_taking_back_a_later_scan_changes_no_attendance(arrive, tonight, mei, now):
    first, second = arrive(mei, tonight), arrive(mei, tonight, received=now + MINUTE)

    amend(second, now + MINUTE)

    assert attendances.of(tonight.id, mei.id).scan_id == first.scan_id


def test_the_place_of_somebody_who_walked_in_is_free_again(arrive, centre, mei, now):
    session = make.session(centre, places=1)
    scan = arrive(mei, session)
    assert session.taken == 1

    amend(scan, now)

    assert session.taken == 0
    assert arrive(make.member(centre=centre), session).verdict == "welcome"


def test_the_place_of_somebody_who_signed_up_stays_theirs(arrive, centre, mei, now):
    session = make.session(centre, places=1, sign_up=SignUpRule.OPTIONAL)
    events.sign_up(session, mei)

    amend(arrive(mei, session), now)

    assert session.taken == 1
    assert arrive(mei, session, received=now + MINUTE).verdict == "welcome"


def test_taking_back_a_refusal_frees_nothing(arrive, centre, mei, now):
    session = make.session(centre, places=1)
    arrive(make.member(centre=centre), session)
    refused = arrive(mei, session)

    amend(refused, now)

    assert (session.taken, attendances.present(session.id)) == (1, 1)


def test_a_late_guest_over_capacity_frees_their_own_place_and_no_other(arrive, centre, mei, now):
    session = make.session(centre, places=1)
    arrive(make.member(centre=centre), session)
    late = arrive(mei, session, received=now + MINUTE, sent_mono=31_000)
    assert session.taken == 2

    amend(late, now + MINUTE)

    assert session.taken == 1


def test_an_unknown_card_can_be_taken_back_too(gate, tonight, now):
    make.deliver(gate, make.item("X", tonight))

    assert amend(db.session.query(Scan).one(), now)


def test_two_people_at_one_instant_take_a_scan_back_once(app, arrive, centre, mei, now):
    session = make.session(centre, places=3)
    arrive(make.member(centre=centre), session)
    scan_id = arrive(mei, session).scan_id

    def take_back():
        return amend(db.session.get_one(Scan, scan_id), now)

    assert sorted(at_once(app, take_back, take_back)) == [False, True]
    assert session.taken == 1


def test_a_scan_taken_back_at_the_instant_the_card_is_shown_again(app, arrive, tonight, mei, now):
    first = arrive(mei, tonight)
    scan_id, device_id, again = (
        first.scan_id,
        first.device_id,
        make.item(make.code(mei), tonight, 9),
    )

    def show_again():
        return make.deliver(db.session.get_one(Device, device_id), again)

    at_once(app, lambda: amend(db.session.get_one(Scan, scan_id), now), show_again)

    assert attendances.of(tonight.id, mei.id).scan_id == again["scan_id"]


def test_for_half_a_minute_a_visitor_may_say_this_is_not_me(arrive, tonight, mei, now):
    scan = arrive(mei, tonight)

    assert amendments.may_take_back(scan, at=now + timedelta(seconds=30))
    assert not amendments.may_take_back(scan, at=now + timedelta(seconds=31))


def test_saying_it_again_after_that_is_harmless(arrive, tonight, mei, now):
    scan = arrive(mei, tonight)
    amend(scan, now)

    assert amendments.may_take_back(scan, at=now + MINUTE)


def test_undoing_an_attendance_takes_every_scan_back(arrive, centre, mei, now):
    session = make.session(centre, places=5)
    arrive(mei, session)
    arrive(mei, session, received=now + MINUTE)

    undone = amendments.undo(session.id, mei.id, by="staff:1", reason="mistake", at=now)

    assert (undone, attendances.present(session.id), session.taken) == (2, 0, 0)
    assert amendments.undo(session.id, mei.id, by="staff:1", reason="mistake", at=now) == 0


def by_hand(session, member, at):
    answer = amendments.by_hand(session, member, by="staff:1", at=at, zone=make.ZONE)
    db.session.commit()
    return answer


def test_a_clerk_checks_somebody_in_without_a_card(tonight, mei, now):
    answer = by_hand(tonight, mei, now)

    scan = db.session.query(Scan).one()
    assert (answer["verdict"], answer["count"]) == ("welcome", 1)
    assert (scan.source, scan.device_id, scan.code_hash, scan.seq) == (
        Source.DESK,
        None,
        None,
        None,
    )
    assert attendances.present(tonight.id) == 1
    assert acts()[-1] == "checkins.by_hand"


def test_checking_in_by_hand_twice_counts_once(tonight, mei, now):
    by_hand(tonight, mei, now)

    answer = by_hand(tonight, mei, now + MINUTE)

    assert (answer["verdict"], attendances.present(tonight.id)) == ("already", 1)


def test_whoever_is_checked_in_by_hand_takes_a_place(centre, mei, now):
    session = make.session(centre, places=1)
    by_hand(session, mei, now)
    by_hand(session, make.member(centre=centre), now)

    assert (session.taken, events.places_left(session)) == (2, 0)


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.WITHDRAWN])
def test_somebody_who_left_is_not_checked_in_by_hand(tonight, mei, now, state):
    mei.state = state

    answer = amendments.by_hand(tonight, mei, by="staff:1", at=now, zone=make.ZONE)

    assert answer["verdict"] == "member_left"
    assert attendances.present(tonight.id) == 0
    assert not db.session.query(Scan).one().admitted


def test_somebody_who_left_takes_no_place_at_the_desk(centre, mei, now):
    session = make.session(centre, places=5)
    mei.state = MemberState.LEFT

    by_hand(session, mei, now)

    assert session.taken == 0


def test_the_half_minute_begins_when_the_scan_arrives(arrive, tonight, mei, now):
    scan = arrive(mei, tonight, received=now + 5 * MINUTE, sent_mono=1000 + 300_000)

    assert scan.at == now
    assert amendments.may_take_back(scan, at=now + 5 * MINUTE + timedelta(seconds=30))


def test_checking_in_by_hand_twice_takes_one_place(centre, mei, now):
    session = make.session(centre, places=5)

    by_hand(session, mei, now)
    by_hand(session, mei, now + MINUTE)

    assert session.taken == 1


def test_undoing_an_attendance_leaves_refusals_as_they_are(arrive, centre, mei, now):
    session = make.session(centre, opens=MINUTE)
    refused = arrive(mei, session)
    by_hand(session, mei, now)

    undone = amendments.undo(session.id, mei.id, by="staff:1", reason="mistake", at=now)

    assert undone == 1
    assert not amendments.amended(refused)
