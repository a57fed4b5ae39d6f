"""Who was there, made from the facts and makeable again at any time."""

from datetime import timedelta

import pytest

from kiosk.domain import amendments, attendances
from kiosk.domain.attendances import Here
from kiosk.extensions import db
from kiosk.models import Attendance, Scan
from tests import make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gate(door):
    return door[0]


@pytest.fixture
def arrival(gate, tonight, mei):
    """陈梅 came in by the first gate."""
    make.deliver(gate, make.item(make.code(mei), tonight))
    return db.session.query(Scan).one()


def test_somebody_who_came_is_here_since_then_by_that_device(arrival, gate, tonight, mei, now):
    here = attendances.of(tonight.id, mei.id)

    assert here == Here(now, arrival.scan_id, gate.id, "一号门")


def test_somebody_who_did_not_come_is_not_here(tonight, mei):
    connection = db.session.connection()

    assert attendances.of(tonight.id, mei.id) is None
    assert attendances.among(connection, [], [mei.id]) == {}
    assert attendances.among(connection, [tonight.id], []) == {}


def test_somebody_checked_in_by_hand_is_here_by_no_device(tonight, mei, now):
    amendments.by_hand(tonight, mei, by="staff:1", at=now, zone=make.ZONE)

    here = attendances.of(tonight.id, mei.id)

    assert (here.device_id, here.device) == (None, "")


def test_deriving_again_changes_nothing(arrival, tonight, mei, now):
    scan = attendances.derive(tonight.id, mei.id)

    assert scan.scan_id == arrival.scan_id
    [kept] = db.session.query(Attendance).filter_by(session_id=tonight.id)
    assert (kept.at, kept.scan_id, kept.left_at) == (now, arrival.scan_id, None)


def test_a_lost_attendance_is_made_again_from_the_facts(arrival, tonight, mei):
    db.session.query(Attendance).delete()

    attendances.derive(tonight.id, mei.id)

    assert attendances.present(tonight.id) == 1


def test_an_attendance_without_a_fact_goes(tonight, centre, arrival):
    stranger = make.member(centre=centre)
    db.session.add(
        Attendance(
            session_id=tonight.id, member_id=stranger.id, at=arrival.at, scan_id=arrival.scan_id
        )
    )
    db.session.flush()

    assert attendances.derive(tonight.id, stranger.id) is None
    assert attendances.present(tonight.id) == 1


def test_counts_are_of_people_and_of_evenings(gate, centre, tonight, mei):
    code = make.code(mei)
    other = make.session(centre, title="合唱")
    make.deliver(gate, *(make.item(code, s, n) for n, s in enumerate([tonight, tonight, other], 1)))

    assert (attendances.present(tonight.id), attendances.present(other.id)) == (1, 1)
    assert attendances.how_many(mei.id) == 2


def test_the_evenings_of_a_member_are_listed_the_latest_first(gate, centre, tonight, mei, now):
    code, other = make.code(mei), make.session(centre, title="合唱")
    make.deliver(gate, make.item(code, tonight, 1), received=now)
    make.deliver(gate, make.item(code, other, 2), received=now + MINUTE)

    titles = [attendance.session.event.title for attendance in attendances.of_member(mei)]

    assert titles == ["合唱", "暖冬包汤圆"]


def test_made_again_the_smaller_id_counts_of_two_scans_at_one_moment(gate, centre, tonight, mei):
    code, (second_gate, _key) = make.code(mei), make.device(centre)
    ids = ["f0000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000"]
    make.deliver(gate, make.item(code, tonight, scan_id=ids[0]))
    make.deliver(second_gate, make.item(code, tonight, scan_id=ids[1]))

    assert attendances.derive(tonight.id, mei.id).scan_id == ids[1]


def test_an_exit_before_the_arrival_ends_nothing(gate, centre, mei, now):
    session, code = make.session(centre, records_exits=True), make.code(mei)
    make.deliver(gate, make.item(code, session, 1, direction="out"))

    make.deliver(gate, make.item(code, session, 2), received=now + MINUTE)

    attendance = db.session.get_one(Attendance, (session.id, mei.id))
    assert (attendance.at, attendance.left_at) == (now + MINUTE, None)
