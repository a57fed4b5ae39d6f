"""Rosters: what clerks have goes in, row by row; what cannot be read says why."""

import datetime
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import names, rosters, spreadsheets
from kiosk.domain.rosters import Column, Problem, Reason, RosterRow, Trouble, Unreadable
from tests import rosters_files as files


def why_not(path: Path) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        rosters.read(path)
    return refused.value


def people(path: Path) -> list[tuple[str, str, str, str]]:
    return [(row.name, row.phone, row.hometown, row.branch) for row in rosters.read(path).rows]


def test_a_workbook_is_read_with_every_column_and_row(tmp_path):
    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx"))

    assert roster.columns == (Column.NAME, Column.PHONE, Column.HOMETOWN, Column.BRANCH)
    assert roster.rows[0] == RosterRow(2, *files.PEOPLE[0])
    assert [row.number for row in roster.rows] == [2, 3, 4]
    assert (roster.sheet, roster.ignored, roster.other_sheets) == ("名单", (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_each_encoding_and_with_each_delimiter(tmp_path, encoding, delimiter):
    path = files.csv_file(tmp_path / "roster.csv", encoding=encoding, delimiter=delimiter)

    assert people(path) == list(files.PEOPLE)


def test_a_comma_inside_the_cells_of_another_delimiter_does_not_part_them(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("姓名;家乡\n陈梅;江西,赣州,章贡\n王强;河南,信阳,浉河\n", "utf-8")

    assert people(path) == [("陈梅", "", "江西,赣州,章贡", ""), ("王强", "", "河南,信阳,浉河", "")]


@pytest.mark.parametrize("text", ["姓名,手机\n张三,李四", "姓名\n龚䶮", "姓名\n刘㛃\n陈𬱖\n"])
def test_a_short_file_in_a_chinese_encoding_is_not_mistaken(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode("gb18030"))

    assert [row.name for row in rosters.read(path).rows] == [
        line.split(",")[0] for line in text.split()[1:]
    ]


def test_an_old_workbook_is_read(tmp_path):
    roster = rosters.read(files.xls(tmp_path / "roster.xls"))

    assert roster.rows == (
        RosterRow(3, "陈梅", "15400000001"),
        RosterRow(5, "王强", "15400000002"),
    )


def test_an_open_document_is_read(tmp_path):
    roster = rosters.read(files.ods(tmp_path / "roster.ods"))

    assert roster.rows == (
        RosterRow(3, "陈梅", "15400000001"),
        RosterRow(5, "王强", "15400000002"),
    )


@pytest.mark.parametrize(
    ("name", "phone"),
    [
        ("姓名", "手机"),
        ("名字", "手机号码"),
        ("会员姓名", "电话"),
        ("党员姓名", "联系电话"),
        ("姓 名", "手 机"),
        ("姓名：", "手机号:"),
        ("*姓名", "手机号*"),
        ("姓名(必填)", "手机号（必填）"),
        ("【必填】姓名", "手机号码\n(11位)"),
        ("【姓名】", "「手机」"),
        ("1.姓名", "2、手机"),
        ("姓名/Name", "手机 Phone"),
        ("ＮＡＭＥ", "Ｐｈｏｎｅ"),
        ("Name", "Mobile"),
        ("full_name", "Phone number"),
    ],
)
def test_headings_are_known_in_the_forms_clerks_write(tmp_path, name, phone):
    rows = [("序号", phone, "备注", name), (1, "15400000001", "无", "陈梅")]

    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows))

    assert roster.rows == (RosterRow(2, "陈梅", "15400000001"),)
    assert roster.ignored == ("序号", "备注")


def test_the_better_of_two_headings_for_one_column_is_taken(tmp_path):
    rows = [("姓名", "联系电话", "手机", "紧急联系电话"), ("陈梅", "0755-1", "15400000001", "2")]

    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows))

    assert roster.rows[0].phone == "15400000001"
    assert roster.ignored == ("联系电话", "紧急联系电话")


def test_titles_above_the_headings_are_passed_over_and_lines_stay_true(tmp_path):
    rows = [("2026年流动党员花名册",), (), ("填表人：", "李姐"), files.HEADINGS, (), *files.PEOPLE]

    for path in [
        files.xlsx(tmp_path / "roster.xlsx", rows),
        files.csv_file(tmp_path / "roster.csv", rows),
    ]:
        assert [row.number for row in rosters.read(path).rows] == [6, 7, 8]


def test_headings_after_the_tenth_row_are_not_looked_for(tmp_path):
    rows = [("说明",)] * 9 + [files.HEADINGS, files.PEOPLE[0]]
    later = [("说明",)] * 10 + [files.HEADINGS, files.PEOPLE[0]]

    assert len(people(files.xlsx(tmp_path / "tenth.xlsx", rows))) == 1
    assert why_not(files.xlsx(tmp_path / "later.xlsx", later)).reason == Reason.NO_HEADINGS


