"""`kiosk cards issue`, `sheet` and `list`."""

import csv
import io
import re
import stat
import subprocess

import pytest
from sqlalchemy import select

from kiosk.domain import cards, codes, prints
from kiosk.extensions import db
from kiosk.language import card_words
from kiosk.models import AuditEntry, Card, CardMove, CardState, MemberState
from tests import make


@pytest.fixture
def kiosk(app):
    def run(*args):
        db.session.commit()
        done = app.test_cli_runner().invoke(args=[str(arg) for arg in ("cards", *args)])
        db.session.expire_all()
        return done

    return run


@pytest.fixture
def people(centre):
    return [make.member(name, centre=centre) for name in ("陈梅", "王强", "李静")]


def states():
    return [card.state for card in db.session.scalars(select(Card).order_by(Card.id))]


def pages(path):
    said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages: +(\d+)", said)[1])


def size_in_mm(path):
    said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    points = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", said)
    return tuple(round(float(length) * 25.4 / 72, 1) for length in points.groups())


def test_it_says_how_many_are_without_a_card(kiosk, people):
    run = kiosk("issue")

    assert run.exit_code == 0, run.output
    assert run.stdout == "3 members are without a card; --all issues one to each of them.\n"
    assert states() == []


def test_everybody_without_a_card_gets_one(kiosk, people):
    make.card(people[0])

    run = kiosk("issue", "--all")

    assert run.stdout == "2 cards issued; 3 wait to be printed.\n"
    assert [cards.live(member).serial for member in people] == [
        "BA-000001-01", "BA-000002-01", "BA-000003-01",
    ]  # fmt: skip


def test_a_second_time_nobody_gets_a_second_card(kiosk, people):
    kiosk("issue", "--all")

    assert kiosk("issue", "--all").stdout == "0 cards issued; 3 wait to be printed.\n"
    assert len(states()) == 3


def test_members_named_by_number_get_a_card(kiosk, people):
    run = kiosk("issue", "ba-000003", "BA-000001", "BA-000001")

    assert run.stdout == "2 cards issued; 2 wait to be printed.\n"
    assert cards.live(people[1]) is None


def test_an_unknown_number_stops_all_of_it(kiosk, people):
    run = kiosk("issue", "BA-000001", "BA-999999")

    assert run.exit_code == 1
    assert run.stderr == "Error: There is no member with the number BA-999999.\n"
    assert states() == []


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.WITHDRAWN, MemberState.VISITOR])
def test_who_is_not_registered_gets_no_card(kiosk, centre, state):
    member = make.member("王强", centre=centre, state=state)

    assert kiosk("issue", "--all").stdout.startswith("0 cards issued")
    assert kiosk("issue", member.number).exit_code == 1
    assert states() == []


def test_numbers_and_all_exclude_each_other(kiosk, people):
    assert kiosk("issue", "--all", "BA-000001").exit_code == 2


def test_issuing_is_audited(kiosk, people):
    kiosk("issue", "BA-000001")

    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (entry.action, entry.actor) == ("cards.issued", "command")


def test_all_that_wait_are_printed_and_then_count_as_printed(kiosk, people, tmp_path):
    kiosk("issue", "--all")

    run = kiosk("sheet", tmp_path / "cards.pdf")

    assert run.stdout == f"3 cards are in {tmp_path / 'cards.pdf'}.\n"
    assert pages(tmp_path / "cards.pdf") == 1
    assert size_in_mm(tmp_path / "cards.pdf") == (210, 297)
    assert states() == [CardState.PRINTED] * 3
    assert stat.S_IMODE((tmp_path / "cards.pdf").stat().st_mode) == 0o600
    assert list(tmp_path.glob(".cards.pdf*")) == []


def test_what_was_printed_does_not_wait_any_longer(kiosk, people, tmp_path):
    kiosk("issue", "--all")
    kiosk("sheet", tmp_path / "cards.pdf")

    run = kiosk("sheet", tmp_path / "again.pdf")

    assert run.exit_code == 1
    assert "No card waits to be printed" in run.stderr
    assert not (tmp_path / "again.pdf").exists()


