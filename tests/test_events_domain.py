"""Events and their sessions: what is on, and who has a place."""

from datetime import timedelta

import pytest

from kiosk.domain import amendments, events
from kiosk.domain.events import Place
from kiosk.extensions import db
from kiosk.models import AuditEntry, Event, EventSession, Member, SignUp, SignUpRule, SignUpState
from tests import make
from tests.together import at_once

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def evening(centre):
    """Two places, sign-up wanted."""
    return make.session(centre, places=2, sign_up=SignUpRule.OPTIONAL)


def people(centre, how_many):
    return [make.member(centre=centre) for _ in range(how_many)]


def test_a_new_event_has_one_session_and_its_doors_open_an_hour_before(centre, now):
    session = events.add(
        "合唱", centre=centre, starts_at=now, ends_at=now + 2 * HOUR, by="staff:1", places=30
    )

    assert (session.opens_at, session.closes_at) == (now - HOUR, now + 2 * HOUR)
    assert (session.places, session.taken) == (30, 0)
    assert (session.event.title, session.event.title_en) == ("合唱", "合唱")
    assert db.session.query(AuditEntry).one().action == "events.added"


@pytest.mark.parametrize("lasts", [timedelta(), -HOUR])
def test_an_event_must_end_after_it_begins(centre, now, lasts):
    with pytest.raises(ValueError, match="before it ends"):
        events.add("合唱", centre=centre, starts_at=now, ends_at=now + lasts, by="staff:1")

    assert db.session.query(Event).count() == 0


def test_a_session_is_open_from_its_doors_to_its_doors(centre, now):
    session = make.session(centre, opens=timedelta(), lasts=HOUR)

    def is_open(at):
        return session in events.open_sessions(centre.id, at=at)

    assert [is_open(now - timedelta(seconds=1)), is_open(now)] == [False, True]
    assert [is_open(now + HOUR), is_open(now + HOUR + timedelta(seconds=1))] == [True, False]


def test_a_cancelled_session_is_not_open(centre, tonight, now):
    tonight.cancelled_at = now
    db.session.flush()

    assert events.open_sessions(centre.id, at=now) == []


def test_sessions_of_another_centre_are_not_found_here(centre, tonight, now):
    other = make.centre("BA002", "西乡")

    assert events.open_sessions(other.id, at=now) == events.coming(other.id, at=now) == []


def test_a_day_is_a_day_of_this_time_zone(centre, now):
    midnight = now + 5 * HOUR  # it is 19:00
    before = make.session(centre, title="早", opens=3 * HOUR, lasts=2 * HOUR)
    across = make.session(centre, title="跨", opens=4 * HOUR, lasts=2 * HOUR)
    after = make.session(centre, title="晚", opens=5 * HOUR, lasts=2 * HOUR)

    today = events.on_day(centre.id, at=now, zone=make.ZONE)
    tomorrow = events.on_day(centre.id, at=midnight, zone=make.ZONE)

    assert today == [before, across]
    assert tomorrow == [across, after]


def test_what_is_coming_is_listed_by_time_until_it_is_over(centre, now):
    make.session(centre, title="昨", opens=-DAY)
    second = make.session(centre, title="后", opens=DAY)
    first = make.session(centre, title="先")

    assert events.coming(centre.id, at=now) == [first, second]
    assert events.coming(centre.id, at=now, limit=1) == [first]


def test_places_go_to_the_first_and_the_others_wait_in_line(centre, evening):
    signed = [events.sign_up(evening, person) for person in people(centre, 4)]

    assert [one.place for one in signed] == [
        Place.JOINED,
        Place.JOINED,
        Place.WAITING,
        Place.WAITING,
    ]
    assert [one.position for one in signed] == [None, None, 1, 2]
    assert (evening.taken, events.places_left(evening)) == (2, 0)


def test_asking_twice_gives_the_same_place(evening, mei):
    first = events.sign_up(evening, mei)

    again = events.sign_up(evening, mei)

    assert (again.place, again.sign_up) == (Place.ALREADY, first.sign_up)
    assert evening.taken == 1


