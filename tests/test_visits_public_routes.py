"""What is on, and who comes from home: lists that name nobody who did not agree."""

import re
from datetime import timedelta

import pytest

from kiosk.domain import events
from kiosk.extensions import db
from kiosk.models import Organisation, OrganisationKind, Post, PostKind, SignUpRule, Street
from tests import make


@pytest.fixture
def yichun(centre):
    """A hometown branch from Yichun in Jiangxi, whose secretary did not ask to be shown."""
    street = make.saved(Street(code="440306017", name="新安街道", name_en="Xin'an"))
    kind = PostKind.HOMETOWN_SECRETARY
    secretary = make.saved(Post(code="P1", kind=kind, holder="欧阳玉春", work_phone="15400000001"))
    return make.saved(
        Organisation(
            code="H01", kind=OrganisationKind.HOMETOWN_BRANCH, name="宜春市云溪县党支部",
            name_en="Yunxi", hometown="360900", street_id=street.id, secretary_id=secretary.id,
        )
    )  # fmt: skip


def test_tonights_event_is_listed_with_its_place(client, tonight):
    page = client.get("/events").text

    assert tonight.event.title in page
    assert tonight.event.place in page
    assert "正在签到" in page


def test_an_empty_day_says_so_and_leads_on(client, centre):
    page = client.get("/events").text

    assert "今天没有活动" in page
    assert 'href="/events/coming"' in page


def test_tomorrow_stands_under_coming(client, centre):
    make.session(centre, title="明天的课", opens=timedelta(days=1))

    assert "明天的课" not in client.get("/events").text
    assert "明天的课" in client.get("/events/coming").text


def test_nothing_coming_says_so(client, centre):
    assert "还没有新的活动安排" in client.get("/events/coming").text


def test_another_centres_events_are_not_listed(client, centre):
    make.session(make.centre(code="BA002", name="别处"), title="别处的课")

    assert "别处的课" not in client.get("/events").text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"places": 2}, "余 1 位"),
        ({"places": 1}, "已满"),
        ({}, "无需报名"),
    ],
)
def test_a_session_says_how_many_places_are_left(client, centre, mei, given, words):
    later = make.session(centre, opens=timedelta(hours=1), sign_up=SignUpRule.OPTIONAL, **given)
    events.sign_up(later, mei)
    db.session.commit()

    assert words in client.get("/events/coming").text


def test_a_session_that_is_over_says_so(client, centre):
    make.session(centre, opens=-timedelta(hours=5), lasts=timedelta(hours=3))

    assert "已结束" in client.get("/events").text


def test_no_list_of_events_names_a_person(client, tonight, mei):
    events.sign_up(tonight, mei)
    db.session.commit()

    assert "陈" not in client.get("/events").text


def test_long_lists_are_paged(client, centre):
    for number in range(6):
        make.session(centre, title=f"第{number}课")

    pages = [client.get(f"/events?page={page}").text for page in (1, 2)]

    assert [len(re.findall("第[0-9]课", page)) for page in pages] == [4, 2]
    assert "第 1 页，共 2 页" in pages[0]


def test_titles_are_english_in_english(client, tonight):
    client.set_cookie("doorstep_language", "en")

    page = client.get("/events").text

    assert "Night class" in page
    assert tonight.event.title not in page


def test_provinces_with_hometown_branches_can_be_tapped(client, yichun):
    page = client.get("/find").text

    assert 'href="/find/360000"' in page
    assert "1 个支部" in page


def test_no_branches_at_all_says_so(client, centre):
    assert "还没有家乡组织" in client.get("/find").text


def test_a_branch_shows_its_street_and_the_secretarys_family_name_alone(client, yichun):
    page = client.get("/find/360000").text

    assert all(words in page for words in ("宜春市云溪县党支部", "新安街道", "欧阳书记"))
    assert "玉春" not in page
    assert "154" not in page


def test_a_published_secretary_is_named_in_full(client, yichun):
    yichun.secretary.published = True
    db.session.commit()

    assert "欧阳玉春书记" in client.get("/find/360000").text


def test_a_province_without_branches_leads_back(client, yichun):
    page = client.get("/find/410000").text

    assert "还没有河南的家乡组织" in page
    assert 'href="/find"' in page


@pytest.mark.parametrize("code", ["360900", "999999", "x"])
def test_what_is_no_province_is_not_found(client, centre, code):
    assert client.get(f"/find/{code}").status_code == 404


def test_an_ordinary_branch_is_not_a_hometown_branch(client, centre):
    make.branch()

    assert "第一党支部" not in client.get("/find").text
