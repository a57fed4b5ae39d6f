"""Checking in: stored once, judged once, counted once; in any order, at any number of doors."""

import json
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import amendments, attendances, cards, events
from kiosk.extensions import db
from kiosk.models import (
    Attendance,
    AuditEntry,
    CardMove,
    CardState,
    Device,
    DeviceKind,
    EventSession,
    Member,
    Review,
    Scan,
    SignUpRule,
    Source,
)
from tests import make
from tests.together import at_once

HOUR = timedelta(hours=1)
FAST = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def gate(door):
    return door[0]


@pytest.fixture
def second_gate(centre):
    return make.device(centre)[0]


def scans():
    return db.session.query(Scan).count()


def reviews():
    return sorted(review.kind for review in db.session.query(Review))


def came(session):
    return {
        a.member_id: (a.at, a.scan_id)
        for a in db.session.query(Attendance).filter_by(session_id=session.id)
    }


# The replay key comes first.


def stop_the_card(session, member, now):
    cards.stop(cards.live(member), by="staff:1", reason="found", at=now)


def close_the_session(session, member, now):
    session.starts_at = session.opens_at = now - 5 * HOUR
    session.ends_at = session.closes_at = now - 4 * HOUR


def give_the_place_away(session, member, now):
    session.event.sign_up, session.places, session.taken = SignUpRule.REQUIRED, 1, 1


def take_it_back(session, member, now):
    scan = db.session.query(Scan).one()
    amendments.amend(scan, by="staff:1", reason="mistake", at=now)


@pytest.mark.parametrize(
    "change", [stop_the_card, close_the_session, give_the_place_away, take_it_back]
)
def test_a_replay_gets_the_stored_answer_whatever_changed_since(gate, tonight, mei, now, change):
    item = make.item(make.code(mei), tonight)
    [first] = make.deliver(gate, item)
    change(tonight, mei, now)

    [again] = make.deliver(gate, item, received=now + HOUR)

    assert first["verdict"] == "welcome"
    assert again == first | {"status": "replay"}
    assert scans() == 1


def test_a_replay_of_a_refusal_is_refused_again(gate, centre, mei, now):
    session = make.session(centre, opens=HOUR)
    item = make.item(make.code(mei), session)
    make.deliver(gate, item)

    [again] = make.deliver(gate, item, received=now + 2 * HOUR)

    assert (again["status"], again["verdict"]) == ("replay", "too_early")


def test_a_replay_counts_with_another_boot_and_another_epoch_of_the_sender(gate, tonight, mei):
    item = make.item(make.code(mei), tonight)
    [first] = make.deliver(gate, item)

    [again] = make.deliver(gate, item, boot_id=item["scan_id"], epoch="f" * 16)

    assert again == first | {"status": "replay"}


@pytest.mark.parametrize(
    "change",
    [
        {"code": "K1-another"},
        {"session": None},
        {"direction": "out"},
        {"mono": 999},
        {"wall": "2026-11-22T19:00:01+08:00"},
        {"boot_id": "99999999-2222-4333-8444-555555555555"},
        {"seq": 2},
    ],
)
def test_the_same_id_with_another_body_is_reused_and_listed(gate, tonight, mei, change):
    item = make.item(make.code(mei), tonight)
    make.deliver(gate, item)

    [result] = make.deliver(gate, item | change)

    assert (result["status"], result["verdict"]) == ("id_reused", None)
    assert (scans(), reviews()) == (1, ["id_reused"])


def test_a_number_used_twice_in_an_epoch_is_reused(gate, tonight, mei):
    make.deliver(gate, make.item("X", tonight, 7))

    [result] = make.deliver(gate, make.item(make.code(mei), tonight, 7))

    assert result["status"] == "id_reused"
    assert scans() == 1


def test_the_same_number_in_a_new_epoch_is_another_scan(gate, tonight, mei):
    make.deliver(gate, make.item("X", tonight, 7))

    [result] = make.deliver(gate, make.item(make.code(mei), tonight, 7), epoch="f" * 16)

    assert (result["status"], result["verdict"]) == ("stored", "welcome")


