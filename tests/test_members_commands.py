"""`kiosk members import` and `export`, as somebody at a console meets them."""

import csv
import io
import os
import pty
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from kiosk.columns import Base
from kiosk.domain import members
from kiosk.extensions import db
from kiosk.models import AuditEntry, ConsentKind, Member
from tests import make, rosters_files
from tests.rosters_files import csv_file

HEADINGS = ("姓名", "手机", "家乡")
GOOD = [("陈梅", "15400000001", "江西赣州"), ("王强", "15400000002", "河南信阳")]
BAD = ("王1", "154", "湖南")


@pytest.fixture
def kiosk(app):
    def run(*args):
        db.session.commit()
        return app.test_cli_runner().invoke(args=[str(arg) for arg in ("members", *args)])

    return run


@pytest.fixture
def roster(tmp_path):
    """A file with two good rows, and more."""

    def written(*more, headings=HEADINGS):
        return csv_file(tmp_path / "roster.csv", [headings, *GOOD, *more])

    return written


def how_many(table=Member):
    return db.session.scalar(select(func.count()).select_from(table))


def audited():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_roster_comes_in(kiosk, roster, centre):
    run = kiosk("import", roster(), "--consented")

    assert run.exit_code == 0, run.output
    assert "2 rows, for 航城街道党群服务中心 (BA001)." in run.stdout
    assert "2 made, 0 made and doubtful, 0 there before, 0 refused." in run.stdout
    assert [member.name for member in db.session.scalars(select(Member))] == ["陈梅", "王强"]


def test_bad_rows_are_named_by_number_and_reason_and_the_others_are_in(kiosk, roster, centre):
    run = kiosk("import", roster(BAD, ("陈眉", "15400000001", "")), "--consented")

    assert run.exit_code == 1
    assert (
        "Row 4: refused: the name has characters that no name has;"
        " the phone has fewer than 11 digits." in run.stdout
    )
    assert "Row 5: doubtful: somebody with the same phone is there already." in run.stdout
    assert "Error: 1 of 4 rows were refused; the others are in." in run.stderr
    assert how_many() == 3


def test_no_name_and_no_phone_is_shown(kiosk, roster, centre):
    run = kiosk("import", roster(BAD, ("陈眉", "15400000001", "火星")), "--consented")

    assert not any(text in run.output for text in ("陈梅", "陈眉", "王", "154", "火星"))


def test_what_was_left_out_of_a_row_is_said(kiosk, tmp_path, centre):
    path = csv_file(tmp_path / "r.csv", [("姓名", "家乡", "支部")] + [("陈梅", "火星", "零")] * 12)

    run = kiosk("import", path)

    rows = "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more."
    assert f"The hometown is no province or city that is known, and is left out: {rows}" in (
        run.stdout
    )
    assert f"The branch is not known, and is left out: {rows}" in run.stdout


def test_a_column_that_is_not_read_is_said_without_steering_the_terminal(kiosk, tmp_path, centre):
    path = csv_file(tmp_path / "r.csv", [("姓名", "备\x1b[2J注"), ("陈梅", "")])

    run = kiosk("import", path)

    assert "Columns that are not read: 备?[2J注." in run.stdout


def test_a_sheet_that_is_not_read_is_said(kiosk, tmp_path, centre):
    path = rosters_files.xlsx(tmp_path / "r.xlsx", also={"第二批": rosters_files.ROSTER})

    run = kiosk("import", path)

    assert "3 rows on the sheet 名单, for" in run.stdout
    assert "Sheets that are not read, though they have headings: 第二批." in run.stdout


def test_the_same_file_again_adds_nobody(kiosk, roster, centre):
    kiosk("import", roster(), "--consented")

    run = kiosk("import", roster(), "--consented")

    assert "0 made, 0 made and doubtful, 2 there before, 0 refused." in run.stdout
    assert how_many() == 2


def test_a_dry_run_changes_nothing(kiosk, roster, centre):
    path = roster(BAD)
    before = [how_many(table) for table in Base.metadata.sorted_tables]

    run = kiosk("import", path, "--dry-run")

    assert [how_many(table) for table in Base.metadata.sorted_tables] == before
    assert "2 made" in run.stdout
    assert "This was a dry run: nothing was changed." in run.stdout
    assert (run.exit_code, "the others would come in" in run.stderr) == (1, True)


