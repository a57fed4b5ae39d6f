"""The demo: what is in it, that it lies around today, and when it may be started."""

import json
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from shutil import copyfile
from zoneinfo import ZoneInfo

import click
import pytest
from sqlalchemy import func, inspect, select, text

from kiosk import clock, create_app
from kiosk.commands import demo
from kiosk.demo import bulk, loading
from kiosk.demo import events as calendar
from kiosk.demo import members as people
from kiosk.domain import (
    attendances,
    audit,
    cards,
    codes,
    events,
    members,
    searches,
    settings,
    staff,
)
from kiosk.extensions import db
from kiosk.models import (
    Attendance,
    Card,
    Centre,
    Consent,
    ConsentKind,
    Event,
    EventSession,
    Member,
    MemberKey,
    MemberState,
    Organisation,
    OrganisationKind,
    Post,
    PostKind,
    Role,
    Scan,
    SignUp,
    SignUpState,
)
from tests import make
from tests.conftest import NOW, SETTINGS, empty_database

SHENZHEN = ZoneInfo("Asia/Shanghai")
FEATURED = "暖冬包汤圆 幸福带回家"


@pytest.fixture(scope="module")
def demo_database(database, request, tmp_path_factory):
    """What the first start loads, and says. For tests that change nothing, which come first."""
    said = StringIO()
    with kept(database, request, tmp_path_factory) as app, pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        with redirect_stdout(said):
            demo.prepare()
    return app, said.getvalue()


@contextmanager
def kept(database, request, tmp_path_factory):
    """An application with a database for several tests."""
    url = empty_database(database, request, tmp_path_factory.mktemp("kept"))
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def loaded(demo_database):
    """It is 19:00 in Shenzhen on the day of loading."""
    app, _ = demo_database
    with app.app_context():
        yield NOW
        db.session.remove()
        db.engine.dispose()


def how_many(table, *conditions):
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions))


def sessions_of(title, code="BA001"):
    rows = select(EventSession).join(EventSession.event).join(Event.centre)
    found = rows.where(Event.title == title, Centre.code == code).order_by(EventSession.starts_at)
    return list(db.session.scalars(found))


def local(at):
    return f"{at.astimezone(SHENZHEN):%m-%d %H:%M}"


def test_the_demo_holds_what_its_files_hold(loaded):
    branch = Organisation.kind == OrganisationKind.BRANCH

    assert how_many(Centre) == 209
    assert (how_many(Organisation, branch), how_many(Organisation, ~branch)) == (251, 34)
    assert how_many(Post, Post.kind == PostKind.SECRETARY) == 43
    assert how_many(Post, Post.kind == PostKind.ADVISER) == 200
    assert how_many(Member) == 300 + 34 + 1
    assert how_many(Member, Member.state == MemberState.VISITOR) == 1


def test_every_hometown_branch_is_paired_with_a_street_and_has_a_secretary(loaded):
    rows = select(Organisation).where(Organisation.kind == OrganisationKind.HOMETOWN_BRANCH)

    for branch in db.session.scalars(rows):
        assert branch.street
        assert branch.secretary.kind == PostKind.HOMETOWN_SECRETARY
        assert len(branch.hometown) == 6


def test_names_that_are_hard_to_write_are_there_and_impossible_ones_are_not(loaded):
    there = set(db.session.scalars(select(Member.name)))

    assert {"王𪚥", "欧阳上官婉清", "Alice", "李明", "O'Connor-Smith Jean", "测试员"} <= there
    assert not {"<script>", "王1", "　李  明 "} & there


def test_there_is_one_account_of_each_role_with_the_password_everybody_knows(loaded):
    for role in Role:
        account = staff.by_login(role.value)
        tried = staff.attempt(role.value, address="127.0.0.1", at=loaded)

        assert account.role == role
        assert staff.log_in(tried, "doorstep-demo", at=loaded).outcome == staff.Outcome.WELCOME


def test_members_are_found_as_if_the_register_had_entered_them(loaded):
    for member in db.session.scalars(select(Member).where(Member.name.is_not(None))):
        keys = select(MemberKey.key).where(MemberKey.member_id == member.id)

        assert set(db.session.scalars(keys)) == members.keys_of(member)


