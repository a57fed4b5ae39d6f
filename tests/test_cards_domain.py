"""The life of a card: one live card a member, and every step a dated row."""

from datetime import timedelta

import pytest

from kiosk.domain import cards, codes
from kiosk.extensions import db
from kiosk.models import (
    AuditEntry,
    Card,
    CardMove,
    CardState,
    Member,
    MemberState,
)
from tests import make
from tests.together import at_once

HOUR = timedelta(hours=1)


@pytest.fixture
def card(mei):
    return make.card(mei)


def steps(card):
    return [move.state for move in cards.moves(card)]


def acts():
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [entry.action for entry in entries if entry.action.startswith("cards.")]


def test_an_issued_card_is_live_and_carries_a_code(mei, centre, now):
    card = cards.issue(mei, by="staff:1", at=now, centre=centre)

    code = cards.code_of(card)
    assert card.serial == f"{mei.number}-01"
    assert (card.state, card.live, cards.live(mei)) == (CardState.ISSUED, True, card)
    assert codes.read(code) == code
    assert (card.code_hash, card.door_hash) == (codes.look_up_hash(code), codes.door_hash(code))
    [move] = cards.moves(card)
    assert (move.state, move.at, move.actor, move.centre_id) == ("issued", now, "staff:1", 1)
    assert acts() == ["cards.issued"]


def test_issuing_twice_gives_the_same_card(mei):
    first = cards.issue(mei, by="staff:1")

    assert cards.issue(mei, by="staff:2") is first
    assert db.session.query(Card).count() == 1


def test_two_desks_at_one_instant_issue_one_card(app, centre):
    for person in [make.member(centre=centre) for _ in range(4)]:
        member_id = person.id

        def issue(member_id=member_id):
            card = cards.issue(db.session.get_one(Member, member_id), by="staff:1")
            db.session.commit()
            return card.id, card.serial

        one, other = at_once(app, issue, issue)

        assert one == other
    assert db.session.query(Card).count() == db.session.query(CardMove).count() == 4
    assert acts() == ["cards.issued"] * 4


def test_a_card_is_found_by_its_code_and_by_no_other(card):
    code = cards.code_of(card)

    assert cards.find(code).card is card
    assert cards.find(codes.make()) is None


def test_a_card_goes_forwards_only(card):
    assert cards.advance(card, CardState.PRINTED, by="staff:1")
    assert not cards.advance(card, CardState.PRINTED, by="staff:1")
    assert not cards.advance(card, CardState.ISSUED, by="staff:1")
    assert cards.advance(card, CardState.HANDED_OVER, by="staff:1")

    assert steps(card) == ["issued", "printed", "handed_over"]
    assert acts() == ["cards.issued", "cards.printed", "cards.handed_over"]
    assert card.live


def test_a_card_may_be_handed_over_without_a_print(card):
    assert cards.advance(card, CardState.HANDED_OVER, by="staff:1")
    assert not cards.advance(card, CardState.PRINTED, by="staff:1")


def test_showing_a_printed_card_hands_it_over_once(card, now):
    cards.advance(card, CardState.PRINTED, by="staff:1")

    cards.shown(card, by="device:1", at=now)
    cards.shown(card, by="device:1", at=now)

    assert steps(card) == ["issued", "printed", "handed_over"]
    assert acts() == ["cards.issued", "cards.printed"]


def test_a_lost_card_stops_and_the_next_one_is_issued(mei, card, now):
    new = cards.lose(card, by="staff:1", at=now)

    assert (card.state, steps(card)) == (CardState.REPLACED, ["issued", "lost", "replaced"])
    assert new.serial == f"{mei.number}-02"
    assert cards.live(mei) is new
    assert cards.code_of(new) != cards.code_of(card)


def test_losing_a_card_twice_issues_one_card(mei, card):
    new = cards.lose(card, by="staff:1")

    assert cards.lose(card, by="staff:1") is new
    assert db.session.query(Card).count() == 2


