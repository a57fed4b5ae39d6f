"""Rosters that come in, row by row, and the list that goes out."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.columns import Base
from kiosk.domain import audit, cards, entries, exchange, exports, members, regions
from kiosk.domain.entries import Reason
from kiosk.domain.exchange import Line, Note
from kiosk.domain.members import Person
from kiosk.domain.rosters import RosterRow
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    AffiliationKind,
    AuditEntry,
    Channel,
    ConsentKind,
    Doubt,
    DoubtReason,
    ImportRow,
    ImportRun,
    Member,
    MemberState,
    RowOutcome,
)
from tests import make
from tests.conftest import NOW
from tests.rosters_files import csv_file

REAL = sorted((Path(__file__).parent / "data" / "rosters").iterdir())
MADE, SAME, DOUBTFUL, REFUSED = RowOutcome
HEADINGS = ("姓名", "手机", "家乡", "支部")
MEI = ("陈梅", "15400000001", "江西赣州", "第一党支部")
QIANG = ("王强", "15400000002", "河南信阳", "")


@pytest.fixture
def bring(centre, tmp_path):
    """Bring rows in, as a file with headings, and answer with what became of each."""

    def run(*rows, headings=HEADINGS, on_paper=True, dry_run=False, path=None):
        path = path or csv_file(tmp_path / "roster.csv", [headings, *rows])
        lines = []
        for some in exchange.bring_in(
            exchange.read(path), centre=centre, by="test", at=NOW, on_paper=on_paper,
            dry_run=dry_run,
        ):  # fmt: skip
            db.session.commit()
            lines += some
        return lines

    return run


def named(name):
    return list(db.session.scalars(select(Member).where(Member.name == name).order_by(Member.id)))


def outcomes(lines):
    return [line.outcome for line in lines]


def how_many(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_row_becomes_a_member_whom_the_desk_finds(bring, centre):
    assert bring(MEI) == [Line(2, MADE, (Note.BRANCH_UNKNOWN,))]

    [mei] = named("陈梅")
    assert (mei.number, mei.phone, mei.hometown) == ("BA-000001", "15400000001", "360700")
    assert (mei.state, mei.channel) == (MemberState.REGISTERED, Channel.ORIGIN_LIST)
    assert (mei.centre_id, mei.registered_at, mei.version) == (centre.id, NOW, 1)
    assert {"陈梅", "chenmei", "cm", "0001", "ba000001"} <= members.keys_of(mei)


def test_what_was_agreed_to_is_the_paper(bring):
    bring(MEI)

    [consent] = members.consents(named("陈梅")[0])
    assert (consent.kind, consent.text_version) == (ConsentKind.REGISTRATION, "roster")
    assert consent.given_at == NOW


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_real_file_of_a_real_program_comes_in(bring, path):
    make.branch("驻深流动党员党支部", "H01")
    make.branch("第二党支部", "B002")

    lines = bring(path=path, on_paper=False)

    assert [line for line in lines if line.outcome == REFUSED] == [
        Line(9, REFUSED, (Reason.PHONE_TOO_SHORT,)),
        Line(10, REFUSED, (Reason.NOT_AGREED,)),
    ]
    people = {p.name: (p.phone, p.hometown, p.branches) for p in exports.everyone()}
    assert people == {
        "陈梅": ("15400000001", "江西省赣州市", ("驻深流动党员党支部",)),
        "王强": ("15400000002", "河南省信阳市", ("驻深流动党员党支部",)),
        "艾山·吐尔逊": ("15400000003", "新疆维吾尔自治区喀什地区", ("第二党支部",)),
        "陈𬱖": ("", "广东省深圳市", ()),
        "欧阳娜": ("15400000007", "", ()),
    }
    assert members.has_agreed(named("陈梅")[0], ConsentKind.PARTY)
    assert not members.has_agreed(named("欧阳娜")[0], ConsentKind.PARTY)


@pytest.mark.parametrize(
    ("said", "outcome", "reasons"),
    [
        ("是", MADE, ()),
        ("已同意", MADE, ()),
        (" Ｙ ", MADE, ()),
        ("√", MADE, ()),
        ("否", REFUSED, (Reason.NOT_AGREED,)),
        ("不同意", REFUSED, (Reason.NOT_AGREED,)),
        ("再问问", REFUSED, (Reason.CONSENT_UNCLEAR,)),
        ("", REFUSED, (Reason.CONSENT_MISSING,)),
    ],
)
def test_only_who_agreed_comes_in(bring, said, outcome, reasons):
    lines = bring(("陈梅", said), headings=("姓名", "是否同意"), on_paper=False)

    assert lines == [Line(2, outcome, reasons)]
    assert len(named("陈梅")) == (outcome == MADE)


def test_a_no_in_the_file_outweighs_the_word_that_all_agreed(bring):
    lines = bring(("陈梅", "否"), ("王强", ""), headings=("姓名", "同意"), on_paper=True)

    assert outcomes(lines) == [REFUSED, MADE]


def test_the_party_consent_needs_a_yes_of_its_own(bring):
    bring(
        ("陈梅", "是", "是"), ("王强", "是", ""), ("李静", "是", "否"),
        headings=("姓名", "同意", "单独同意"),
    )  # fmt: skip

    agreed = [
        name for name in ("陈梅", "王强", "李静")
        if members.has_agreed(named(name)[0], ConsentKind.PARTY)
    ]  # fmt: skip
    assert agreed == ["陈梅"]


@pytest.mark.parametrize(
    ("name", "phone", "reasons"),
    [
        ("", "15400000009", (Reason.NAME_EMPTY,)),
        ("王1", "", (Reason.NAME_CHARACTERS,)),
        ("<script>", "", (Reason.NAME_CHARACTERS,)),
        ("=1+1", "", (Reason.NAME_CHARACTERS,)),
        ("李" * 101, "", (Reason.NAME_TOO_LONG,)),
        ("12345", "", (Reason.NAME_NOT_TEXT,)),
        ("王强", "1380013800x", (Reason.PHONE_CHARACTERS,)),
        ("王强", "1540000000", (Reason.PHONE_TOO_SHORT,)),
        ("王强", "154000000099", (Reason.PHONE_TOO_LONG,)),
        ("王强", "0755-27788888", (Reason.PHONE_NOT_MOBILE,)),
        ("王强", "1.54E+10", (Reason.PHONE_DIGITS_LOST,)),
        ("王1", "154", (Reason.NAME_CHARACTERS, Reason.PHONE_TOO_SHORT)),
    ],
)
def test_a_bad_row_says_why_and_blocks_nobody(bring, name, phone, reasons):
    lines = bring(MEI, (name, phone, "宜春", ""), QIANG)

    assert [line.outcome for line in lines] == [MADE, REFUSED, MADE]
    assert lines[1] == Line(3, REFUSED, reasons)
    assert how_many(Member) == 2


@pytest.mark.parametrize("total", ["合计", "合 计：", "总计"])
def test_a_total_is_nobody(bring, total):
    assert bring(QIANG, (total, "1", "", "")) == [Line(2, MADE)]


@pytest.mark.parametrize("nothing", ["", "无", "/", "－", "暂无", "N/A"])
def test_a_phone_that_says_nothing_is_none(bring, nothing):
    assert outcomes(bring(("陈梅", nothing, nothing, nothing))) == [MADE]
    assert named("陈梅")[0].phone is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("江西 宜春", "360900"),
        ("江西省宜春市", "360900"),
        ("宜春", "360900"),
        ("江西-宜春-丰城", "360900"),
        ("３６０９００", "360900"),
        ("360981", "360900"),
        ("江西", "360000"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("江苏镇江", "321100"),
        ("海南州", "632500"),
        ("湖北恩施州", "422800"),
        ("北京市朝阳区", "110000"),
        ("内蒙古呼和浩特", "150100"),
        ("香港", "810000"),
        ("国外", "other"),
        ("朝阳区", "unknown"),
        ("丰城", "unknown"),
        ("999999", "unknown"),
        ("火星", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_hometown_is_known_however_it_is_written(written, code):
    assert regions.named(written) == code


def test_every_place_is_known_by_its_own_name():
    for code in regions._all():
        place = regions.named(regions.full_name(code))
        assert regions.full_name(place) == regions.full_name(code)


def test_an_unknown_hometown_is_noted_and_the_row_is_in(bring):
    assert bring(("陈梅", "", "火星", "")) == [Line(2, MADE, (Note.PLACE_UNKNOWN,))]
    assert named("陈梅")[0].hometown == "unknown"


@pytest.mark.parametrize("written", ["第一党支部", " 第一 支部", "b001"])
def test_a_branch_is_known_by_its_name_and_by_its_code(bring, written):
    first = make.branch("第一党支部", "B001")

    assert bring(("陈梅", "", "", written)) == [Line(2, MADE)]

    [one] = members.affiliations(named("陈梅")[0])
    assert (one.organisation_id, one.kind) == (first.id, AffiliationKind.PARTICIPATION)


def test_a_name_that_two_branches_share_means_neither(bring):
    make.branch("第一党支部", "B001")
    make.branch("第一支部", "B002")

    assert bring(("陈梅", "", "", "第一党支部")) == [Line(2, MADE, (Note.BRANCH_UNKNOWN,))]
    assert members.affiliations(named("陈梅")[0]) == []


def test_the_same_file_again_adds_nobody(bring):
    rows = [MEI, QIANG, ("李静", "", "", ""), ("李静", "", "", ""), ("王1", "", "", "")]
    first = bring(*rows)

    again = bring(*rows)

    assert outcomes(first) == [MADE, MADE, MADE, MADE, REFUSED]
    assert outcomes(again) == [SAME, SAME, SAME, SAME, REFUSED]
    assert how_many(Member) == 4


def test_the_same_file_again_knows_a_member_whose_record_was_corrected(bring):
    bring(MEI)
    [mei] = named("陈梅")
    mei.name = "陈玫"

    assert outcomes(bring(MEI)) == [SAME]
    assert (how_many(Member), mei.name) == (1, "陈玫")


def test_who_withdrew_is_not_brought_back_by_a_list(bring, centre):
    make.member("陈梅", phone="15400000001", centre=centre, state=MemberState.WITHDRAWN)

    assert outcomes(bring(MEI)) == [SAME]
    assert [member.state for member in named("陈梅")] == [MemberState.WITHDRAWN]


def test_a_list_that_was_corrected_adds_only_what_is_new(bring):
    alike = ("王伟", "", "宜春", "")
    bring(alike, alike, ("王1", "", "宜春", ""))

    lines = bring(("王一", "", "宜春", ""), alike, alike)

    assert lines == [
        Line(2, MADE),
        Line(3, SAME, (Note.NO_PHONE,)),
        Line(4, SAME, (Note.NO_PHONE,)),
    ]
    assert len(named("王伟")) == 2


def test_without_phone_hometown_and_branch_a_name_on_another_list_is_another_person(bring):
    bring(("王伟", "", "", ""))

    assert outcomes(bring(("王伟", "", "", ""), QIANG)) == [MADE, MADE]
    assert len(named("王伟")) == 2


def test_name_and_phone_mean_one_person_on_any_list(bring, centre):
    make.member("陈梅", phone="15400000001", centre=centre)

    lines = bring(MEI, ("  陈 梅", "154-0000-0001", "火星", ""))

    assert outcomes(lines) == [SAME, SAME]
    assert how_many(Member) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("陈眉", "15400000001", "", ""), DoubtReason.SAME_PHONE),
        (("陈梅", "15400000007", "赣州", ""), DoubtReason.SAME_NAME_AND_HOMETOWN),
        (("陈梅", "", "赣州", ""), DoubtReason.SAME_NAME_AND_HOMETOWN),
    ],
)
def test_who_may_be_somebody_else_comes_in_and_is_marked(bring, centre, row, reason):
    mei = make.member("陈梅", phone="15400000001", hometown="360700", centre=centre)

    assert bring(row) == [Line(2, DOUBTFUL, (reason,))]

    [doubt] = db.session.scalars(select(Doubt))
    assert (doubt.like, doubt.reason, doubt.member.phone) == (mei, reason, row[1] or None)


def test_two_alike_in_one_file_are_marked(bring):
    lines = bring(("王伟", "15400000001", "宜春", ""), ("王伟", "15400000002", "宜春", ""))

    one, two = named("王伟")
    [doubt] = db.session.scalars(select(Doubt))
    assert outcomes(lines) == [MADE, DOUBTFUL]
    assert (doubt.member, doubt.like) == (two, one)


def test_a_namesake_from_elsewhere_is_no_doubt(bring):
    assert outcomes(bring(("王伟", "", "宜春", ""), ("王伟", "", "信阳", ""))) == [MADE, MADE]


def test_a_dry_run_says_the_same_and_writes_nothing(bring):
    rows = [MEI, ("陈眉", "15400000001", "", ""), ("王1", "", "", ""), MEI]
    before = [how_many(table) for table in Base.metadata.sorted_tables]

    dry = bring(*rows, dry_run=True)

    assert [how_many(table) for table in Base.metadata.sorted_tables] == before
    assert outcomes(dry) == [MADE, DOUBTFUL, REFUSED, SAME]
    assert bring(*rows) == dry


def test_what_became_of_each_row_is_kept_without_its_contents(bring):
    bring(MEI, ("王1", "154", "", ""), MEI)

    [run] = db.session.scalars(select(ImportRun))
    kept = db.session.scalars(select(ImportRow).order_by(ImportRow.line))
    assert (run.actor, run.at, len(run.file_hash)) == ("test", NOW, 64)
    assert [(row.line, row.outcome, row.reason, row.member_id) for row in kept] == [
        (2, MADE, "branch_unknown", named("陈梅")[0].id),
        (3, REFUSED, "name_characters phone_too_short", None),
        (4, SAME, "branch_unknown", named("陈梅")[0].id),
    ]


def test_the_longest_reasons_fit_where_they_are_kept():
    doubts = [f"{why} {Note.PLACE_UNKNOWN} {Note.BRANCH_UNKNOWN}" for why in ("same_phone",)]
    pairs = [f"{name} {phone}" for name in Reason for phone in Reason
             if name.startswith("name_") and phone.startswith("phone_")]  # fmt: skip
    named_alike = f"{DoubtReason.SAME_NAME_AND_HOMETOWN} {Note.BRANCH_UNKNOWN}"

    assert max(map(len, [*doubts, *pairs, named_alike])) <= 40


def branches_of(name):
    return {p.name: p.branches for p in exports.everyone()}[name]


@pytest.fixture
def two_branches(app):
    return make.branch("第一党支部", "B001"), make.branch("第二党支部", "B002")


def test_a_member_who_stands_on_another_branchs_list_is_in_that_branch_too(bring, two_branches):
    bring(MEI)

    lines = bring((*MEI[:3], "第二党支部"), QIANG)

    assert lines == [Line(2, SAME, (Note.BRANCH_ADDED,)), Line(3, MADE)]
    assert branches_of("陈梅") == ("第一党支部", "第二党支部")


def test_a_person_twice_on_one_list_is_in_both_branches(bring, two_branches):
    assert outcomes(bring(MEI, (*MEI[:3], "第二党支部"))) == [MADE, SAME]

    assert branches_of("陈梅") == ("第一党支部", "第二党支部")
    assert how_many(Member) == 1


def test_a_branch_that_was_unknown_is_added_when_the_file_comes_again(bring):
    bring(MEI)
    make.branch("第一党支部", "B001")

    assert bring(MEI, dry_run=True) == [Line(2, SAME, (Note.BRANCH_ADDED,))]
    assert branches_of("陈梅") == ()
    assert bring(MEI) == [Line(2, SAME, (Note.BRANCH_ADDED,))]
    assert branches_of("陈梅") == ("第一党支部",)


def test_a_branch_that_the_desk_ended_stays_ended(bring, two_branches):
    bring(MEI)
    db.session.scalars(select(Affiliation)).one().until = NOW

    assert bring(MEI) == [Line(2, SAME)]
    assert branches_of("陈梅") == ()


def test_who_left_joins_no_branch_by_a_list(bring, centre, two_branches):
    make.member("陈梅", phone="15400000001", centre=centre, state=MemberState.LEFT)

    assert bring(MEI) == [Line(2, SAME)]
    assert branches_of("陈梅") == ()


def test_a_branch_that_is_not_known_is_said_of_a_member_too(bring):
    bring(MEI)

    assert bring(MEI) == [Line(2, SAME, (Note.BRANCH_UNKNOWN,))]


def test_the_audit_has_one_entry_of_numbers_for_each_step(bring):
    bring(MEI, QIANG, ("王1", "", "", ""))

    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("exch")))
    assert (entry.action, entry.subject) == ("exchange.brought_in", "import_runs:1")
    assert entry.detail == "made 2 refused 1"
    assert audit.verify() is None


def test_a_row_that_the_database_refuses_stays_out_alone(bring, centre):
    make.member("李静", centre=centre).number = "BA-000004"
    people = [(name, "", "宜春", "") for name in ("陈梅", "王强", "赵敏", "钱多", "孙丽")]

    lines = bring(*people)

    assert outcomes(lines) == [MADE, MADE, REFUSED, MADE, MADE]
    assert lines[2].reasons == (Reason.NOT_SAVED,)
    assert [member.number for member in named("孙丽")] == ["BA-000006"]
    assert named("赵敏") == []


def test_who_is_like_somebody_that_was_not_saved_is_not_saved_twice(bring, centre):
    make.member("李静", centre=centre).number = "BA-000002"
    row = ("王伟", "15400000009", "宜春", "")

    assert outcomes(bring(row, row)) == [REFUSED, REFUSED]
    assert outcomes(bring(row, row)) == [MADE, SAME]


def test_a_run_that_was_cut_off_goes_on_where_it_was(bring, centre, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "BATCH", 2)
    people = [(name, "", "", "") for name in ("陈梅", "王强", "赵敏", "钱多", "孙丽")]
    path = csv_file(tmp_path / "cut.csv", [HEADINGS, *people])
    steps = exchange.bring_in(exchange.read(path), centre=centre, by="test", at=NOW, on_paper=True)
    next(steps)
    db.session.commit()
    next(steps)
    db.session.rollback()

    lines = bring(path=path)

    assert outcomes(lines) == [SAME, SAME, MADE, MADE, MADE]
    assert how_many(Member) == 5


def test_a_member_from_a_list_gets_a_card_like_any_other(bring):
    bring(MEI)

    assert cards.without() == named("陈梅")
    assert cards.issue(named("陈梅")[0], by="test", at=NOW).serial == "BA-000001-01"


def test_the_list_that_goes_out_can_come_in_again(bring, tmp_path):
    make.branch("第一党支部", "B001")
    bring(MEI, QIANG, ("艾山·吐尔逊", "", "新疆喀什", "第一党支部"), ("李", "", "", ""))
    rows = [(p.name, p.phone, p.hometown, "; ".join(p.branches)) for p in exports.everyone()]
    path = tmp_path / "out.csv"
    path.write_bytes(exports.as_csv([HEADINGS, *rows]))

    assert outcomes(bring(path=path)) == [SAME, SAME, SAME, MADE]  # 李 alone may be anybody


def test_the_list_holds_what_is_known_of_each_member(centre, bring):
    later = NOW + timedelta(days=1)
    make.member("陈梅", phone="15400000001", hometown="other", centre=centre, at=later)
    erased = make.member("王强", centre=centre)
    erased.name = None
    db.session.commit()

    [mei] = exports.everyone()

    assert (mei.number, mei.name, mei.phone, mei.hometown) == (
        "BA-000001", "陈梅", "15400000001", "",
    )  # fmt: skip
    assert (mei.branches, mei.state, mei.registered_at) == ((), "registered", later)


@given(
    st.builds(
        RosterRow, st.just(2), st.text(), st.text(), st.text(), st.text(), st.text(), st.text()
    ),
    st.booleans(),
)
def test_whatever_stands_in_a_row_it_is_a_person_or_a_reason(row, on_paper):
    found = entries.read(row, on_paper=on_paper)

    assert isinstance(found, Person) or (found and all(isinstance(why, Reason) for why in found))