def test_the_next_member_gets_the_next_number(loaded):
    assert members.next_number() == "BA-000336"


def test_every_live_card_opens_with_its_code(loaded):
    for card in db.session.scalars(select(Card).where(Card.sealed.is_not(None)).limit(50)):
        code = cards.code_of(card)

        assert codes.read(code) == code
        assert cards.find(code, at=loaded).card == card
        assert card.door_hash == codes.door_hash(code)


def test_a_lost_card_says_that_it_was_replaced(loaded):
    old = db.session.scalar(select(Card).where(Card.state == "replaced").limit(1))

    assert cards.find(cards.code_of(old), at=loaded).state == "replaced"
    assert cards.live(old.member).serial.endswith("-02")


def test_three_records_that_may_be_one_person_wait_at_the_desk(loaded):
    clerk = staff.by_login("desk")
    found = searches.search(clerk, "买买提江", by=f"staff:{clerk.id}", at=loaded)

    assert len(found.members) == 3
    assert all(members.doubts(member) for member in found.members)


def test_who_withdrew_has_no_consent_and_no_name_any_more(loaded):
    member = db.session.scalar(select(Member).where(Member.state == MemberState.WITHDRAWN))

    assert (member.name, member.phone) == (None, None)
    assert how_many(MemberKey, MemberKey.member_id == member.id) == 0
    assert not members.has_agreed(member, ConsentKind.REGISTRATION)
    assert how_many(Consent, Consent.member_id == member.id) > 0


def test_nothing_in_the_demo_lies_in_the_future_but_what_is_planned(loaded):
    for moment in (Member.registered_at, Card.issued_at, Scan.at, SignUp.at, Consent.given_at):
        assert db.session.scalar(select(func.max(moment))) <= loaded


def test_the_featured_event_is_tonight_and_its_doors_are_open_all_day(loaded):
    tonight, tomorrow = sessions_of(FEATURED)[-2:]

    assert (local(tonight.starts_at), local(tonight.ends_at)) == ("11-22 19:00", "11-22 21:00")
    assert (local(tonight.opens_at), local(tonight.closes_at)) == ("11-22 00:00", "11-23 00:00")
    assert local(tomorrow.starts_at) == "11-23 19:00"


def test_one_session_is_full_and_somebody_waits_for_a_place(loaded):
    full = sessions_of("薪火夜课堂：咖啡拉花")[-1]
    waiting = [SignUp.session_id == full.id, SignUp.state == SignUpState.WAITING]

    assert full.taken == full.places == 16
    assert how_many(SignUp, *waiting) == 3


def test_places_taken_are_places_signed_up_for(loaded):
    joined = (
        select(func.count())
        .where(SignUp.session_id == EventSession.id, SignUp.state == SignUpState.JOINED)
        .scalar_subquery()
    )
    rows = select(EventSession, joined).join(EventSession.event).where(Event.sign_up != "none")

    for session, count in db.session.execute(rows):
        assert session.taken == count <= session.places


def test_attendance_is_what_follows_from_the_scans(loaded):
    first = (
        select(Scan.session_id, Scan.member_id, func.min(Scan.at))
        .where(Scan.admitted)
        .group_by(Scan.session_id, Scan.member_id)
    )
    attended = select(Attendance.session_id, Attendance.member_id, Attendance.at)

    assert set(db.session.execute(attended).all()) == set(db.session.execute(first).all())


def test_loading_is_noted_once_and_marks_the_database_for_good(loaded):
    assert settings.get(settings.DEMO) == "1"
    assert audit.verify() is None
    assert how_many(audit.AuditEntry) == 1


def test_the_same_seed_gives_the_same_names(loaded):
    def names(seed):
        return [person.name for person in people.crowd(50, Random(seed), at=NOW)]

    assert names(7) == names(7) != names(8)


def test_the_first_start_says_what_it_loads(demo_database):
    _, said = demo_database

    assert said.startswith("This is the first start. Loading the fictional demo ...\n")
    assert "335 members" in said


