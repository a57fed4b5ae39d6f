"""Events at the desk: who came, the list as a file, a check-in taken back."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from kiosk.domain import amendments
from kiosk.extensions import db
from kiosk.models import Amendment, Attendance, AuditEntry, Event, Role, SignUpRule
from kiosk.web import zone
from tests import make

NEW = {
    "title": "暖冬包汤圆", "title_en": "Dumplings", "place": "二楼", "starts": "2026-11-23T19:00",
    "ends": "2026-11-23T21:00", "places": "40", "sign_up": "optional",
}  # fmt: skip
TAKE = {"kind": "csv", "purpose": "attendance"}


@pytest.fixture
def there(app):
    """An event of a centre that is not 李姐's."""
    return make.session(make.centre("BA002", "沙井"), title="沙井夜课堂")


@pytest.fixture
def came(now, tonight):
    def come(member, session=tonight):
        amendments.by_hand(session, member, by="test", at=now, zone=zone())
        db.session.commit()

    return come


def table(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_today_coming_and_past_are_lists_of_their_own(desk, centre, tonight):
    make.session(centre, title="明天的课", opens=timedelta(days=1))
    make.session(centre, title="昨天的课", opens=-timedelta(days=1))

    pages = {
        span: desk.get(f"/desk/events?span={span}").text for span in ("today", "coming", "past")
    }

    assert "暖冬包汤圆" in pages["today"]
    assert "明天的课" in pages["coming"]
    assert "昨天的课" in pages["past"]
    assert all("暖冬包汤圆" not in pages[span] for span in ("coming", "past"))


def test_an_unknown_span_shows_today(desk, tonight):
    assert "暖冬包汤圆" in desk.get("/desk/events?span=ever").text


def test_a_desk_lists_its_own_centre_and_an_admin_all(desk, app, there):
    boss = make.log_in(app.test_client(), make.staff("boss", Role.ADMIN))

    assert "沙井夜课堂" not in desk.get("/desk/events").text
    assert "沙井夜课堂" in boss.get("/desk/events").text


def test_the_page_shows_who_came_with_masked_phones(desk, centre, tonight, came):
    came(make.member("陈梅", centre=centre, phone="13800002046"))

    page = desk.get(f"/desk/events/{tonight.id}")

    assert "到场 1 人" in page.text
    assert "138****2046" in page.text
    assert "13800002046" not in page.text


def test_an_auditor_sees_numbers_and_no_names(client, mei, tonight, came):
    came(mei)
    make.log_in(client, make.staff("auditor", Role.AUDITOR))

    page = client.get(f"/desk/events/{tonight.id}")

    assert "到场 1 人" in page.text
    assert "陈梅" not in page.text


def test_another_centres_event_shows_no_strangers(desk, there, came):
    came(make.member("王强", centre=there.event.centre), there)

    page = desk.get(f"/desk/events/{there.id}")

    assert "王强" not in page.text
    assert desk.post(f"/desk/events/{there.id}/exports", data=TAKE).status_code == 404


def test_the_list_as_csv_names_exactly_who_came(desk, centre, mei, tonight, came):
    came(mei)
    came(make.member("艾山·吐尔逊", centre=centre, phone="13800002046"))
    make.member("没来", centre=centre)

    answer = desk.post(f"/desk/events/{tonight.id}/exports", data=TAKE)

    heading, *rows = table(answer)
    assert heading[:4] == ["时间", "会员号", "姓名", "手机"]
    assert {(row[2], row[3]) for row in rows} == {("陈梅", ""), ("艾山·吐尔逊", "138****2046")}
    assert answer.headers["Content-Disposition"].endswith('.csv"')


def test_the_list_as_a_workbook_holds_the_same(desk, mei, tonight, came):
    came(mei)

    answer = desk.post(f"/desk/events/{tonight.id}/exports", data=TAKE | {"kind": "xlsx"})

    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[1][1:3] == (mei.number, "陈梅")


def test_each_export_is_noted_with_its_rows_and_purpose(desk, li, mei, tonight, came):
    came(mei)

    desk.post(f"/desk/events/{tonight.id}/exports", data=TAKE)

    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "events.exported"))
    assert (entry.actor, entry.detail) == (f"staff:{li.id}", "1 rows, csv, attendance")


@pytest.mark.parametrize("changed", [{"purpose": "fun"}, {"kind": "exe"}, {"purpose": ""}])
def test_a_list_needs_a_purpose_and_a_known_form(desk, tonight, changed):
    answer = desk.post(f"/desk/events/{tonight.id}/exports", data=TAKE | changed)

    assert answer.status_code == 422
    assert (
        db.session.scalar(select(AuditEntry).where(AuditEntry.action == "events.exported")) is None
    )


def test_a_wrong_check_in_is_taken_back_with_a_reason(desk, mei, tonight, came):
    came(mei)
    came(mei)

    address = f"/desk/events/{tonight.id}/attendances/{mei.id}/withdrawal"
    for _ in range(2):
        desk.post(address, data={"reason": "not_here"})

    assert db.session.scalars(select(Attendance)).all() == []
    assert {a.reason for a in db.session.scalars(select(Amendment))} == {"not_here"}


def test_a_check_in_is_not_taken_back_without_a_reason(desk, mei, tonight, came):
    came(mei)

    answer = desk.post(f"/desk/events/{tonight.id}/attendances/{mei.id}/withdrawal")

    assert answer.status_code == 422
    assert db.session.scalar(select(Attendance))


def test_a_stranger_cannot_be_taken_back(desk, there, tonight):
    wang = make.member("王强", centre=there.event.centre)

    answer = desk.post(
        f"/desk/events/{tonight.id}/attendances/{wang.id}/withdrawal", data={"reason": "not_here"}
    )

    assert answer.status_code == 404


def test_an_event_is_added_in_local_time(desk, li, centre):
    answer = desk.post("/desk/events", data=NEW)

    event = db.session.scalar(select(Event))
    [session] = event.sessions
    assert answer.location == f"/desk/events/{session.id}"
    assert (event.title, event.centre_id, event.sign_up) == (
        "暖冬包汤圆", centre.id, SignUpRule.OPTIONAL
    )  # fmt: skip
    assert session.starts_at.isoformat() == "2026-11-23T11:00:00+00:00"
    assert session.places == 40


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "请填写名称。"),
        ({"title": "x" * 101}, "太长了，请缩短。"),
        ({"title": "夜\x00课"}, "只能用文字"),
        ({"starts": "soon"}, 'aria-invalid="true"'),
        ({"ends": "2026-11-23T19:00"}, "结束时间要晚于开始时间。"),
        ({"places": "0"}, "请填写 1 以上的数字。"),
        ({"places": "many"}, 'aria-invalid="true"'),
        ({"sign_up": "maybe"}, "请在选项中选一个。"),
    ],
)
def test_an_event_that_cannot_be_is_explained(desk, changed, words):
    page = desk.post("/desk/events", data=NEW | changed)

    assert page.status_code == 422
    assert words in page.text
    assert db.session.scalars(select(Event)).all() == []


def test_the_list_names_the_event_in_the_readers_language(desk, tonight, mei, came):
    came(mei)
    desk.set_cookie("doorstep_language", "en")

    [heading, row] = table(desk.post(f"/desk/events/{tonight.id}/exports", data=TAKE))

    assert (heading[-1], row[-1]) == ("Event", "Night class")
