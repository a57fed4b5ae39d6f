"""What the door says to each card: CHECKIN verdicts, as a device receives them."""

from datetime import timedelta

import pytest

from kiosk.domain import amendments, cards, events
from kiosk.extensions import db
from kiosk.models import (
    CardMove,
    CardState,
    DeviceKind,
    MemberState,
    Review,
    Scan,
    SignUpRule,
    SignUpState,
)
from tests import make

HOUR = timedelta(hours=1)
LATE = {"sent_mono": 1000 + 60_000}  # everything in the batch is a minute old


@pytest.fixture
def gate(door):
    return door[0]


@pytest.fixture
def scan(gate):
    """Show one card at the gate; the answer."""
    numbers = iter(range(1, 100))

    def show(code, session, device=gate, received=None, envelope=None, **given):
        item = make.item(code, session, next(numbers), **given)
        [result] = make.deliver(device, item, received=received, **(envelope or {}))
        return result

    return show


def reviews():
    return [review.kind for review in db.session.query(Review).order_by(Review.id)]


def told(result, *names):
    return tuple(result.get(name) for name in names)


def test_a_live_card_is_welcome(scan, tonight, mei):
    result = scan(make.code(mei), tonight)

    assert told(result, "verdict", "admitted", "count") == ("welcome", True, 1)
    assert result["session"]["title"] == "暖冬包汤圆"
    assert result["at"] == "2026-11-22T19:00:00+08:00"


def test_the_second_welcome_is_the_second_of_the_evening(scan, tonight, centre, mei):
    scan(make.code(mei), tonight)

    result = scan(make.code(make.member(centre=centre)), tonight)

    assert told(result, "verdict", "count") == ("welcome", 2)


def test_a_card_shown_again_is_told_when_and_where_first(scan, tonight, mei, now):
    scan(make.code(mei), tonight)

    result = scan(make.code(mei), tonight, received=now + HOUR)

    assert told(result, "verdict", "admitted") == ("already", True)
    assert told(result, "first_at", "first_place") == ("2026-11-22T19:00:00+08:00", "一号门")
    assert result["session"]["present"] == 1
    assert "count" not in result


def test_whoever_was_checked_in_at_the_desk_is_already_there(scan, tonight, mei, now):
    amendments.by_hand(tonight, mei, by="staff:1", at=now, zone=make.ZONE)

    result = scan(make.code(mei), tonight)

    assert told(result, "verdict", "first_place") == ("already", "")


def test_an_exit_says_goodbye_where_the_event_records_exits(scan, centre, mei, now):
    session = make.session(centre, records_exits=True)
    scan(make.code(mei), session)

    result = scan(make.code(mei), session, received=now + HOUR, direction="out")

    assert told(result, "verdict", "admitted") == ("goodbye", False)
    assert result["session"]["present"] == 1


def test_an_exit_is_an_arrival_where_the_event_records_none(scan, tonight, mei):
    result = scan(make.code(mei), tonight, direction="out")

    assert result["verdict"] == "welcome"


def test_a_kiosk_offers_the_choice_between_two_open_sessions(scan, centre, tonight, mei):
    kiosk, _key = make.device(centre, DeviceKind.KIOSK)
    other = make.session(centre, title="夜课堂")

    result = scan(make.code(mei), None, device=kiosk)

    assert told(result, "verdict", "admitted", "session") == ("choose", False, None)
    assert [one["id"] for one in result["candidates"]] == [tonight.id, other.id]


def test_a_kiosk_takes_the_only_open_session(scan, centre, tonight, mei):
    kiosk, _key = make.device(centre, DeviceKind.KIOSK)
    make.session(centre, title="明天", opens=timedelta(days=1))

    result = scan(make.code(mei), None, device=kiosk)

    assert told(result, "verdict", "count") == ("welcome", 1)
    assert result["session"]["id"] == tonight.id


def test_a_kiosk_takes_the_only_session_that_the_member_signed_up_for(scan, centre, tonight, mei):
    other = make.session(centre, title="夜课堂", sign_up=SignUpRule.OPTIONAL)
    events.sign_up(other, mei)

    result = scan(make.code(mei), None)

    assert told(result, "verdict") == ("welcome",)
    assert result["session"]["id"] == other.id


def test_a_kiosk_asks_where_a_member_signed_up_for_two(scan, centre, mei):
    for title in ("夜课堂", "合唱"):
        events.sign_up(make.session(centre, title=title), mei)

    assert scan(make.code(mei), None)["verdict"] == "choose"


def test_with_nothing_open_the_kiosk_shows_the_card_and_stores_nothing(scan, centre, mei):
    result = scan(make.code(mei), None)

    assert told(result, "status", "verdict", "attended") == ("none_open", None, 0)
    assert told(result, "member", "card") == ({"name_masked": "陈*"}, {"state": "issued"})
    assert db.session.query(Scan).count() == 0