def test_nobody_is_told_about_a_scan_of_another_device(gate, second_gate, tonight, mei):
    item = make.item(make.code(mei), tonight)
    make.deliver(gate, item)

    [result] = make.deliver(second_gate, item)

    assert set(result) == {"scan_id", "status", "verdict", "message"}
    assert result["status"] == "id_reused"
    assert reviews() == ["id_reused"]


def test_an_id_reused_again_and_again_is_listed_once(gate, tonight, mei):
    item = make.item(make.code(mei), tonight)
    other = item | {"mono": 5}

    make.deliver(gate, item, other, other)
    make.deliver(gate, other)

    assert reviews() == ["id_reused"]


# One batch.


def test_each_item_of_a_batch_has_its_result_in_order(gate, centre, tonight, mei):
    li = make.member("李雷", centre=centre)
    good, twin = make.item(make.code(mei), tonight, 2), make.item(make.code(li), tonight, 1)
    broken = make.item("X", tonight, 3) | {"mono": "soon"}
    unknown, elsewhere = make.item("X", tonight, 4), make.item("X", tonight, 5) | {"session": 99}

    results = make.deliver(gate, good, broken, twin, good, unknown, elsewhere, 17)

    assert [(one["status"], one["verdict"]) for one in results] == [
        ("stored", "welcome"), ("malformed", None), ("stored", "welcome"), ("replay", "welcome"),
        ("stored", "unknown"), ("malformed", None), ("malformed", None),
    ]  # fmt: skip
    assert results[1]["scan_id"] == broken["scan_id"]
    assert results[3] == results[0] | {"status": "replay"}
    assert (scans(), attendances.present(tonight.id)) == (3, 2)


def test_the_oldest_scan_of_a_batch_is_judged_first(gate, centre, mei):
    session = make.session(centre, places=1)
    stranger = make.code(make.member(centre=centre))

    second, first = make.deliver(
        gate, make.item(stranger, session, 2), make.item(make.code(mei), session, 1)
    )

    assert (first["verdict"], second["verdict"]) == ("welcome", "full")


def test_one_card_twice_in_a_batch_is_counted_once(gate, tonight, mei):
    code = make.code(mei)

    first, second = make.deliver(
        gate, make.item(code, tonight, 1, mono=0), make.item(code, tonight, 2, mono=900)
    )

    assert (first["count"], second["verdict"]) == (1, "already")
    assert second["first_at"] == first["at"]
    assert attendances.present(tonight.id) == 1


def test_one_card_twice_in_a_batch_without_a_session_is_counted_once(gate, tonight, mei):
    code = make.code(mei)

    first, second = make.deliver(gate, make.item(code, None, 1), make.item(code, None, 2))

    assert (first["verdict"], second["verdict"]) == ("welcome", "already")


def test_a_batch_may_serve_two_sessions(gate, centre, tonight, mei):
    other = make.session(centre, title="夜课堂")
    code = make.code(mei)

    results = make.deliver(gate, make.item(code, tonight, 1), make.item(code, other, 2))

    assert [one["verdict"] for one in results] == ["welcome", "welcome"]
    assert [one["count"] for one in results] == [1, 1]


def test_two_hundred_scans_go_in_one_batch(gate, centre, tonight):
    people = [make.member(centre=centre) for _ in range(10)]
    codes = [make.code(person) for person in people]
    items = [make.item(codes[seq % 10], tonight, seq) for seq in range(1, 201)]

    results = make.deliver(gate, *items)

    assert [one["status"] for one in results] == ["stored"] * 200
    assert (scans(), attendances.present(tonight.id)) == (200, 10)


def test_a_session_of_another_centre_is_not_for_this_device(gate, mei):
    elsewhere = make.session(make.centre("BA002", "西乡"))

    [result] = make.deliver(gate, make.item(make.code(mei), elsewhere))

    assert (result["status"], scans()) == ("malformed", 0)


@pytest.mark.parametrize("number", [99, 2**31 - 1, 2**31, 2**53, 2**70])
def test_a_session_that_does_not_exist_is_refused(gate, centre, mei, number):
    [result] = make.deliver(gate, make.item(make.code(mei), None) | {"session": number})

    assert result["status"] == "malformed"
    assert "session" in result["message"]