def test_two_desks_at_one_instant_replace_a_lost_card_once(app, mei, card):
    card_id = card.id

    def lose():
        new = cards.lose(db.session.get_one(Card, card_id), by="staff:1")
        db.session.commit()
        return new.serial

    one, other = at_once(app, lose, lose)

    assert one == other == f"{mei.number}-02"
    assert steps(db.session.get_one(Card, card_id)) == ["issued", "lost", "replaced"]


def test_a_card_that_somebody_else_stopped_is_not_printed(app, card):
    cards.advance(card, CardState.PRINTED, by="staff:1")
    db.session.commit()
    elsewhere = db.session.connection().exec_driver_sql
    elsewhere("UPDATE cards SET state = 'stopped'")

    assert not cards.advance(card, CardState.HANDED_OVER, by="staff:1")
    assert card.state == CardState.STOPPED


def test_a_stopped_card_stays_stopped(card):
    cards.stop(card, by="staff:1", reason="moved away")

    cards.stop(card, by="staff:1", reason="again")
    assert not cards.advance(card, CardState.HANDED_OVER, by="staff:1")

    assert steps(card) == ["issued", "stopped"]
    assert cards.moves(card)[-1].reason == "moved away"


def test_after_a_stop_a_new_card_can_be_issued(mei, card):
    cards.stop(card, by="staff:1", reason="moved away")

    assert cards.issue(mei, by="staff:1").serial == f"{mei.number}-02"


def test_a_dead_card_was_what_it_was_at_the_moment_in_question(card, now):
    cards.advance(card, CardState.PRINTED, by="staff:1", at=now + HOUR)
    cards.stop(card, by="staff:1", reason="found", at=now + 2 * HOUR)

    def at(hours):
        found = cards.state_of(card, at=now + hours * HOUR)
        return found.state, found.since, found.live

    assert at(-1) == (CardState.ISSUED, now, True)
    assert at(0.5) == (CardState.ISSUED, now, True)
    assert at(1.5) == (CardState.PRINTED, now + HOUR, True)
    assert at(2) == at(3) == (CardState.STOPPED, now + 2 * HOUR, False)


def test_a_stop_counts_though_the_clock_was_set_back_before_it(card, now):
    cards.stop(card, by="staff:1", reason="found", at=now - HOUR)

    assert not cards.state_of(card, at=now).live


def test_an_erased_member_leaves_a_card_without_a_code(card):
    card.sealed = None

    assert cards.code_of(card) is None


def test_issued_cards_wait_to_be_printed_the_oldest_first(centre, mei, now):
    young = cards.issue(make.member(centre=centre), by="staff:1", at=now)
    old = cards.issue(mei, by="staff:1", at=now - HOUR)
    cards.advance(cards.issue(make.member(centre=centre), by="a"), CardState.PRINTED, by="a")

    assert cards.waiting() == [old, young]


def test_members_without_a_live_card_are_listed(centre, mei, card):
    stopped = make.member("李雷", centre=centre)
    cards.stop(make.card(stopped), by="staff:1", reason="found")
    gone = make.member("王强", centre=centre, state=MemberState.LEFT)
    new = make.member("赵敏", centre=centre)

    assert cards.without() == [stopped, new]
    assert gone not in cards.without()


def test_the_database_holds_no_code_in_the_clear(mei, card):
    code = cards.code_of(card)

    row = db.session.connection().exec_driver_sql("SELECT * FROM cards").one()

    assert not any(code in str(value) or code.encode() in bytes_of(value) for value in row)


def bytes_of(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.WITHDRAWN, MemberState.VISITOR])
def test_who_may_have_no_card_is_issued_none(centre, state):
    gone = make.member("王强", centre=centre, state=state)

    assert cards.issue(gone, by="staff:1") is None
    assert cards.live(gone) is None


def test_an_erased_member_is_issued_no_card_and_waits_for_none(mei, card):
    mei.name = None

    assert cards.issue(mei, by="staff:1") is None
    assert cards.waiting() == []


def test_the_lost_card_of_somebody_who_left_stops_without_another(mei, card):
    mei.state = MemberState.LEFT

    assert cards.lose(card, by="staff:1") is None
    assert (card.state, steps(card)) == (CardState.STOPPED, ["issued", "stopped"])
    assert cards.moves(card)[-1].reason == "lost"