def test_the_first_centre_is_meant_unless_another_is_named(kiosk, roster, centre):
    make.centre("BA002", "沙井街道党群服务中心")

    run = kiosk("import", roster(), "--consented", "--centre", "BA002")

    assert "for 沙井街道党群服务中心 (BA002)." in run.stdout
    assert {m.centre.code for m in db.session.scalars(select(Member))} == {"BA002"}


def test_an_unknown_centre_is_refused(kiosk, roster, centre):
    run = kiosk("import", roster(), "--centre", "BA999")

    assert (run.exit_code, how_many()) == (1, 0)
    assert run.stderr == "Error: There is no centre with the code BA999.\n"


def test_without_any_centre_nobody_can_come_in(kiosk, roster):
    run = kiosk("import", roster(), "--consented")

    assert run.exit_code == 1
    assert "There is no centre yet" in run.stderr


def test_a_file_that_does_not_say_who_agreed_is_taken_at_its_bringers_word(kiosk, roster, centre):
    run = kiosk("import", roster())

    [mei, _] = db.session.scalars(select(Member).order_by(Member.id))
    assert "The file has no column 同意. Everybody on it counts as having agreed on paper." in (
        run.stderr
    )
    assert [c.text_version for c in members.consents(mei)] == ["roster"]


def test_who_says_it_with_an_option_is_not_told_again(kiosk, roster, centre):
    assert kiosk("import", roster(), "--consented").stderr == ""


def test_a_file_that_says_who_agreed_is_taken_at_its_word(kiosk, tmp_path, centre):
    rows = [("姓名", "同意"), ("陈梅", "是"), ("王强", "否"), ("李静", ""), ("赵敏", "改天")]
    path = csv_file(tmp_path / "r.csv", rows)

    run = kiosk("import", path)

    assert "Row 3: refused: this person did not agree." in run.stdout
    assert "Row 4: refused: it does not say that this person agreed." in run.stdout
    assert "Row 5: refused: whether this person agreed is neither yes nor no." in run.stdout
    assert (run.exit_code, how_many()) == (1, 1)


def test_the_option_speaks_only_for_the_silent(kiosk, tmp_path, centre):
    path = csv_file(tmp_path / "r.csv", [("姓名", "同意"), ("陈梅", ""), ("王强", "否")])

    run = kiosk("import", path, "--consented")

    assert (run.exit_code, how_many()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", "", "There is nobody on it."),
        ("r.csv", "姓名,手机\n", "There is nobody on it."),
        ("r.csv", "甲,乙\n丙,丁\n", "Write 姓名 above the names"),
        ("r.csv", '姓名,手机\n"陈梅,1\n', "Line 2 has a quotation mark that is not closed."),
        ("r.csv", b"\xff\xff\xff\xff", "Save it again as CSV UTF-8 or as .xlsx."),
        ("r.csv", "姓名\n" + "陈梅\n" * 50_001, "Divide it into several files."),
        ("r.csv", "姓名\n" + "陈梅\n" * 1_500_000, "It is larger than 10 MB."),
        ("r.xlsx", "PK\x03\x04 and no more", "save it again as .xlsx or as CSV."),
        ("r.xlsx", rosters_files.text_called_xlsx, "Rename it to .csv."),
        ("r.xlsx", rosters_files.protected_xlsx, "Save a copy without one."),
        ("r.xlsx", rosters_files.zip_bomb, "It unpacks to far more than a roster needs."),
    ],
    ids=range(11),
)
def test_a_file_that_is_of_no_use_gets_a_reason_and_a_next_step(
    kiosk, tmp_path, centre, name, content, words
):
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    run = kiosk("import", path)

    assert run.exit_code == 2, run.output
    assert run.stderr.startswith(f"Error: {path} cannot be read. ")
    assert words in run.stderr
    assert run.stderr.count("\n") == 1
    assert how_many() == 0


def test_a_file_that_is_not_there_is_said_so(kiosk, tmp_path, centre):
    run = kiosk("import", tmp_path / "nothing.csv")

    assert run.exit_code == 2
    assert "does not exist" in run.stderr


@pytest.mark.parametrize(("typed", "expected"), [("y\n", 2), ("n\n", 0)])
def test_on_a_terminal_somebody_is_asked_whether_all_agreed(
    app, roster, centre, tmp_path, typed, expected
):
    """A real terminal: a person reads the question there, and a bar while it works."""
    path = roster()
    code, shown = on_a_terminal(
        [sys.executable, "-m", "kiosk", "members", "import", str(path)],
        typed,
        {
            "KIOSK_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "KIOSK_DATA": str(tmp_path),
        },
    )

    assert "Has everybody on it agreed on paper? [y/N]" in shown
    assert ("100%" in shown) == bool(expected)
    assert (how_many(), code) == (expected, 0 if expected else 1)