# Facts.


def test_a_scan_keeps_who_where_when_and_what_was_said(gate, tonight, mei, now):
    item = make.item(make.code(mei), tonight)

    [result] = make.deliver(gate, item)

    fact = db.session.query(Scan).one()
    assert (fact.member_id, fact.session_id, fact.device_id) == (mei.id, tonight.id, gate.id)
    assert (fact.at, fact.received_at, fact.source) == (now, now, Source.DOOR)
    assert fact.card_id == cards.live(mei).id
    assert {"scan_id": item["scan_id"], "status": "stored"} | json.loads(fact.answer) == result


def test_a_scan_at_a_kiosk_says_so(centre, tonight, mei):
    kiosk, _key = make.device(centre, DeviceKind.KIOSK)

    make.deliver(kiosk, make.item(make.code(mei), tonight))

    assert db.session.query(Scan).one().source == Source.KIOSK


def test_scans_write_no_audit_entry_even_when_they_hand_a_card_over(gate, tonight, mei):
    code = make.code(mei)
    cards.advance(cards.live(mei), CardState.PRINTED, by="staff:1")
    db.session.commit()
    before = db.session.query(AuditEntry).count()

    make.deliver(gate, make.item(code, tonight))

    assert db.session.query(AuditEntry).count() == before
    last = db.session.query(CardMove).order_by(CardMove.id.desc()).first()
    assert (last.state, last.actor) == (CardState.HANDED_OVER, f"device:{gate.id}")
    assert cards.live(mei).state == CardState.HANDED_OVER


def test_a_card_that_was_only_issued_stays_to_be_printed(gate, tonight, mei):
    make.deliver(gate, make.item(make.code(mei), tonight))

    assert cards.live(mei).state == CardState.ISSUED


def test_a_refused_card_is_not_handed_over(gate, tonight, mei):
    code, card = make.code(mei), cards.live(mei)
    cards.advance(card, CardState.PRINTED, by="staff:1")
    cards.stop(card, by="staff:1", reason="found")

    make.deliver(gate, make.item(code, tonight))

    assert card.state == CardState.STOPPED


# Time.


def test_a_scan_that_arrives_later_but_was_earlier_moves_the_attendance(
    gate, second_gate, tonight, mei, now
):
    code = make.code(mei)
    make.deliver(gate, make.item(code, tonight))

    item = make.item(code, tonight)
    [result] = make.deliver(second_gate, item, sent_mono=601_000)

    assert result["verdict"] == "already"
    assert came(tonight)[mei.id] == (now - timedelta(minutes=10), item["scan_id"])


def test_of_two_scans_at_the_same_moment_the_smaller_id_counts(gate, second_gate, tonight, mei):
    code = make.code(mei)
    small, large = "00000000-0000-4000-8000-000000000000", "f0000000-0000-4000-8000-000000000000"

    make.deliver(gate, make.item(code, tonight, scan_id=large))
    make.deliver(second_gate, make.item(code, tonight, scan_id=small))

    assert came(tonight)[mei.id][1] == small


def at_of(seq):
    return db.session.query(Scan).filter_by(seq=seq).one().at


def test_a_clock_that_jumps_back_does_not_turn_the_order_round(gate, tonight, now):
    make.deliver(gate, make.item("A", tonight, 1))

    make.deliver(gate, make.item("B", tonight, 2, mono=0), sent_mono=600_000)

    assert at_of(2) == at_of(1) == now


def test_in_a_batch_each_scan_is_at_least_as_late_as_the_one_before(gate, tonight, now):
    items = [make.item("X", tonight, seq, mono=mono) for seq, mono in enumerate([5000, 0, 9000], 1)]

    make.deliver(gate, *items, sent_mono=9000)

    assert [at_of(1), at_of(2), at_of(3)] == [now - timedelta(seconds=4)] * 2 + [now]


def test_a_replayed_scan_before_a_new_one_in_a_batch_still_bounds_it(gate, tonight, now):
    first = make.item("A", tonight, 1)
    make.deliver(gate, first)

    make.deliver(gate, first, make.item("B", tonight, 2, mono=0), sent_mono=600_000)

    assert at_of(2) == now