def test_rows_without_a_person_are_skipped(tmp_path):
    rows = [
        ("序号", "姓名", "手机"),
        (1, "陈梅", "15400000001"),
        (2, None, "  "),
        (None, None, None),
        ("序号", "姓名", "手机"),
        (3, "王强", "15400000002"),
    ]

    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows))

    assert [(row.number, row.name) for row in roster.rows] == [(2, "陈梅"), (6, "王强")]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (15400000001, "15400000001"),
        (15400000001.0, "15400000001"),
        ("15400000001.0", "15400000001"),
        ("'15400000001", "15400000001"),
        ("１５４００００００01", "１５４００００００01"),
        (" 154 0000 0001 ", "154 0000 0001"),
        ("154.0000.0001", "154.0000.0001"),
        (15400000001.5, "15400000001.5"),
    ],
)
def test_a_phone_is_passed_on_without_what_the_program_added(tmp_path, cell, phone):
    rows = [("姓名", "手机"), ("陈梅", cell)]

    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows))

    assert roster.rows == (RosterRow(2, "陈梅", phone),)


def test_a_phone_kept_as_text_by_a_formula_in_csv_is_exact(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text('姓名,手机\n陈梅,="15400000001"\n王强,\t15400000002\n', "utf-8")

    assert [row.phone for row in rosters.read(path).rows] == ["15400000001", "15400000002"]


@pytest.mark.parametrize("cell", ["1.38E+10", "1.38e10", "１.３８Ｅ＋１０", 3.6220119900101e17])
def test_a_rounded_phone_is_a_problem_of_its_row_alone(tmp_path, cell):
    rows = [("姓名", "手机"), ("陈梅", cell), ("王强", 15400000002)]

    first, second = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows)).rows

    assert first.problems == (Problem(Column.PHONE, Trouble.DIGITS_LOST),)
    assert second.problems == ()


@pytest.mark.parametrize("cell", [123, 1.5, True, datetime.date(2026, 3, 1), "2026", "１２３"])
def test_a_number_where_a_name_should_stand_is_a_problem(tmp_path, cell):
    rows = [("姓名", "手机"), (cell, "15400000001")]

    (row,) = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows)).rows

    assert row.problems == (Problem(Column.NAME, Trouble.NOT_TEXT),)


def test_a_hometown_code_stays_a_code(tmp_path):
    rows = [("姓名", "家乡代码"), ("陈梅", 360700)]

    assert rosters.read(files.xlsx(tmp_path / "r.xlsx", rows)).rows[0].hometown == "360700"


def test_a_name_with_a_nul_or_an_endless_cell_reaches_the_rule_that_refuses_it(tmp_path):
    rows = [("姓名",), ("王_x0000_伟",), ("李" * 5000,), ("陈梅",)]

    roster = rosters.read(files.xlsx(tmp_path / "roster.xlsx", rows))

    assert roster.rows[0].name == "王\0伟"
    for row in roster.rows[:2]:
        with pytest.raises(names.Refused):
            names.clean(row.name)
    assert roster.rows[2].name == "陈梅"


def test_every_edge_name_survives_the_way_through_a_file(tmp_path):
    edge = Path(names.__file__).parents[1] / "demo/names/edge_names.csv"
    typed = [line.split(",")[0] for line in edge.read_text("utf-8").splitlines()[1:]]
    rows = [("姓名",), *((name,) for name in typed)]

    for path in [
        files.xlsx(tmp_path / "roster.xlsx", rows),
        files.csv_file(tmp_path / "roster.csv", rows, encoding="gb18030"),
    ]:
        assert [row.name for row in rosters.read(path).rows] == [name.strip() for name in typed]


def test_the_first_visible_sheet_with_headings_is_read_and_the_others_are_named(tmp_path):
    also = {"隐藏": files.ROSTER, "第一支部": files.ROSTER[:2], "第二支部": files.ROSTER, "空": []}

    path = files.xlsx(tmp_path / "roster.xlsx", [("填表说明",)], also=also)
    roster = rosters.read(path)

    assert (roster.sheet, len(roster.rows)) == ("第一支部", 1)
    assert roster.other_sheets == ("第二支部",)


def test_the_content_decides_and_not_the_name_of_the_file(tmp_path):
    assert people(files.xlsx(tmp_path / "upload.xlsx").rename(tmp_path / "upload.csv"))
    assert people(files.xls(tmp_path / "roster.xlsx"))


def test_a_text_file_called_workbook_is_recognised_as_such(tmp_path):
    path = files.text_called_xlsx(tmp_path / "roster.xlsx")

    assert why_not(path).reason == Reason.TEXT_CALLED_WORKBOOK


@pytest.mark.parametrize(
    "content",
    [
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff\xfe\x81",
        b"PK\x03\x04 and no more",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        b"%PDF-1.7",
    ],
)
def test_what_is_no_workbook_says_so(tmp_path, content):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(content)

    assert why_not(path).reason == Reason.NOT_A_WORKBOOK


def test_another_archive_is_no_workbook(tmp_path):
    path = tmp_path / "roster.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")

    assert why_not(path).reason == Reason.NOT_A_WORKBOOK


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = files.zip_bomb(tmp_path / "roster.xlsx")
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    assert path.stat().st_size < 1_000_000
    assert why_not(path).reason == Reason.BOMB