def test_sessions_of_another_centre_are_not_open_here(scan, centre, mei):
    make.session(make.centre("BA002", "西乡"), title="别处")

    assert scan(make.code(mei), None)["status"] == "none_open"


def test_without_a_sign_up_the_answer_names_the_places_left(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED, places=3)
    events.sign_up(session, make.member(centre=centre))

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "admitted", "places_left") == ("not_signed_up", False, 2)


def test_without_a_limit_there_is_no_number_of_places_left(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "places_left") == ("not_signed_up", None)


def test_whoever_signed_up_is_welcome(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED, places=1)
    events.sign_up(session, mei)

    assert scan(make.code(mei), session)["verdict"] == "welcome"
    assert session.taken == 1


def test_a_cancelled_sign_up_is_none(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)
    events.sign_up(session, mei).sign_up.state = SignUpState.CANCELLED

    assert scan(make.code(mei), session)["verdict"] == "not_signed_up"


def test_at_the_wrong_session_the_answer_names_the_right_one(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)
    right = make.session(centre, title="合唱", opens=2 * HOUR, sign_up=SignUpRule.REQUIRED)
    events.sign_up(right, mei)

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "admitted") == ("wrong_session", False)
    assert told(result["other"], "id", "title", "place") == (right.id, "合唱", "二楼乡音厅")


@pytest.mark.parametrize("opens", [timedelta(days=1), -timedelta(days=1)])
def test_a_sign_up_for_another_day_is_not_the_right_session(scan, centre, mei, opens):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)
    events.sign_up(make.session(centre, opens=opens, sign_up=SignUpRule.REQUIRED), mei)

    assert scan(make.code(mei), session)["verdict"] == "not_signed_up"


def test_nobody_is_sent_to_a_session_that_was_cancelled(scan, centre, mei, now):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)
    off = make.session(centre, opens=2 * HOUR, sign_up=SignUpRule.REQUIRED)
    events.sign_up(off, mei)
    off.cancelled_at = now

    assert scan(make.code(mei), session)["verdict"] == "not_signed_up"


def test_on_the_waiting_list_the_answer_names_the_position(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.OPTIONAL, places=1)
    for name in ("王强", "李雷"):
        events.sign_up(session, make.member(name, centre=centre))
    events.sign_up(session, mei)

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "admitted", "position") == ("waitlisted", False, 2)


@pytest.mark.parametrize("rule", list(SignUpRule))
def test_without_a_place_left_it_is_full(scan, centre, mei, rule):
    session = make.session(centre, sign_up=rule, places=1)
    events.sign_up(session, make.member(centre=centre))

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "admitted") == ("full", False)
    assert session.taken == 1


def test_whoever_walks_in_takes_a_place(scan, centre, mei):
    session = make.session(centre, places=1)

    first = scan(make.code(mei), session)
    second = scan(make.code(make.member(centre=centre)), session)

    assert (first["verdict"], second["verdict"]) == ("welcome", "full")


def test_before_the_doors_open_it_is_too_early(scan, centre, mei):
    session = make.session(centre, opens=HOUR)

    result = scan(make.code(mei), session)

    assert told(result, "verdict", "admitted") == ("too_early", False)
    assert result["opens_at"] == "2026-11-22T20:00:00+08:00"


def test_the_doors_open_and_close_to_the_second(scan, centre, mei, now):
    session = make.session(centre, opens=timedelta(), lasts=HOUR)

    first = scan(make.code(mei), session, received=now)
    last = scan(make.code(mei), session, received=now + HOUR)

    assert (first["verdict"], last["verdict"]) == ("welcome", "already")


def test_after_the_doors_closed_it_is_closed(scan, tonight, mei, now):
    result = scan(make.code(mei), tonight, received=now + 3 * HOUR)

    assert told(result, "verdict", "admitted") == ("closed", False)
    assert result["closed_at"] == "2026-11-22T21:00:00+08:00"


def test_a_cancelled_session_is_closed_even_before_its_time(scan, centre, mei, now):
    session = make.session(centre, opens=HOUR)
    session.cancelled_at = now

    assert scan(make.code(mei), session)["verdict"] == "closed"


def test_a_lost_card_says_replaced_and_since_when_and_the_new_one_works(scan, tonight, mei, now):
    old = make.code(mei)
    cards.lose(cards.live(mei), by="staff:1", at=now - HOUR)

    result, new = scan(old, tonight), scan(make.code(mei), tonight)

    assert told(result, "verdict", "admitted") == ("replaced", False)
    assert result["card"] == {
        "state": "replaced", "since": "2026-11-22T18:00:00+08:00", "serial_tail": "1-01",
    }  # fmt: skip
    assert new["verdict"] == "welcome"