def test_a_number_that_arrives_late_fits_between_its_neighbours(gate, tonight, now):
    early, late = now - 2 * HOUR, now - HOUR
    make.deliver(gate, make.item("A", tonight, 1), received=early)
    make.deliver(gate, make.item("D", tonight, 6), received=late)

    make.deliver(gate, make.item("C", tonight, 5), make.item("B", tonight, 3), received=now)
    make.deliver(gate, make.item("B", tonight, 4, mono=0), received=now, sent_mono=36_000_000)

    assert [at_of(3), at_of(4), at_of(5)] == [late, late, late]


def test_a_clock_set_back_on_the_server_stops_no_scan(gate, tonight, mei, now):
    make.deliver(gate, make.item("A", tonight, 1))

    [result] = make.deliver(
        gate, make.item(make.code(mei), tonight, 2), received=now - timedelta(minutes=5)
    )

    assert result["verdict"] == "welcome"
    assert at_of(2) == now - timedelta(minutes=5)


def test_a_wall_clock_that_is_a_day_off_is_put_right_and_the_scan_listed(gate, tonight, now):
    wrong = now + timedelta(days=1)
    before_the_restart = make.item(
        "A", tonight, boot_id="99999999-2222-4333-8444-555555555555",
        wall=(wrong - timedelta(minutes=20)).isoformat(),
    )  # fmt: skip

    make.deliver(gate, before_the_restart, sent_wall=wrong.isoformat())

    assert at_of(1) == now - timedelta(minutes=20)
    assert reviews() == ["clock_suspect", "unknown"]


def test_a_wall_clock_that_is_not_needed_may_be_wrong(gate, tonight, mei, now):
    wrong = (now + timedelta(days=1)).isoformat()

    make.deliver(gate, make.item(make.code(mei), tonight, wall=wrong), sent_wall=wrong)

    assert at_of(1) == now
    assert reviews() == []


# Exits.


def left_at(session, member):
    db.session.expire_all()
    return db.session.get_one(Attendance, (session.id, member.id)).left_at


def test_the_last_exit_counts_in_whatever_order_exits_arrive(gate, second_gate, centre, mei, now):
    session, code = make.session(centre, records_exits=True), make.code(mei)
    exits = partial(make.item, code, session, direction="out")
    make.deliver(gate, exits(1), received=now + HOUR)
    make.deliver(gate, exits(2), received=now + 2 * HOUR - timedelta(minutes=30))

    make.deliver(second_gate, make.item(code, session, 1, mono=0), sent_mono=10 * 60_000)

    assert came(session)[mei.id][0] == now - timedelta(minutes=10)
    assert left_at(session, mei) == now + 2 * HOUR - timedelta(minutes=30)


def test_an_exit_alone_is_no_attendance(gate, centre, mei):
    session = make.session(centre, records_exits=True)

    make.deliver(gate, make.item(make.code(mei), session, direction="out"))

    assert came(session) == {}


# At one instant.


def post_from(device_id, *items):
    return lambda: make.deliver(db.session.get_one(Device, device_id), *items)


def test_two_doors_at_one_instant_make_one_attendance(app, gate, second_gate, centre, tonight):
    people = [make.member(centre=centre) for _ in range(5)]
    left = [make.item(make.code(person), tonight, seq) for seq, person in enumerate(people, 1)]
    right = [make.item(make.code(person), tonight, seq) for seq, person in enumerate(people, 1)]

    for one, other in zip(left, right, strict=True):
        [[first], [second]] = at_once(
            app, post_from(gate.id, one), post_from(second_gate.id, other)
        )

        assert {first["verdict"], second["verdict"]} == {"welcome", "already"}
    assert (attendances.present(tonight.id), scans()) == (5, 10)