# A crowd is quicker to load than the sample. These tests share one and commit nothing.

SMALL = loading.Crowd(60, 3, 30)


@pytest.fixture(scope="module")
def crowd_database(database, request, tmp_path_factory):
    with kept(database, request, tmp_path_factory) as app:
        loading.load_crowd(SMALL, at=NOW, zone=SHENZHEN)
        db.session.commit()
        bulk.doubt()
        return app, everything()


@pytest.fixture
def small(crowd_database):
    app, _ = crowd_database
    with app.app_context():
        yield NOW
        db.session.remove()  # and with it whatever the test changed
        db.engine.dispose()


def everything():
    """What the same seed gives again: all but the card codes."""
    scans = select(Scan.scan_id, Scan.body_hash, Scan.member_id, Scan.at, Scan.verdict, Scan.answer)
    members_ = select(Member.name, Member.phone, Member.centre_id, Member.registered_at)
    return [
        db.session.execute(scans.order_by(Scan.scan_id)).all(),
        db.session.execute(members_.order_by(Member.id)).all(),
    ]


def days(title, code="BA001"):
    return [local(session.starts_at) for session in sessions_of(title, code)]


def plan():
    return {s.id: (s.opens_at, s.starts_at, s.ends_at, s.closes_at) for s in all_sessions()}


def all_sessions():
    return db.session.scalars(select(EventSession).order_by(EventSession.id)).all()


def test_a_second_start_on_the_same_day_moves_nothing(small):
    before = plan()

    calendar.arrange(at=small + timedelta(hours=4), zone=SHENZHEN)

    assert plan() == before


def test_the_next_start_lays_what_is_to_come_around_that_day(small):
    before = plan()

    calendar.arrange(at=small + timedelta(days=9), zone=SHENZHEN)
    calendar.arrange(at=small + timedelta(days=9, hours=1), zone=SHENZHEN)

    assert days(FEATURED)[-2:] == ["12-01 19:00", "12-02 19:00"]
    moved = {id_ for id_, times in plan().items() if times != before[id_]}
    assert moved == {s.id for s in all_sessions() if s.starts_at > small - timedelta(days=1)}
    assert all(how_many(Scan, Scan.session_id == id_) == 0 for id_ in moved)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("America/Los_Angeles", "2026-11-23T07:59:00+00:00", "2026-11-22T19:00:00-08:00"),
        ("America/Los_Angeles", "2026-11-23T08:00:00+00:00", "2026-11-23T19:00:00-08:00"),
        ("Pacific/Auckland", "2026-11-22T11:00:00+00:00", "2026-11-23T19:00:00+13:00"),
        ("Europe/Berlin", "2027-03-27T12:00:00+00:00", "2027-03-27T19:00:00+01:00"),
        ("Europe/Berlin", "2027-03-28T12:00:00+00:00", "2027-03-28T19:00:00+02:00"),
    ],
)
def test_today_is_the_day_where_the_centre_is(small, zone, at, expected):
    calendar.arrange(at=datetime.fromisoformat(at), zone=ZoneInfo(zone))

    tonight = sessions_of(FEATURED)[-2]
    assert tonight.starts_at == datetime.fromisoformat(expected)
    assert tonight.opens_at.astimezone(ZoneInfo(zone)).hour == 0


def test_something_is_on_at_every_hour_of_the_day_and_of_the_next(small):
    midnight = small.astimezone(SHENZHEN).replace(hour=0)

    for hour in range(48):
        assert events.open_sessions(1, at=midnight + timedelta(hours=hour))


def test_what_staff_added_or_cancelled_stays_where_it_is(small):
    centre = db.session.get(Centre, 1)
    begin = small + timedelta(days=3)
    added = events.add(
        FEATURED, centre=centre, starts_at=begin, ends_at=begin + timedelta(hours=1), by="staff:1"
    )
    cancelled = sessions_of(FEATURED)[-2]
    cancelled.cancelled_at = small
    before = plan()

    calendar.arrange(at=small + timedelta(days=5), zone=SHENZHEN)

    assert plan()[added.id] == before[added.id]
    assert plan()[cancelled.id] == before[cancelled.id]


