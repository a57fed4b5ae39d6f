"""Members at the desk, over HTTP: found, opened, entered, corrected."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain import cards, members
from kiosk.extensions import db
from kiosk.models import (
    Attendance,
    AuditEntry,
    Channel,
    ConsentKind,
    Doubt,
    Member,
    MemberState,
    Role,
    Sighting,
    SignUp,
    SignUpRule,
    SignUpState,
)
from tests import make

HX = {"HX-Request": "true"}
NEW = {"name": "林晓禾", "phone": "138 0000 2046", "hometown": "360900", "agree": "yes"}


@pytest.fixture
def wang(app):
    """王强, whom 李姐's centre has never seen."""
    return make.member("王强", centre=make.centre("BA002", "沙井"), phone="13900001111")


@pytest.fixture
def other(app, centre):
    """Somebody else at the same desk."""
    return make.log_in(app.test_client(), make.staff("zhou", centre=centre))


def audited(action):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def search(desk, text, headers=HX):
    return desk.post("/desk/members/search", data={"text": text}, headers=headers)


def test_the_search_answers_with_a_list(desk, mei):
    page = search(desk, "cm")

    assert page.status_code == 200
    assert page.text.lstrip().startswith('<div id="results"')
    assert "陈梅" in page.text
    assert f"/desk/members/{mei.id}" in page.text


def test_the_search_masks_phones(desk, centre):
    make.member("陈梅", centre=centre, phone="13800002046")

    page = search(desk, "陈梅")

    assert "138****2046" in page.text
    assert "13800002046" not in page.text


def test_without_script_one_hit_opens_the_record_and_several_are_a_page(desk, centre, mei):
    assert search(desk, "陈梅", {}).location == f"/desk/members/{mei.id}"

    make.member("陈安", centre=centre)
    page = search(desk, "陈", {})

    assert page.text.lstrip().startswith("<!doctype html>")
    assert page.text.count('id="results"') == 1
    assert "陈安" in page.text


def test_a_scanned_card_opens_its_owner_and_is_noted(desk, li, wang):
    answer = search(desk, make.code(wang), {})

    assert answer.location == f"/desk/members/{wang.id}"
    assert desk.get(answer.location).status_code == 200
    assert db.session.scalar(select(Sighting)).centre_id == li.centre_id


def test_nobody_found_offers_to_register_with_the_name_carried_along(desk, mei):
    page = search(desk, "林晓禾")
    form = desk.post("/desk/members/new", data={"name": "林晓禾"})

    assert 'name="name" value="林晓禾"' in page.text
    assert 'value="林晓禾"' in form.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=1+1", "王" * 5000, "\x00", "‮abc"])
def test_no_text_breaks_the_search(desk, mei, text):
    page = search(desk, text)

    assert page.status_code == 200
    assert "<script>" not in page.text


def test_names_are_not_searched_by_address(desk, mei):
    assert desk.get("/desk/members/search?text=陈梅").status_code in (404, 405)


def test_the_record_shows_what_the_desk_needs(desk, mei, tonight):
    make.card(mei)

    page = desk.get(f"/desk/members/{mei.id}")

    assert page.status_code == 200
    for words in ("陈梅", "Chen Mei", mei.number, "江西宜春", "待打印", "已报到"):
        assert words in page.text


def test_opening_a_record_is_noted(desk, li, mei):
    desk.get(f"/desk/members/{mei.id}")

    [entry] = audited("members.opened")
    assert (entry.actor, entry.subject) == (f"staff:{li.id}", f"members:{mei.id}")


def test_a_strangers_record_does_not_exist(desk, wang):
    for address in ("", "/edit", "/phone"):
        assert desk.get(f"/desk/members/{wang.id}{address}").status_code == 404
    for address in ("", "/phone", "/checkins"):
        assert desk.post(f"/desk/members/{wang.id}{address}").status_code == 404

    assert audited("members.opened") == []


@pytest.mark.parametrize("number", [0, 999, 2**63, 10**30])
def test_a_number_that_nobody_has_is_not_found(desk, number):
    assert desk.get(f"/desk/members/{number}").status_code == 404