def test_one_member_at_two_desks_at_one_instant_has_one_place(app, evening, mei):
    session_id, member_id = evening.id, mei.id

    def sign_up():
        session = db.session.get_one(EventSession, session_id)
        place = events.sign_up(session, db.session.get_one(Member, member_id)).place
        db.session.commit()
        return place

    assert sorted(at_once(app, sign_up, sign_up)) == [Place.ALREADY, Place.JOINED]
    assert evening.taken == db.session.query(SignUp).count() == 1


def test_the_last_place_goes_to_one_of_two(app, centre, evening):
    evening.taken = 1
    session_id, ids = evening.id, [person.id for person in people(centre, 2)]

    def sign_up(member_id):
        session = db.session.get_one(EventSession, session_id)
        place = events.sign_up(session, db.session.get_one(Member, member_id)).place
        db.session.commit()
        return place

    places = at_once(app, *(lambda i=i: sign_up(i) for i in ids))

    assert sorted(places) == [Place.JOINED, Place.WAITING]
    assert db.session.get_one(EventSession, session_id).taken == 2


def test_without_a_limit_there_is_always_a_place(centre, tonight):
    signed = [events.sign_up(tonight, person).place for person in people(centre, 3)]

    assert signed == [Place.JOINED] * 3
    assert (tonight.taken, events.places_left(tonight)) == (3, None)


def test_after_a_cancelled_sign_up_one_can_sign_up_again(evening, mei):
    events.sign_up(evening, mei).sign_up.state = SignUpState.CANCELLED
    assert not events.has_place(evening.id, mei.id)

    assert events.sign_up(evening, mei).place is Place.JOINED


def test_nobody_but_who_joined_has_a_place(centre, evening):
    first, _second, third = people(centre, 3)
    for person in (first, _second, third):
        events.sign_up(evening, person)

    assert events.has_place(evening.id, first.id)
    assert not events.has_place(evening.id, third.id)


def test_a_place_is_taken_as_long_as_there_is_one(evening):
    assert [events.take_place(evening) for _ in range(3)] == [True, True, False]
    assert evening.taken == 2


def test_whoever_is_inside_has_a_place_even_where_none_was_left(evening, mei):
    evening.taken = 2

    events.squeeze_in(evening, mei.id)

    assert (evening.taken, events.places_left(evening)) == (3, 0)


def test_whoever_has_a_place_needs_no_second_one(evening, mei):
    events.sign_up(evening, mei)

    events.squeeze_in(evening, mei.id)
    events.release(evening.id, mei.id)

    assert evening.taken == 1


@pytest.mark.parametrize("places", [1, 5])
def test_who_walked_in_and_then_signs_up_keeps_the_place_they_have(door, centre, mei, places):
    session = make.session(centre, places=places, sign_up=SignUpRule.OPTIONAL)
    make.deliver(door[0], make.item(make.code(mei), session))

    signed = events.sign_up(session, mei)

    db.session.refresh(session)
    assert (signed.place, session.taken) == (Place.JOINED, 1)


def test_the_place_of_a_sign_up_stays_when_the_check_in_is_taken_back(door, evening, mei, now):
    make.deliver(door[0], make.item(make.code(mei), evening))
    events.sign_up(evening, mei)

    amendments.undo(evening.id, mei.id, by="staff:1", reason="not_here", at=now)

    db.session.refresh(evening)
    assert evening.taken == 1
    assert events.has_place(evening.id, mei.id)


def test_nothing_is_counted_where_there_is_no_limit(tonight, mei):
    events.squeeze_in(tonight, mei.id)
    events.release(tonight.id, mei.id)

    assert tonight.taken == 0


def test_a_place_given_back_twice_is_not_less_than_none(evening):
    events.take_place(evening)

    events.give_back(evening.id)
    events.give_back(evening.id)

    db.session.refresh(evening)
    assert evening.taken == 0


def test_the_session_that_a_member_signed_up_for_is_found_the_soonest_first(centre, tonight, mei):
    later, sooner = (
        make.session(centre, title=t, opens=o) for t, o in (("后", HOUR), ("先", -HOUR))
    )
    for session in (later, sooner):
        events.sign_up(session, mei)

    assert events.signed_up_elsewhere(tonight, mei, at=tonight.starts_at) is sooner
    assert events.signed_up_elsewhere(sooner, mei, at=tonight.starts_at) is later