def test_without_a_database_there_is_one_clear_line(roster, tmp_path):
    command = [sys.executable, "-m", "kiosk", "members", "import", str(roster())]
    settings = os.environ | {"KIOSK_DATA": str(tmp_path / "new")}

    done = subprocess.run(command, env=settings, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database cannot be used just now. `kiosk db upgrade`")
    assert done.stderr.count("\n") == 1


def on_a_terminal(command, typed, settings):
    """Run a command with a terminal as its input and output, and type into it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        env=os.environ | settings | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
        try:
            while chunk := terminal.read(4096):
                shown += chunk
        except OSError:  # how Linux says that the other end was closed
            pass
    return process.wait(60), shown.decode()


def exported(path):
    if path.suffix.lower() == ".xlsx":
        sheet = load_workbook(io.BytesIO(path.read_bytes())).active
        return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.fixture
def people(centre):
    make.member("陈梅", phone="15400000001", centre=centre)
    make.member("王强", hometown="unknown", centre=centre)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "LIST.XLSX"])
def test_the_list_goes_out(kiosk, people, tmp_path, name):
    run = kiosk("export", tmp_path / name, "--reason", "月度核对")

    assert run.exit_code == 0, run.output
    assert exported(tmp_path / name) == [
        ["会员号", "姓名", "手机", "家乡", "党支部", "状态", "登记日期"],
        ["BA-000001", "陈梅", "15400000001", "江西省宜春市", "", "已报到", "2026-11-22"],
        ["BA-000002", "王强", "", "", "", "已报到", "2026-11-22"],
    ]


def test_csv_is_what_spreadsheets_here_expect(kiosk, people, tmp_path):
    kiosk("export", tmp_path / "list.csv")

    assert (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_audit_says_how_many_rows_went_out_and_what_for(kiosk, people, tmp_path):
    kiosk("export", tmp_path / "list.csv", "--reason", "月度核对")

    entry = audited()
    assert (entry.action, entry.actor) == ("members.exported", "command")
    assert entry.detail == "2 rows, for: 月度核对"


def test_without_a_reason_the_audit_says_that_too(kiosk, people, tmp_path):
    assert kiosk("export", tmp_path / "list.csv").exit_code == 0
    assert audited().detail == "2 rows, for: no reason given"


def test_phones_can_be_masked(kiosk, people, tmp_path):
    kiosk("export", tmp_path / "list.csv", "--masked")

    assert [row[2] for row in exported(tmp_path / "list.csv")] == ["手机", "154****0001", ""]


@pytest.mark.parametrize("begins", list("=+-@＝"))
def test_no_cell_can_be_a_formula_or_hold_a_control_character(kiosk, centre, tmp_path, begins):
    branch = make.branch(f"{begins}1+1\x07\t")
    path = csv_file(tmp_path / "r.csv", [("姓名", "支部"), ("陈梅", "B001")])
    kiosk("import", path, "--consented")

    for name in ("list.csv", "list.xlsx"):
        kiosk("export", tmp_path / name)

    assert branch.name.startswith(begins)
    assert exported(tmp_path / "list.csv")[1][4] == f"'{begins}1+1"
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert sheet["E2"].value == f"{begins}1+1"


def test_only_its_owner_may_read_the_list(kiosk, people, tmp_path):
    kiosk("export", tmp_path / "list.csv")

    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("list.txt", "The list is written as .csv or .xlsx: give FILE that ending."),
        ("missing/list.csv", "cannot be written: No such file or directory."),
    ],
)
def test_a_list_that_cannot_be_written_is_said_so(kiosk, people, tmp_path, path, words):
    run = kiosk("export", tmp_path / path)

    assert run.exit_code == 1
    assert run.stderr.startswith("Error: ")
    assert words in run.stderr
    assert list(tmp_path.glob("**/*list*")) == []


def test_the_party_consent_can_come_with_the_list(kiosk, tmp_path, centre):
    path = csv_file(tmp_path / "r.csv", [("姓名", "单独同意"), ("陈梅", "是"), ("王强", "")])
    kiosk("import", path, "--consented")

    agreed = [
        members.has_agreed(member, ConsentKind.PARTY)
        for member in db.session.scalars(select(Member).order_by(Member.id))
    ]
    assert agreed == [True, False]