def made_up_sessions():
    return select(EventSession.id).join(EventSession.event).where(Event.title.contains(" · "))


def test_load_data_has_all_indexes_in_the_end(small):
    for table in db.metadata.sorted_tables:
        there = {index["name"] for index in inspect(db.engine).get_indexes(table.name)}

        assert {index.name for index in table.indexes} <= there


def test_a_crowd_is_found_as_if_the_register_had_entered_it(small):
    for member in db.session.scalars(select(Member)):
        keys = select(MemberKey.key).where(MemberKey.member_id == member.id)

        assert set(db.session.scalars(keys)) == members.keys_of(member)


def test_the_attendance_of_a_crowd_is_what_the_rules_make_of_its_scans(small):
    mine = Attendance.session_id.in_(made_up_sessions())
    there = select(Attendance.session_id, Attendance.member_id, Attendance.at, Attendance.scan_id)
    before = set(db.session.execute(there.where(mine)).all())
    scanned = select(Scan.session_id, Scan.member_id).where(Scan.session_id.in_(made_up_sessions()))

    for session_id, member_id in set(db.session.execute(scanned).all()):
        attendances.derive(session_id, member_id)

    assert len(before) > 20
    assert set(db.session.execute(there.where(mine)).all()) == before


# Each of these has a database of its own.


@pytest.fixture
def own(app, now, crowd_database):
    """A crowd again; where a database is a file, a copy of it."""
    loaded_ = crowd_database[0].config["SQLALCHEMY_DATABASE_URI"]
    if loaded_.startswith("sqlite"):
        db.engine.dispose()
        copyfile(loaded_.removeprefix("sqlite:///"), db.engine.url.database)
    else:
        loading.load_crowd(SMALL, at=now, zone=SHENZHEN)
        db.session.commit()
    return now


def test_a_session_that_was_scanned_at_is_history_and_another_takes_place(own, client):
    tonight = sessions_of(FEATURED)[-2]
    device, key = make.device(db.session.get(Centre, 1))
    scan(client, key, make.item(some_code(), tonight))

    calendar.arrange(at=own + timedelta(days=1), zone=SHENZHEN)

    assert days(FEATURED)[-3:] == ["11-22 19:00", "11-23 19:00", "11-24 19:00"]
    assert sessions_of(FEATURED)[-3].id == tonight.id
    assert sessions_of(FEATURED)[-1].places == 80


def some_code():
    """Of a card that is in somebody's pocket."""
    accepted = Member.state == MemberState.ACCEPTED
    return cards.code_of(
        db.session.scalar(
            select(Card).join(Card.member).where(accepted, Card.state == "handed_over")
        )
    )


def scan(client, key, *items):
    sent = client.post(
        "/api/v1/scans", json=make.batch(*items), headers={"Authorization": f"Bearer {key}"}
    )
    return sent.json["results"]