def test_the_phone_is_masked_until_a_reason_is_given(desk, centre, li):
    mei = make.member("陈梅", centre=centre, phone="13800002046")

    page = desk.get(f"/desk/members/{mei.id}")
    shown = desk.post(f"/desk/members/{mei.id}/phone", data={"reason": "call"}, headers=HX)

    assert "13800002046" not in page.text
    assert "13800002046" in shown.text
    assert "delay:30s" in shown.text
    [entry] = audited("members.phone_shown")
    assert (entry.actor, entry.detail) == (f"staff:{li.id}", "call")


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_the_phone_stays_masked(desk, centre, reason):
    mei = make.member("陈梅", centre=centre, phone="13800002046")

    page = desk.post(f"/desk/members/{mei.id}/phone", data={"reason": reason})

    assert page.status_code == 422
    assert "13800002046" not in page.text
    assert audited("members.phone_shown") == []


def test_the_phone_is_hidden_again(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")

    page = desk.get(f"/desk/members/{mei.id}/phone", headers=HX)

    assert page.text.strip().startswith('<span id="phone"') or '<span id="phone"' in page.text
    assert "13800002046" not in page.text


def test_a_member_is_entered(desk, centre):
    answer = desk.post("/desk/members", data=NEW)

    member = db.session.scalar(select(Member))
    assert answer.location == f"/desk/members/{member.id}"
    assert (member.name, member.phone, member.hometown) == ("林晓禾", "13800002046", "360900")
    assert (member.channel, member.centre) == (Channel.DOORSTEP, centre)
    assert members.has_agreed(member, ConsentKind.REGISTRATION)
    assert not members.has_agreed(member, ConsentKind.PARTY)


def test_the_party_consent_is_a_tick_of_its_own(desk, centre):
    assert "checked" not in desk.get("/desk/members/new").text

    desk.post("/desk/members", data=NEW | {"party": "y"})

    assert members.has_agreed(db.session.scalar(select(Member)), ConsentKind.PARTY)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "请输入姓名。"),
        ({"name": "=1+1"}, "姓名只能用文字"),
        ({"name": "<script>"}, "姓名只能用文字"),
        ({"name": "王" * 101}, "姓名最多 100 个字"),
        ({"name": "王\x00强"}, "姓名只能用文字"),
        ({"phone": "12345"}, "手机号"),
        ({"phone": "1380000204x"}, "手机号只能是数字。"),
        ({"phone": "138000020461"}, "手机号是 11 位"),
        ({"hometown": "999999"}, "请在列表中选择。"),
        ({"hometown": "' or 1=1"}, "请在列表中选择。"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_is_kept(desk, changed, words):
    page = desk.post("/desk/members", data=NEW | changed)

    assert page.status_code == 422
    assert words in page.text
    assert 'aria-invalid="true"' in page.text
    assert db.session.scalars(select(Member)).all() == []


def test_without_the_members_consent_nothing_is_kept(desk):
    assert desk.post("/desk/members", data=NEW | {"agree": ""}).status_code == 422
    assert db.session.scalars(select(Member)).all() == []


def test_a_name_is_shown_as_text_only(desk, centre):
    member = make.member("O'Connor-Smith Jean", centre=centre)

    assert "O&#39;Connor-Smith Jean" in desk.get(f"/desk/members/{member.id}").text


def test_somebody_like_a_known_member_is_shown_to_the_desk_and_settled(desk, li, centre):
    make.member("林晓禾", centre=centre, phone="13800002046")

    page = desk.post("/desk/members", data=NEW, follow_redirects=True)
    doubt = db.session.scalar(select(Doubt))
    desk.post(f"/desk/members/doubts/{doubt.id}", data={"answer": "two"})

    assert "手机号相同" in page.text
    assert doubt.settled_by_id == li.id
    assert audited("members.doubt_settled")[0].detail == "two people"


def test_a_doubt_needs_an_answer(desk, centre):
    make.member("林晓禾", centre=centre)
    make.member("林晓禾", centre=centre)
    doubt = db.session.scalar(select(Doubt))

    assert desk.post(f"/desk/members/doubts/{doubt.id}", data={"answer": "?"}).status_code == 422
    assert doubt.settled_at is None


def test_a_record_is_corrected_and_found_under_the_new_name(desk, mei):
    data = {"name": "陈美", "phone": "", "hometown": "unknown", "version": mei.version}

    desk.post(f"/desk/members/{mei.id}", data=data)

    assert mei.name == "陈美"
    assert "陈美" in search(desk, "陈美").text
    assert audited("members.edited")[0].detail == "name hometown"


def test_correcting_a_record_does_not_show_the_phone_and_keeps_it(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    data = {"name": "陈美", "phone": "", "hometown": "unknown", "version": mei.version}

    page = desk.get(f"/desk/members/{mei.id}/edit").text
    desk.post(f"/desk/members/{mei.id}", data=data)

    assert "13800002046" not in page
    assert "138****2046" in page
    assert (mei.name, mei.phone) == ("陈美", "13800002046")


def test_a_new_phone_takes_the_place_of_the_old_one(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    data = {"name": "陈梅", "hometown": "360900", "version": mei.version}

    desk.post(f"/desk/members/{mei.id}", data=data | {"phone": "139 0000 1111"})

    assert mei.phone == "13900001111"


def test_a_phone_that_is_no_longer_theirs_is_deleted(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    data = {"name": "陈梅", "phone": "", "hometown": "360900", "version": mei.version}

    answer = desk.post(f"/desk/members/{mei.id}", data=data | {"no_phone": "y"})

    assert answer.status_code == 303
    assert mei.phone is None
    assert search(desk, "2046").text.count("陈梅") == 0
    assert audited("members.edited")[0].detail == "phone"


def test_a_phone_is_not_deleted_and_replaced_at_once(desk, centre):
    mei = make.member("陈梅", centre=centre, phone="13800002046")
    data = {"name": "陈梅", "hometown": "360900", "version": mei.version}

    page = desk.post(
        f"/desk/members/{mei.id}", data=data | {"phone": "13900001111", "no_phone": "y"}
    )

    assert page.status_code == 422
    assert "请填写新号码，或者删除原来的号码，两者选一。" in page.text
    assert mei.phone == "13800002046"


def test_only_a_member_with_a_phone_is_asked_whether_to_delete_it(desk, centre, mei):
    li = make.member("李雷", centre=centre, phone="13800002046")

    assert "删除已保存的手机号" in desk.get(f"/desk/members/{li.id}/edit").text
    assert "删除已保存的手机号" not in desk.get(f"/desk/members/{mei.id}/edit").text


def test_saving_the_same_again_changes_nothing(desk, mei):
    data = {"name": "陈梅", "hometown": "360900", "version": mei.version}

    assert desk.post(f"/desk/members/{mei.id}", data=data).status_code == 303
    assert audited("members.edited") == []


def test_two_clerks_do_not_write_over_each_other(desk, other, mei):
    data = {"hometown": "360900", "version": mei.version}
    desk.post(f"/desk/members/{mei.id}", data=data | {"name": "陈美"})

    page = other.post(f"/desk/members/{mei.id}", data=data | {"name": "陈妹"})

    assert page.status_code == 409
    assert mei.name == "陈美"
    assert "陈妹" in page.text
    assert "陈美" in page.text


def test_a_mistake_on_a_stale_page_does_not_make_it_fresh(desk, other, mei):
    read = mei.version
    data = {"hometown": "360900", "version": read}
    desk.post(f"/desk/members/{mei.id}", data=data | {"name": "陈美"})

    page = other.post(f"/desk/members/{mei.id}", data=data | {"name": ""})

    assert page.status_code == 422
    assert mei.version != read
    assert f'name="version" value="{read}"' in page.text


def test_a_version_that_is_no_number_is_refused(desk, mei):
    data = {"name": "陈美", "hometown": "360900", "version": "x"}

    assert desk.post(f"/desk/members/{mei.id}", data=data).status_code == 422
    assert mei.name == "陈梅"


def test_a_member_without_a_card_in_hand_is_checked_in_once(desk, mei, tonight):
    for _ in range(2):
        desk.post(f"/desk/members/{mei.id}/checkins", data={"session": tonight.id})

    [attendance] = db.session.scalars(select(Attendance))
    assert (attendance.member_id, attendance.session_id) == (mei.id, tonight.id)
    assert audited("checkins.by_hand")


@pytest.mark.parametrize("session", ["", "x", "999", str(2**70)])
def test_an_event_that_is_not_open_takes_nobody(desk, mei, tonight, session):
    desk.post(f"/desk/members/{mei.id}/checkins", data={"session": session})

    assert db.session.scalars(select(Attendance)).all() == []


def test_an_event_of_another_centre_takes_nobody(desk, mei):
    there = make.session(make.centre("BA002", "沙井"))

    page = desk.post(
        f"/desk/members/{mei.id}/checkins", data={"session": there.id}, follow_redirects=True
    )

    assert "这场活动现在不能签到" in page.text


def test_the_newest_members_are_listed(desk, mei, wang):
    page = desk.get("/desk/members")

    assert "陈梅" in page.text
    assert "王强" not in page.text


def test_an_auditor_may_not_register_anybody(client, centre):
    make.log_in(client, make.staff("auditor", Role.AUDITOR))

    assert client.post("/desk/members", data=NEW).status_code == 403
    assert search(client, "陈").status_code == 403


def test_a_district_reads_but_does_not_change(client, mei):
    make.log_in(client, make.staff("district", Role.DISTRICT))
    data = {"name": "陈美", "hometown": "360900", "version": mei.version}

    page = client.get(f"/desk/members/{mei.id}")

    assert page.status_code == 200
    assert "发卡" not in page.text
    assert client.post(f"/desk/members/{mei.id}", data=data).status_code == 403


def test_a_lost_card_shows_whose_it_was(desk, mei):
    old = make.code(mei)
    cards.lose(cards.live(mei), by="test")

    assert "这张卡已经停用" in search(desk, old).text


def test_a_card_of_nobody_is_not_repeated_on_the_page(desk, mei):
    page = search(desk, "K1" + "A" * 26)

    assert "这张卡不在我们这里" in page.text
    assert "AAAAAA" not in page.text


def test_the_desk_offers_nothing_to_somebody_who_left(desk, mei, tonight):
    make.card(mei)
    mei.state = MemberState.LEFT

    page = desk.get(f"/desk/members/{mei.id}").text

    for act in ("checkins", "prints", "handover", "picture"):
        assert f"/{act}" not in page


def test_somebody_who_left_is_not_checked_in_at_the_desk(desk, mei, tonight):
    mei.state = MemberState.LEFT

    page = desk.post(f"/desk/members/{mei.id}/checkins", data={"session": tonight.id})

    assert page.status_code == 409
    assert "现在不是会员" in page.text
    assert db.session.scalars(select(Attendance)).all() == []


def test_a_like_record_of_another_desk_is_a_number_and_a_centre(desk, centre, wang):
    twin = make.member("王强", centre=centre, phone="13900001111")

    page = desk.get(f"/desk/members/{twin.id}").text

    assert wang.number in page
    assert "沙井" in page
    assert page.count("139****1111") == 1
    assert f"王强 {wang.number}" not in page


@pytest.fixture
def class_(centre):
    """Coming, with one place, for those who signed up."""
    return make.session(centre, opens=timedelta(days=1), places=1, sign_up=SignUpRule.REQUIRED)


def sign_up(desk, member, session):
    address = f"/desk/members/{member.id}/sign-ups"
    return desk.post(address, data={"session": session.id}, follow_redirects=True)


def test_a_member_is_signed_up_at_the_desk_once(desk, li, mei, class_):
    assert "/sign-ups" in desk.get(f"/desk/members/{mei.id}").text

    pages = [sign_up(desk, mei, class_) for _ in range(2)]

    assert all("已有名额" in page.text for page in pages)
    assert db.session.scalar(select(SignUp)).state == SignUpState.JOINED
    [entry] = audited("events.signed_up")
    assert entry.actor == f"staff:{li.id}"


def test_without_a_place_the_desk_says_the_number_on_the_waiting_list(desk, centre, mei, class_):
    sign_up(desk, make.member("赵敏", centre=centre), class_)

    assert "候补第 1 位" in sign_up(desk, mei, class_).text


def test_an_event_elsewhere_or_without_sign_up_takes_none_at_the_desk(desk, mei, tonight):
    far = make.session(make.centre("BA002", "沙井"), sign_up=SignUpRule.OPTIONAL)

    for session in (tonight, far):
        assert "没有报名" in sign_up(desk, mei, session).text
    assert db.session.scalars(select(SignUp)).all() == []


def test_somebody_who_left_is_not_signed_up(desk, mei, class_):
    mei.state = MemberState.LEFT

    assert "/sign-ups" not in desk.get(f"/desk/members/{mei.id}").text
    assert sign_up(desk, mei, class_).status_code == 409
    assert db.session.scalars(select(SignUp)).all() == []