def test_batches_with_the_same_people_in_another_order_do_not_block_each_other(
    app, gate, second_gate, centre, tonight
):
    codes = [make.code(make.member(centre=centre)) for _ in range(12)]
    forth = [make.item(code, tonight, seq) for seq, code in enumerate(codes, 1)]
    back = [make.item(code, tonight, seq) for seq, code in enumerate(reversed(codes), 1)]

    one, other = at_once(app, post_from(gate.id, *forth), post_from(second_gate.id, *back))

    verdicts = [result["verdict"] for result in [*one, *other]]
    assert (verdicts.count("welcome"), verdicts.count("already")) == (12, 12)


def test_the_last_place_is_given_once(app, gate, centre):
    session = make.session(centre, places=2)
    doors = [gate, *(make.device(centre)[0] for _ in range(3))]
    items = [make.item(make.code(make.member(centre=centre)), session) for _ in doors]

    results = at_once(app, *(post_from(d.id, i) for d, i in zip(doors, items, strict=True)))

    assert sorted(one["verdict"] for [one] in results) == ["full", "full", "welcome", "welcome"]
    assert db.session.get_one(EventSession, session.id).taken == 2


def test_the_same_scan_posted_twice_at_one_instant_is_one_row_and_one_answer(app, gate, tonight):
    for seq, code in enumerate(["X", "Y", "Z"], 1):
        item = make.item(code, tonight, seq)

        [[one], [other]] = at_once(app, post_from(gate.id, item), post_from(gate.id, item))

        assert {one.pop("status"), other.pop("status")} == {"stored", "replay"}
        assert one == other
    assert scans() == 3


def test_the_same_card_posted_twice_at_one_instant_is_one_row_and_one_answer(
    app, gate, tonight, mei
):
    item = make.item(make.code(mei), tonight)

    [[one], [other]] = at_once(app, post_from(gate.id, item), post_from(gate.id, item))

    assert {one.pop("status"), other.pop("status")} == {"stored", "replay"}
    assert one == other
    assert (scans(), attendances.present(tonight.id)) == (1, 1)


def test_a_clerk_and_a_door_at_one_instant_make_one_attendance(app, gate, tonight, mei, now):
    item = make.item(make.code(mei), tonight)

    def by_hand():
        session, member = db.session.get_one(EventSession, 1), db.session.get_one(Member, 1)
        answer = amendments.by_hand(session, member, by="staff:1", at=now, zone=make.ZONE)
        db.session.commit()
        return [answer]

    [[one], [other]] = at_once(app, post_from(gate.id, item), by_hand)

    assert {one["verdict"], other["verdict"]} == {"welcome", "already"}
    assert attendances.present(tonight.id) == 1


def test_a_card_that_is_lost_at_the_instant_it_is_shown_stays_dead(app, gate, tonight, mei):
    code, card = make.code(mei), cards.live(mei)
    cards.advance(card, CardState.PRINTED, by="staff:1")
    card_id = card.id

    def lose():
        cards.lose(db.session.get_one(type(card), card_id), by="staff:1")
        db.session.commit()

    at_once(app, post_from(gate.id, make.item(code, tonight)), lose)

    assert db.session.get_one(type(card), card_id).state == CardState.REPLACED


# Under any order, repetition and splitting (the invariants of docs/protocol.md).


@st.composite
def evenings(draw):
    """Facts of three gates and four people, and a way in which they are delivered.

    A fact is (gate, person, minute); within a gate the minutes never decrease.
    """
    minutes = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), max_size=5)
    facts = [
        (gate, person, minute)
        for gate in range(3)
        for person, minute in sorted(draw(minutes), key=lambda fact: fact[1])
    ]
    places = list(range(len(facts)))
    order = draw(st.permutations(places)) + draw(st.lists(st.sampled_from(places or [0])))
    return facts, [place for place in order if facts], draw(st.integers(1, 4))


def batches_of(order, facts, size):
    """The facts in this order, in batches of one gate each."""
    for start in range(0, len(order), size):
        piece = order[start : start + size]
        for gate in range(3):
            if of_gate := [place for place in piece if facts[place][0] == gate]:
                yield gate, of_gate


@pytest.fixture
def world(centre):
    gates = [make.device(centre)[0] for _ in range(3)]
    codes = [make.code(make.member(centre=centre)) for _ in range(4)]
    return centre, gates, codes