def test_each_printing_is_noted_once(kiosk, people, tmp_path):
    kiosk("issue", "--all")
    kiosk("sheet", tmp_path / "cards.pdf")

    moves = db.session.scalars(select(CardMove).where(CardMove.state == CardState.PRINTED))
    assert [move.actor for move in moves] == ["command"] * 3


def test_a_file_that_cannot_be_written_prints_nothing(kiosk, people, tmp_path):
    kiosk("issue", "--all")

    run = kiosk("sheet", tmp_path / "missing" / "cards.pdf")

    assert run.exit_code == 1
    assert "cannot be written: No such file or directory." in run.stderr
    assert states() == [CardState.ISSUED] * 3


def test_a_failed_printing_leaves_the_earlier_file(kiosk, people, tmp_path):
    (tmp_path / "cards.pdf").mkdir()

    kiosk("issue", "--all")

    assert kiosk("sheet", tmp_path / "cards.pdf").exit_code == 2
    assert states() == [CardState.ISSUED] * 3


def test_a_sheet_that_is_partly_used_is_begun_at_a_free_place(kiosk, people, tmp_path):
    kiosk("issue", "--all")

    kiosk("sheet", tmp_path / "cards.pdf", "--start", "9")

    assert pages(tmp_path / "cards.pdf") == 2


def test_a_card_printer_gets_one_page_for_each(kiosk, people, tmp_path):
    kiosk("issue", "--all")

    kiosk("sheet", tmp_path / "cards.pdf", "--single")

    assert pages(tmp_path / "cards.pdf") == 3
    assert size_in_mm(tmp_path / "cards.pdf") == (85.6, 54)


def test_each_card_that_is_drawn_is_told(people):
    told = []
    waiting = [make.card(member) for member in people]

    prints.sheet(waiting, wording=card_words, step=told.append)

    assert told == [1, 1, 1]


def test_characters_that_no_font_has_are_said_with_the_card(kiosk, centre, people, tmp_path):
    make.member("王𪚥", centre=centre)
    kiosk("issue", "--all")

    run = kiosk("sheet", tmp_path / "cards.pdf")

    assert run.exit_code == 0
    assert "BA-000004-01: no font has 𪚥 (U+2A6A5); show this card" in run.stdout
    assert run.stdout.count("no font has") == 1


def test_the_list_says_what_every_live_card_says(kiosk, people, tmp_path):
    kiosk("issue", "BA-000001", "BA-000002")
    cards.lose(cards.live(people[1]), by="test")

    run = kiosk("list", "--csv", "--reason", "外印")

    rows = list(csv.reader(io.StringIO(run.stdout)))
    assert rows[0] == ["serial", "member_number", "name", "code"]
    assert [row[:3] for row in rows[1:]] == [
        ["BA-000001-01", "BA-000001", "陈梅"],
        ["BA-000002-02", "BA-000002", "王强"],
    ]
    assert [cards.find(row[3]).card.serial for row in rows[1:]] == [row[0] for row in rows[1:]]
    assert all(codes.read(row[3]) for row in rows[1:])


def test_the_list_is_audited_with_its_reason(kiosk, people):
    kiosk("issue", "--all")
    kiosk("list", "--csv", "--reason", "外印")

    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (entry.action, entry.detail) == ("cards.listed", "3 rows, for: 外印")


@pytest.mark.parametrize("options", [[], ["--reason", "  "]])
def test_codes_are_not_given_out_without_a_reason(kiosk, people, options):
    kiosk("issue", "--all")

    run = kiosk("list", "--csv", *options)

    assert run.exit_code == 2
    assert "Say with --reason what the list is for." in run.stderr
    assert "K1" not in run.output


def test_without_csv_the_cards_are_only_counted(kiosk, people, tmp_path):
    kiosk("issue", "--all")
    kiosk("sheet", tmp_path / "cards.pdf")
    cards.lose(cards.live(people[0]), by="test")

    run = kiosk("list")

    assert sorted(run.stdout.splitlines()) == ["1 issued", "1 replaced", "2 printed"]
