"""The visitor's screens, as a browser meets them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk import clock
from kiosk.domain import members, settings
from kiosk.extensions import db
from kiosk.models import Call, Channel, ConsentKind, DeviceKind, Draft, Member, Visit
from kiosk.web import DEVICE_COOKIE
from tests import make

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def somewhere(centre):
    return centre


@pytest.fixture
def visitor(client):
    """Somebody who agreed and may answer."""
    client.post("/register/consent", data={"agree": "yes"})
    return client


@pytest.fixture
def answered(visitor):
    visitor.post("/register/name", data={"name": " 林 晓禾 "})
    visitor.post("/register/phone", data={"phone": "138 0000 1234"})
    visitor.post("/register/hometown", data={"hometown": "360900"})
    return visitor


@pytest.fixture
def demo(app):
    settings.put(settings.DEMO, "1")
    db.session.commit()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def draft():
    return db.session.scalar(select(Draft))


@pytest.mark.parametrize("address", ["/", "/me", "/calls", "/register/consent"])
def test_a_page_opens_for_anybody(client, address):
    assert client.get(address).status_code == 200


def test_home_shows_its_services_and_the_centre(client, centre):
    page = client.get("/").text

    assert all(f'href="{address}"' in page for address in ("/register", "/events", "/find", "/me"))
    assert centre.name in page


def test_an_unpaired_browser_does_not_offer_to_scan(client):
    page = client.get("/").text

    assert "scan-listener" not in page
    assert "扫码口" not in page


def test_a_paired_kiosk_always_listens(client, centre):
    client.set_cookie(DEVICE_COOKIE, make.device(centre, DeviceKind.KIOSK)[1])

    for address in ("/", "/me", "/calls", "/register/consent", "/events", "/find"):
        page = client.get(address).text
        assert "<scan-listener>" in page
        assert "<verdict-panel" in page


def test_register_leads_to_the_first_question(client):
    assert client.get("/register").location == "/register/consent"


def test_nothing_is_stored_before_the_consent(client):
    client.get("/register/consent")

    assert count(Visit) == 0


@pytest.mark.parametrize("data", [{}, {"agree": "no"}, {"agree": ""}])
def test_without_a_yes_nothing_begins(client, data):
    answer = client.post("/register/consent", data=data)

    assert answer.status_code == 422
    assert count(Visit) == 0


def test_the_consent_begins_a_visit_whose_cookie_no_script_can_read(client):
    answer = client.post("/register/consent", data={"agree": "yes"})

    assert answer.location == "/register/name"
    assert re.search(
        r"doorstep_visit=\S+; HttpOnly; Path=/; SameSite=Strict", answer.headers["Set-Cookie"]
    )
    assert count(Draft) == 1


@pytest.mark.parametrize("step", ["name", "phone", "hometown", "review"])
def test_a_question_without_a_visit_leads_to_the_consent(client, step):
    for answer in (client.get(f"/register/{step}"), client.post(f"/register/{step}")):
        assert (answer.status_code, answer.location) == (303, "/register/consent")


@pytest.mark.parametrize("step", ["consent", "name", "phone", "hometown"])
def test_a_question_comes_as_a_page_and_as_a_part(visitor, step):
    page, part = visitor.get(f"/register/{step}"), visitor.get(f"/register/{step}", headers=PART)

    assert "<html" in page.text
    assert part.text.lstrip().startswith('<main class="ask" id="step"')
    assert "HX-Request" in part.headers["Vary"]


def test_each_answer_leads_to_the_next_question(visitor):
    answers = [
        visitor.post("/register/name", data={"name": "林晓禾"}),
        visitor.post("/register/phone", data={"phone": "13800001234"}),
        visitor.post("/register/hometown", data={"hometown": "360000"}),
        visitor.post("/register/hometown", data={"hometown": "360900"}),
    ]

    assert [answer.location for answer in answers] == [
        "/register/phone", "/register/hometown", "/register/hometown", "/register/review",
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {303}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "请输入您的姓名"),
        ("林1", "不要数字和符号"),
        ("<script>", "不要数字和符号"),
        ("=1+1", "不要数字和符号"),
        ("林" * 101, "超过了 100 个字"),
        ("林\x00晓", "不要数字和符号"),
        ("🙂", "不要数字和符号"),
        ("林\u202e晓", "不要数字和符号"),
    ],
)
def test_a_name_that_is_none_is_refused_beside_the_question(visitor, name, words):
    answer = visitor.post("/register/name", data={"name": name})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert draft().name == ""


def test_a_refused_answer_is_kept_in_the_field(visitor):
    assert 'value="林1"' in visitor.post("/register/name", data={"name": "林1"}).text


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("", "没有手机 / 跳过"),
        ("138000012", "还差 2 位"),
        ("138000012345", "超过了 11 位"),
        ("23800001234", "13 到 19"),
        ("1380000abcd", "只输入数字"),
    ],
)
def test_a_phone_that_is_none_is_refused_beside_the_question(visitor, phone, words):
    answer = visitor.post("/register/phone", data={"phone": phone})

    assert answer.status_code == 422
    assert words in answer.text
    assert draft().phone is None


def test_the_phone_may_be_skipped_whatever_was_typed(visitor):
    visitor.post("/register/phone", data={"phone": "138", "skip": "yes"})

    assert draft().phone == ""


@pytest.mark.parametrize("code", ["999999", "江西", "' OR 1=1"])
def test_a_hometown_that_is_no_place_is_refused(visitor, code):
    answer = visitor.post("/register/hometown", data={"hometown": code})

    assert answer.status_code == 422
    assert draft().hometown == ""


@pytest.mark.parametrize("code", ["other", "unknown", "110000"])
def test_elsewhere_unknown_and_a_city_state_are_answers(visitor, code):
    visitor.post("/register/hometown", data={"hometown": code})

    assert draft().hometown == code


def test_at_most_nine_places_stand_on_a_page(visitor):
    pages = [visitor.get(f"/register/hometown?page={page}").text for page in (1, 2, 99, "x")]

    assert all(len(re.findall(r'value="\d{6}"', page)) <= 9 for page in pages)


def test_one_can_go_back_to_all_provinces(visitor):
    visitor.post("/register/hometown", data={"hometown": "360000"})

    visitor.post("/register/hometown", data={"hometown": ""})

    assert "河南" in visitor.get("/register/hometown").text


def test_the_review_needs_all_answers(visitor):
    assert visitor.get("/register/review").location == "/register/name"
    assert visitor.post("/register/review").location == "/register/review"
    assert count(Member) == 0


def test_the_review_shows_every_answer_with_its_own_change_and_the_phone_masked(answered):
    page = answered.get("/register/review").text

    assert all(words in page for words in ("林晓禾", "138****1234", "江西宜春"))
    assert all(f'href="/register/{step}"' in page for step in ("name", "phone", "hometown"))
    assert "13800001234" not in page


def test_changing_one_answer_keeps_the_others(answered):
    answer = answered.post("/register/name", data={"name": "林小禾"})

    assert answer.location == "/register/review"
    assert (draft().name, draft().phone) == ("林小禾", "13800001234")


def test_confirming_registers_and_shows_number_and_code(answered):
    answer = answered.post("/register/review")

    member = db.session.scalar(select(Member))
    page = answered.get(answer.location).text
    assert answer.location == "/register/done"
    assert member.number in page
    assert "<svg" in page
    assert "请到服务台取卡" in page


def test_the_end_comes_as_a_part_too(answered):
    answered.post("/register/review")

    part = answered.get("/register/done", headers=PART).text

    assert part.lstrip().startswith('<div class="done" id="step"')


def test_who_was_not_asked_about_the_party_reads_the_neutral_words_at_the_end(answered):
    answered.post("/register/review")

    page = answered.get("/register/done").text

    assert "登记成功" in page
    assert "报到" not in page


def test_who_agreed_to_the_party_reads_its_words_at_the_end(answered):
    answered.post("/register/review")
    member = db.session.scalar(select(Member))
    members.agree(member, ConsentKind.PARTY, text_version="2026-11", at=clock.now())
    db.session.commit()

    assert "报到成功" in answered.get("/register/done").text


def test_confirming_twice_shows_the_first_result(answered):
    first = answered.post("/register/review").location

    assert answered.post("/register/review").location == first
    assert count(Member) == 1


def test_after_registering_the_questions_lead_to_the_end(answered):
    answered.post("/register/review")

    for step in ("name", "phone", "hometown", "review"):
        assert answered.get(f"/register/{step}").location == "/register/done"


def test_there_is_no_end_before_confirming(answered):
    assert answered.get("/register/done").location == "/register/review"


def test_a_browser_of_ones_own_registers_by_phone(answered):
    answered.post("/register/review")

    assert db.session.scalar(select(Member)).channel == Channel.PHONE_WEB


def test_a_double_is_not_told_of(answered, centre):
    make.member("林晓禾", centre=centre, phone="13800001234", hometown="360900")

    answered.post("/register/review")

    assert count(Member) == 2
    assert "请到服务台取卡" in answered.get("/register/done").text


def test_ending_forgets_everything(answered):
    answer = answered.post("/visits/end")

    assert (answer.status_code, answer.location) == (303, "/")
    assert count(Draft) == 0
    assert not answered.get_cookie("doorstep_visit")


def test_ending_leaves_the_desk_in_the_same_browser_its_form(app, desk):
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search('name="csrf_token" value="([^"]+)"', desk.get("/desk/members/new").text)[1]

    ended = desk.post("/visits/end", data={"csrf_token": token})
    saved = desk.post("/desk/members", data={"csrf_token": token})

    assert ended.status_code == 303
    assert saved.status_code != 400


def test_ending_twice_or_without_a_visit_is_harmless(client):
    assert [client.post("/visits/end").status_code for _ in range(2)] == [303, 303]


def test_an_old_token_after_the_end_is_told_kindly(answered):
    old = answered.get_cookie("doorstep_visit").value
    answered.post("/visits/end")

    answered.set_cookie("doorstep_visit", old)

    for step in ("name", "review", "done"):
        answer = answered.get(f"/register/{step}")
        assert answer.status_code == 410
        assert "这次使用已经结束" in answer.text
        assert "林晓禾" not in answer.text


def test_a_visit_left_alone_is_over(answered, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=15))

    assert answered.get("/register/review").status_code == 410
    assert answered.post("/register/review").status_code == 410


def test_answering_keeps_a_visit_alive(visitor, now, monkeypatch):
    for minutes in (10, 20):
        monkeypatch.setattr(clock, "now", lambda at=now + timedelta(minutes=minutes): at)
        assert visitor.post("/register/name", data={"name": "林晓禾"}).status_code == 303


def test_a_visit_whose_cookie_is_nonsense_is_over(client):
    client.set_cookie("doorstep_visit", "nonsense")

    assert client.get("/register/name").status_code == 410


def test_private_pages_carry_the_way_to_end(answered):
    for step in ("name", "phone", "hometown", "review"):
        assert "结束并清空" in answered.get(f"/register/{step}").text


def test_no_page_of_a_visit_is_kept_by_the_browser(answered):
    for address in ("/", "/register/name", "/register/review"):
        assert answered.get(address).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "attribute"),
    [
        ({"text": "large"}, 'data-text="large"'),
        ({"text": "xl"}, 'data-text="xl"'),
        ({"contrast": "more"}, 'data-contrast="more"'),
        ({"language": "en"}, 'lang="en"'),
    ],
)
def test_help_with_reading_lasts_until_the_end(client, data, attribute):
    client.post("/visits/comfort", data=data)
    helped = client.get("/").text
    client.post("/visits/end")

    assert attribute in helped.partition("<head>")[0]
    assert attribute not in client.get("/").text.partition("<head>")[0]


def test_help_with_reading_can_be_put_back(client):
    client.post("/visits/comfort", data={"text": "xl"})

    client.post("/visits/comfort", data={"text": ""})

    assert "data-text" not in client.get("/").text


@pytest.mark.parametrize("data", [{"text": "huge"}, {"contrast": "<b>"}, {"language": "fr"}, {}])
def test_help_with_reading_that_does_not_exist_changes_nothing(client, data):
    answer = client.post("/visits/comfort", data=data)

    assert answer.location == "/"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/events/coming?page=2", "/events/coming?page=2"),
        ("http://localhost/register/name", "/register/name"),
        ("http://localhost/events?page=2&name=%E9%99%88%E6%A2%85", "/events"),
        ("http://localhost/events?name=%E9%99%88%E6%A2%85", "/events"),
        ("http://localhost//evil.example/x", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_one_returns_to_the_page_one_was_on_and_never_elsewhere(client, referrer, back):
    answer = client.post("/visits/comfort", data={"text": "xl"}, headers={"Referer": referrer})

    assert answer.location == back


def test_calling_staff_makes_a_call_and_says_so(client):
    answer = client.post("/calls")

    assert answer.location == "/calls"
    assert "已经叫了工作人员" in client.get("/calls").text
    assert count(Call) == 1


def test_a_demo_offers_an_unpaired_browser_to_play_kiosk(client, demo):
    assert 'action="/demo/kiosk"' in client.get("/").text


def test_every_page_of_a_demo_says_that_it_is_fictional(client, demo):
    for address in (
        "/",
        "/events",
        "/find",
        "/me",
        "/calls",
        "/door",
        "/pair",
        "/register/consent",
    ):
        assert "虚构" in client.get(address).text, address


def test_outside_a_demo_nobody_plays_kiosk(client):
    assert "/demo/kiosk" not in client.get("/").text
    assert "虚构" not in client.get("/").text


def test_the_consent_is_short_and_promises_only_what_is_done(client, centre):
    chinese = client.get("/register/consent").text
    client.set_cookie("doorstep_language", "en")
    english = client.get("/register/consent").text

    asked = re.search(r'notice-text">\s*<p>(.*?)</p>', chinese, re.DOTALL)[1]
    assert asked.startswith(centre.name)
    assert len(asked) <= 120
    assert "删除" not in chinese
    assert "delete" not in english