@FAST
@given(evening=evenings())
def test_order_repetition_and_splitting_do_not_matter(world, now, evening):
    (centre, gates, codes), (facts, order, size) = world, evening
    session, epoch = make.session(centre), f"{db.session.query(EventSession).count():016x}"
    numbers = [1 + sum(fact[0] == facts[at][0] for fact in facts[:at]) for at in range(len(facts))]
    items = [
        make.item(codes[person], session, number, mono=minute * 60_000)
        for (_, person, minute), number in zip(facts, numbers, strict=True)
    ]
    said = {}

    for gate, batch in batches_of(order, facts, size):
        results = make.deliver(
            gates[gate], *(items[place] for place in batch), epoch=epoch, sent_mono=3_600_000
        )
        for result in results:
            status = result.pop("status")
            assert said.setdefault(result["scan_id"], result) == result  # one id, one answer
            assert status in ("stored", "replay")

    stored = db.session.query(Scan).filter_by(session_id=session.id).all()
    assert {scan.scan_id for scan in stored} == set(said)  # acknowledged means stored
    earliest = {}
    for place in set(order):
        _, person, minute = facts[place]
        at = now - timedelta(minutes=60 - minute)
        fact = (at, items[place]["scan_id"])
        earliest[person + 1] = min(earliest.get(person + 1, fact), fact)
    assert came(session) == earliest
    assert attendances.present(session.id) == len({scan.member_id for scan in stored})


steps = st.lists(
    st.tuples(
        st.sampled_from(["prompt", "late", "by hand", "sign up", "take back", "undo"]),
        st.integers(0, 3),
    ),
    max_size=10,
)


@FAST
@given(steps=steps, rule=st.sampled_from(list(SignUpRule)), places=st.sampled_from([None, 1, 2]))
def test_places_and_attendance_agree_whatever_happens(world, now, steps, rule, places):
    (centre, gates, codes) = world
    session = make.session(centre, sign_up=rule, places=places)
    members = db.session.query(Member).order_by(Member.id).all()

    for number, (step, who) in enumerate(steps, 1):
        at = now + timedelta(minutes=number)
        item = make.item(codes[who], session, mono=0)
        epoch = f"{db.session.query(Scan).count():08x}{session.id:08x}"
        match step:
            case "prompt":
                make.deliver(gates[0], item, received=at, epoch=epoch, sent_mono=0)
            case "late":
                make.deliver(gates[1], item, received=at, epoch=epoch, sent_mono=20_000)
            case "by hand":
                amendments.by_hand(session, members[who], by="staff:1", at=at, zone=make.ZONE)
            case "sign up" if members[who].id not in came(session):
                events.sign_up(session, members[who], at=at)
            case "take back":
                last = db.session.query(Scan).filter_by(session_id=session.id).first()
                if last is not None:
                    amendments.amend(last, by="staff:1", reason="mistake", at=at)
            case "undo":
                amendments.undo(session.id, members[who].id, by="staff:1", reason="mistake", at=at)
    db.session.commit()

    here = came(session)
    for member in members:
        attendances.derive(session.id, member.id)
    assert came(session) == here  # what the facts say
    with_place = {member.id for member in members if events.has_place(session.id, member.id)}
    walked_in = len(here.keys() - with_place) if session.places else 0
    assert session.taken == len(with_place) + walked_in  # every place has somebody in it


def test_numbers_of_another_device_are_not_ones_own(gate, second_gate, tonight, mei):
    """Two devices may have the same epoch by a copied disk; each numbers its own scans."""
    theirs = make.item("X", tonight, 2)
    make.deliver(gate, theirs)

    reused, mine = make.deliver(
        second_gate, theirs | {"seq": 1}, make.item(make.code(mei), tonight, 2)
    )

    assert (reused["status"], mine["status"]) == ("id_reused", "stored")


def test_a_late_scan_keeps_when_it_was_and_when_it_arrived(gate, tonight, mei, now):
    item = make.item(make.code(mei), tonight)

    make.deliver(gate, item, received=now + HOUR, sent_mono=1000 + 3_600_000)

    scan = db.session.get_one(Scan, item["scan_id"])
    assert (scan.at, scan.received_at) == (now, now + HOUR)
