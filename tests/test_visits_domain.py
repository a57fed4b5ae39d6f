"""A visit keeps what was typed, and forgets it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain import cards, members, visits
from kiosk.domain.visits import Step
from kiosk.extensions import db
from kiosk.models import CentreKind, Channel, Consent, Draft, Member, Visit


@pytest.fixture
def begun(centre):
    begun = visits.begin(centre, None)
    db.session.commit()
    return begun


@pytest.fixture
def complete(begun):
    draft = visits.draft_of(begun.visit)
    draft.name, draft.phone, draft.hometown = "陈梅", "13800001234", "360900"
    db.session.commit()
    return begun.visit


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_visit_begins_with_the_consent_and_its_version(begun, now):
    draft = visits.draft_of(begun.visit)

    assert (draft.consent_version, draft.consented_at) == (visits.CONSENT, now)
    assert (draft.name, draft.phone, draft.hometown) == ("", None, "")


def test_only_the_hash_of_a_token_is_kept(begun, now):
    assert begun.token not in begun.visit.token_hash
    assert visits.with_token(begun.token, at=now) == begun.visit


def test_a_made_up_token_opens_nothing(begun, now):
    assert visits.with_token(begun.token[:-1], at=now) is None
    assert visits.with_token("", at=now) is None


def test_the_questions_come_in_order(begun):
    draft = visits.draft_of(begun.visit)
    steps = [visits.next_step(draft)]

    for field, value in {"name": "陈梅", "phone": "", "hometown": "unknown"}.items():
        setattr(draft, field, value)
        steps.append(visits.next_step(draft))

    assert steps == [Step.NAME, Step.PHONE, Step.HOMETOWN, Step.REVIEW]


def test_a_complete_draft_becomes_a_member_with_a_card(complete):
    member = visits.register(complete, by="visit")

    assert (member.name, member.phone, member.hometown) == ("陈梅", "13800001234", "360900")
    assert cards.live(member)
    assert visits.draft_of(complete) is None


def test_the_consent_goes_with_the_member(complete):
    member = visits.register(complete, by="visit")

    consent = db.session.scalar(select(Consent).where(Consent.member_id == member.id))
    assert consent.text_version == visits.CONSENT


def test_registering_twice_gives_the_first_member(complete):
    first = visits.register(complete, by="visit")
    db.session.commit()

    assert visits.register(complete, by="visit") == first
    assert count(Member) == 1


def test_an_incomplete_draft_becomes_nobody(begun):
    assert visits.register(begun.visit, by="visit") is None
    assert count(Member) == 0
    assert visits.draft_of(begun.visit)


def test_a_doubtful_double_is_saved_like_anybody_else(complete, mei):
    mei.phone = "13800001234"
    db.session.commit()

    member = visits.register(complete, by="visit")

    assert member.id != mei.id
    assert members.like(member.name, phone=member.phone, hometown=member.hometown)


@pytest.mark.parametrize(
    ("kind", "paired", "channel"),
    [
        (CentreKind.STREET, False, Channel.PHONE_WEB),
        (CentreKind.STREET, True, Channel.DOORSTEP),
        (CentreKind.FIRST_STOP, True, Channel.FIRST_STOP),
    ],
)
def test_the_channel_says_by_which_way_somebody_came(centre, door, kind, paired, channel):
    centre.kind = kind

    begun = visits.begin(centre, door[0] if paired else None)

    assert visits.channel(begun.visit) == channel


def test_the_end_forgets_what_was_typed_and_who_it_was(complete, now):
    member = visits.register(complete, by="visit")

    visits.end(complete)
    db.session.commit()
    db.session.refresh(complete)

    assert complete.member_id is None
    assert complete.ended_at == now
    assert db.session.get(Member, member.id)


def test_ending_twice_is_harmless(begun, now):
    visits.end(begun.visit, at=now)
    visits.end(begun.visit, at=now + timedelta(minutes=1))
    db.session.commit()
    db.session.refresh(begun.visit)

    assert begun.visit.ended_at == now


def test_an_ended_visit_opens_nothing(begun, now):
    visits.end(begun.visit)

    assert visits.with_token(begun.token, at=now) is None


def test_a_visit_left_alone_for_fifteen_minutes_opens_nothing(begun, now):
    assert visits.with_token(begun.token, at=now + visits.LIVES - timedelta(seconds=1))
    assert visits.with_token(begun.token, at=now + visits.LIVES) is None


def test_the_sweep_takes_what_was_left_alone_and_nothing_else(centre, begun, now):
    later = now + timedelta(minutes=10)
    fresh = visits.begin(centre, None, at=later)

    swept = visits.sweep(now + visits.LIVES)

    assert swept == 1
    assert db.session.scalars(select(Draft.visit_id)).all() == [fresh.visit.id]


def test_a_new_visit_sweeps_the_old_ones(centre, begun, now):
    visits.begin(centre, None, at=now + visits.LIVES)

    assert db.session.scalar(select(func.count()).where(Visit.ended_at.isnot(None))) == 1
    assert count(Draft) == 1