def shape(value):
    """The keys of an answer, and what kind of thing each holds."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return type(value)


def test_a_loaded_scan_was_answered_as_a_door_answers(own, client):
    _, key = make.device(db.session.get(Centre, 1))
    tonight, code = sessions_of(FEATURED)[-2], some_code()
    with_places = select(EventSession.id).where(EventSession.places > 0, EventSession.ends_at < own)
    shown = [(code, "welcome"), (code, "already"), ("foreign", "unknown")]

    for seq, (text_, verdict) in enumerate(shown, start=1):
        [answer] = scan(client, key, make.item(text_, tonight, seq))
        alike = select(Scan).where(Scan.verdict == verdict, Scan.session_id.in_(with_places))
        loaded = db.session.scalar(alike.limit(1))

        told = {name: value for name, value in answer.items() if name not in {"scan_id", "status"}}
        assert shape(json.loads(loaded.answer)) == shape(told)


def test_load_data_keeps_every_promise_of_the_schema(app):
    loading.load_crowd(loading.Crowd(200, 6, 400, seed=3), at=NOW, zone=SHENZHEN)
    db.session.commit()
    bulk.doubt()

    assert how_many(Member) == how_many(Card) == 200
    assert how_many(Scan, Scan.session_id.in_(made_up_sessions())) == 400
    assert how_many(Attendance) > 400
    assert set(db.session.scalars(select(Scan.verdict))) == {"welcome", "already", "unknown"}
    assert members.next_number() == "BA-000201"
    if db.engine.dialect.name == "sqlite":
        checked = db.session.execute(text("PRAGMA integrity_check")).all()
        assert checked == [("ok",)]
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_the_same_seed_gives_the_same_crowd(app, crowd_database):
    _, before = crowd_database

    loading.load_crowd(SMALL, at=NOW, zone=SHENZHEN)

    assert everything() == before


def test_more_scans_than_people_are_second_showings(app):
    loading.load_crowd(loading.Crowd(1, 1, 40), at=NOW, zone=SHENZHEN)

    counts = select(Scan.verdict, func.count()).where(Scan.session_id.in_(made_up_sessions()))
    verdicts = dict(db.session.execute(counts.group_by(Scan.verdict)).all())
    assert verdicts["welcome"] == 1
    assert sum(verdicts.values()) == 40


# The start.


@pytest.fixture
def marked(app, now):
    """A database that was a demo before; what is in it does not matter."""
    settings.put(settings.DEMO, "1")
    db.session.commit()


def test_an_empty_start_asks_for_the_first_account(app, now, capsys):
    app.config["KIOSK_DEMO"] = "0"

    demo.prepare()

    assert demo.is_empty()
    assert "kiosk staff add" in capsys.readouterr().out


def test_a_database_in_use_never_becomes_a_demo(app, now, centre, li, capsys):
    demo.prepare()

    assert settings.get(settings.DEMO) == ""
    assert how_many(Centre) == 1
    assert capsys.readouterr().out == ""


def test_a_demo_never_becomes_a_real_database(marked, app):
    app.config["KIOSK_DEMO"] = "0"

    with pytest.raises(click.ClickException, match="cannot become a real one"):
        demo.prepare()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "kiosk.example"])
def test_a_demo_shows_itself_to_others_only_when_told_to(app, now, host):
    app.config |= {"KIOSK_HOST": host, "DEMO_ASKED_FOR": False}

    with pytest.raises(click.ClickException, match="set KIOSK_DEMO=1"):
        demo.prepare()

    assert demo.is_empty()


def test_a_demo_that_was_asked_for_may_listen_anywhere(marked, app):
    app.config |= {"KIOSK_HOST": "0.0.0.0", "DEMO_ASKED_FOR": True}

    demo.prepare()

    assert settings.get(settings.DEMO) == "1"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_this_machine_is_called_many_names(marked, app, host):
    app.config |= {"KIOSK_HOST": host, "DEMO_ASKED_FOR": False}

    demo.prepare()

    assert settings.get(settings.DEMO) == "1"


# The command.


@pytest.fixture
def kiosk(tmp_path):
    """The command in a folder where nothing is yet."""
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/new.sqlite"})
    yield lambda *said: app.test_cli_runner().invoke(args=["demo", *said])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_command_loads_once_and_refuses_a_second_time(kiosk):
    first = kiosk("--members", "20", "--events", "2", "--scans", "9", "--seed", "5")
    second = kiosk()

    assert first.exit_code == 0
    assert "20 members, 2 events, 9 scans" in first.output
    assert second.exit_code == 1
    assert "not empty" in second.output


def test_the_command_obeys_a_setting_against_the_demo():
    app = create_app(SETTINGS | {"KIOSK_DEMO": "0"})

    refused = app.test_cli_runner().invoke(args=["demo"])

    assert refused.exit_code == 1
    assert "KIOSK_DEMO is 0" in refused.output


@pytest.mark.parametrize("number", ["0", "1000000", "many"])
def test_the_command_refuses_numbers_that_it_cannot_make(kiosk, number):
    refused = kiosk("--members", number)

    assert refused.exit_code == 2
    assert "--members" in refused.output