def test_many_parts_that_are_large_together_are_a_bomb_too(tmp_path):
    path = files.xlsx(tmp_path / "roster.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        for part in range(120):
            packed.writestr(f"xl/media/{part}.bin", bytes(999_999))

    assert why_not(path).reason == Reason.BOMB


@pytest.mark.slow
def test_a_text_that_is_repeated_without_end_is_a_bomb_too(tmp_path):
    rows = [("姓名",), *[("李" * 500,) * 61] * 1000]

    assert why_not(files.xlsx(tmp_path / "roster.xlsx", rows)).reason == Reason.BOMB


def test_a_stray_cell_in_the_last_corner_does_not_bring_the_server_down(tmp_path):
    assert why_not(files.stray_cell(tmp_path / "roster.xlsx")).reason == Reason.BOMB


def test_a_stray_cell_far_below_is_one_more_row(tmp_path):
    roster = rosters.read(files.stray_cell(tmp_path / "roster.xlsx", at="A1000000"))

    assert roster.rows[-1] == RosterRow(1_000_000, "x")


@pytest.mark.parametrize("make", [files.protected_xlsx, lambda p: files.xls(p, password=True)])
def test_a_workbook_with_a_password_is_refused(tmp_path, make):
    assert why_not(make(tmp_path / "roster.xlsx")).reason == Reason.PROTECTED


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], Reason.EMPTY),
        ([files.HEADINGS], Reason.EMPTY),
        ([("", " "), ()], Reason.EMPTY),
        ([("手机", "家乡"), ("15400000001", "赣州")], Reason.NO_HEADINGS),
        (files.PEOPLE, Reason.NO_HEADINGS),
    ],
)
def test_a_file_without_people_or_headings_is_refused(tmp_path, rows, reason):
    assert why_not(files.xlsx(tmp_path / "roster.xlsx", rows)).reason == reason
    assert why_not(files.csv_file(tmp_path / "roster.csv", rows)).reason == reason


def test_a_file_is_refused_by_its_size_before_it_is_read(tmp_path):
    path = tmp_path / "roster.csv"
    with path.open("wb") as file:
        file.truncate(spreadsheets.LARGEST_FILE + 1)

    assert why_not(path).reason == Reason.TOO_LARGE


@pytest.mark.slow
def test_fifty_thousand_people_are_read_and_one_more_is_too_many(tmp_path):
    rows = [("姓名",), *[("陈梅",)] * 50_000]

    assert len(rosters.read(files.csv_file(tmp_path / "all.csv", rows)).rows) == 50_000
    more = files.csv_file(tmp_path / "more.csv", [*rows, ("王强",)])
    assert why_not(more).reason == Reason.TOO_MANY_ROWS


@pytest.mark.slow
@pytest.mark.parametrize("people", [50_001, 60_000])
def test_too_many_people_in_a_workbook_are_refused(tmp_path, people):
    path = files.long_xlsx(tmp_path / "roster.xlsx", people)

    assert why_not(path).reason == Reason.TOO_MANY_ROWS


def test_seven_thousand_people_in_a_workbook_are_read(tmp_path):
    rows = rosters.read(files.long_xlsx(tmp_path / "roster.xlsx", 7_000)).rows

    assert rows[-1] == RosterRow(7_001, "陈梅")


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf\xff\xff", "姓名\n陈梅".encode("utf-16-le"), b"a\xff\xff\xff", b"\0" * 99],
)
def test_bytes_that_are_no_text_are_refused(tmp_path, content):
    path = tmp_path / "roster.csv"
    path.write_bytes(content)

    assert why_not(path).reason == Reason.ENCODING


def test_an_open_quote_that_would_swallow_rows_names_its_line(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text('姓名,手机\n陈梅,1\n"王强,2\n"李明",3\n', "utf-8")

    refused = why_not(path)

    assert refused.reason == Reason.QUOTES
    assert refused.line == 4


def test_a_line_break_inside_a_cell_does_not_shift_the_rows(tmp_path):
    rows = [("姓名", "备注"), ("陈梅", "一\n二"), ("王强", "")]

    assert [r.number for r in rosters.read(files.csv_file(tmp_path / "r.csv", rows)).rows] == [2, 3]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(st.sampled_from('姓名手机,;\t"\n王伟1\0')).map(str.encode))
def test_any_bytes_called_csv_are_read_or_refused(tmp_path, content):
    path = tmp_path / "roster.csv"
    path.write_bytes(content)

    try:
        rows = rosters.read(path).rows
    except Unreadable:
        rows = (RosterRow(2),)

    assert all(row.number > 1 for row in rows)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(4, 4000), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_is_read_or_refused(tmp_path, damage):
    path = files.xlsx(tmp_path / "roster.xlsx")
    content = bytearray(path.read_bytes())
    for at, byte in damage:
        content[at] = byte
    path.write_bytes(content)

    try:
        rows = rosters.read(path).rows
    except Unreadable:
        rows = (RosterRow(2),)

    assert all(row.number > 1 for row in rows)