def test_a_stopped_card_says_stopped(scan, tonight, mei, now):
    code = make.code(mei)
    cards.stop(cards.live(mei), by="staff:1", reason="moved away", at=now - HOUR)

    result = scan(code, tonight)

    assert told(result, "verdict", "admitted") == ("stopped", False)
    assert result["card"]["state"] == "stopped"


def test_a_card_that_was_lost_and_not_replaced_yet_says_lost(scan, tonight, mei, now):
    code, card = make.code(mei), cards.live(mei)
    card.state = CardState.LOST
    db.session.add(CardMove(card_id=card.id, state=CardState.LOST, at=now, actor="staff:1"))

    assert scan(code, tonight)["verdict"] == "lost"


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.WITHDRAWN])
def test_a_member_who_left_is_not_counted(scan, tonight, mei, state):
    code = make.code(mei)
    mei.state = state

    result = scan(code, tonight)

    assert told(result, "verdict", "admitted") == ("member_left", False)


def test_what_is_no_card_of_ours_is_unknown_and_says_nothing_more(scan, tonight):
    result = scan("https://example.org/a-ticket", tonight)

    assert told(result, "verdict", "admitted", "member") == ("unknown", False, None)
    assert "example.org" not in str(result)


def test_an_unknown_card_is_unknown_whatever_is_on(scan, centre):
    assert scan("K1", None)["verdict"] == "unknown"


def test_a_phone_code_is_not_known_yet(scan, tonight):
    assert scan("K3AAAAAAAAAAAAAAAAAAAAAAAA", tonight)["verdict"] == "unknown"


def test_a_dead_card_is_told_so_even_with_nothing_open(scan, mei, gate):
    code = make.code(mei)
    cards.stop(cards.live(mei), by="staff:1", reason="moved away")

    result = scan(code, None)

    assert told(result, "status", "verdict") == ("stored", "stopped")


# Late: more than ten seconds after the card was shown. The person is inside.


def test_ten_seconds_are_not_late_and_a_moment_more_is(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED)

    late = scan(make.code(mei), session, envelope={"sent_mono": 11_001})
    stranger = make.code(make.member(centre=centre))
    prompt = scan(stranger, session, envelope={"sent_mono": 11_000})

    assert (late["verdict"], prompt["verdict"]) == ("welcome", "not_signed_up")


def test_a_late_scan_at_a_full_session_is_admitted_and_listed(scan, centre, mei):
    session = make.session(centre, places=1)
    events.sign_up(session, make.member(centre=centre))

    result = scan(make.code(mei), session, envelope=LATE)

    assert told(result, "verdict", "admitted") == ("welcome", True)
    assert reviews() == ["over_capacity"]
    assert session.taken == 2


def test_a_late_scan_from_the_waiting_list_is_admitted_and_listed(scan, centre, mei):
    session = make.session(centre, places=1, sign_up=SignUpRule.OPTIONAL)
    events.sign_up(session, make.member(centre=centre))
    events.sign_up(session, mei)

    result = scan(make.code(mei), session, envelope=LATE)

    assert result["verdict"] == "welcome"
    assert reviews() == ["over_capacity"]


def test_a_late_scan_without_a_sign_up_is_admitted_and_listed(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED, places=5)

    result = scan(make.code(mei), session, envelope=LATE)

    assert result["verdict"] == "welcome"
    assert reviews() == ["not_signed_up"]
    assert session.taken == 1


def test_a_late_scan_outside_the_doors_times_is_admitted_and_listed(scan, centre, mei):
    session = make.session(centre, opens=HOUR)

    result = scan(make.code(mei), session, envelope=LATE)

    assert result["verdict"] == "welcome"
    assert reviews() == ["outside_times"]


def test_a_late_scan_is_judged_by_the_doors_of_its_own_moment(scan, tonight, mei, now):
    result = scan(
        make.code(mei), tonight, received=now + 4 * HOUR, envelope={"sent_mono": 4 * 3_600_000}
    )

    assert result["verdict"] == "welcome"
    assert reviews() == []


def test_a_late_scan_at_a_second_gate_is_listed(scan, centre, tonight, mei):
    other, _key = make.device(centre)
    scan(make.code(mei), tonight)

    result = scan(make.code(mei), tonight, device=other, envelope=LATE)

    assert told(result, "verdict", "admitted") == ("already", True)
    assert reviews() == ["second_gate"]


def test_showing_a_card_twice_at_one_gate_is_nothing_to_look_at(scan, tonight, mei, now):
    scan(make.code(mei), tonight)

    result = scan(make.code(mei), tonight, received=now + HOUR, envelope=LATE)

    assert result["verdict"] == "already"
    assert reviews() == []


def test_a_card_stopped_before_a_late_scan_is_not_admitted_and_listed(scan, tonight, mei, now):
    code = make.code(mei)
    cards.stop(cards.live(mei), by="staff:1", reason="found", at=now - 2 * HOUR)

    result = scan(code, tonight, envelope=LATE)

    assert told(result, "verdict", "admitted") == ("stopped", False)
    assert reviews() == ["after_stop"]


def test_a_card_stopped_after_a_late_scan_counts(scan, tonight, mei, now):
    code = make.code(mei)
    cards.lose(cards.live(mei), by="staff:1", at=now - timedelta(seconds=30))

    result = scan(code, tonight, envelope=LATE)

    assert told(result, "verdict", "admitted") == ("welcome", True)
    assert reviews() == []


def test_a_late_scan_of_a_member_who_left_is_listed(scan, tonight, mei):
    code = make.code(mei)
    mei.state = MemberState.LEFT

    result = scan(code, tonight, envelope=LATE)

    assert told(result, "verdict", "admitted") == ("member_left", False)
    assert reviews() == ["after_stop"]


def test_a_late_unknown_card_is_listed_and_a_prompt_one_is_not(scan, tonight, now):
    scan("WHATEVER", tonight)
    scan("WHATEVER", tonight, received=now + HOUR, envelope=LATE)

    assert reviews() == ["unknown"]


def test_a_late_scan_at_a_kiosk_means_the_session_that_was_open_then(scan, tonight, mei, now):
    result = scan(
        make.code(mei), None, received=now + 5 * HOUR, envelope={"sent_mono": 5 * 3_600_000}
    )

    assert told(result, "status", "verdict") == ("stored", "welcome")
    assert result["session"]["id"] == tonight.id


def test_a_late_scan_that_fits_several_sessions_is_listed(scan, centre, tonight, mei):
    make.session(centre, title="夜课堂")

    result = scan(make.code(mei), None, envelope=LATE)

    assert result["verdict"] == "choose"
    assert reviews() == ["not_signed_up"]


def test_a_late_scan_of_somebody_expected_elsewhere_is_listed_as_not_signed_up(scan, centre, mei):
    events.sign_up(make.session(centre, sign_up=SignUpRule.REQUIRED), mei)
    other = make.session(centre, sign_up=SignUpRule.REQUIRED)

    result = scan(make.code(mei), other, envelope=LATE)

    assert result["verdict"] == "welcome"
    assert reviews() == ["not_signed_up"]


def test_a_late_scan_without_a_sign_up_where_none_is_left_is_over_capacity(scan, centre, mei):
    session = make.session(centre, sign_up=SignUpRule.REQUIRED, places=1)
    events.sign_up(session, make.member(centre=centre))

    result = scan(make.code(mei), session, envelope=LATE)

    assert result["verdict"] == "welcome"
    assert reviews() == ["over_capacity"]


def test_a_late_scan_after_a_check_in_at_the_desk_is_no_second_gate(scan, tonight, mei, now):
    amendments.by_hand(tonight, mei, by="staff:1", at=now - HOUR, zone=make.ZONE)

    result = scan(make.code(mei), tonight, envelope=LATE)

    assert result["verdict"] == "already"
    assert reviews() == []


def test_what_is_doubtful_only_when_late_is_not_listed_at_once(scan, centre, tonight, mei):
    other, _key = make.device(centre)
    code = make.code(mei)
    scan(code, tonight)
    again = scan(code, tonight, device=other)
    make.session(centre, title="夜课堂")
    several = scan(make.code(make.member(centre=centre)), None)
    mei.state = MemberState.LEFT
    gone = scan(code, tonight)

    verdicts = [result["verdict"] for result in (again, several, gone)]
    assert verdicts == ["already", "choose", "member_left"]
    assert reviews() == []


def test_what_is_doubtful_is_listed_at_the_centre_of_the_device(scan, mei):
    elsewhere = make.centre("BA002", "西乡街道党群服务中心")
    door, _key = make.device(elsewhere)

    scan("WHATEVER", make.session(elsewhere), device=door, envelope=LATE)

    assert db.session.query(Review).one().centre_id == elsewhere.id


def test_closed_doors_come_before_the_question_of_a_place(scan, centre, mei):
    required = make.session(centre, opens=HOUR, sign_up=SignUpRule.REQUIRED)
    for_all = make.session(centre, opens=HOUR, places=5)
    code = make.code(mei)

    answers = [scan(code, session)["verdict"] for session in (required, for_all)]

    assert answers == ["too_early", "too_early"]
    assert for_all.taken == 0


def test_when_the_doors_closed_is_told_and_not_when_it_ended(scan, tonight, mei, now):
    tonight.ends_at = now + HOUR

    result = scan(make.code(mei), tonight, received=now + 3 * HOUR)

    assert result["closed_at"] == "2026-11-22T21:00:00+08:00"
