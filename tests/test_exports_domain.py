"""Lists as files: nothing in them is computed, and nothing is lost."""

import csv
import io

import pytest
from openpyxl import load_workbook

from kiosk.domain import exports

FORMULAS = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "\t=1+1", "\r=1+1", "\x00=cmd"]
NAMES = ["陈梅", "艾山·吐尔逊", "𠮷野", "O'Connor, Jean", 'say "hi"', "", "  blank  "]


def from_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def cells(content):
    return list(load_workbook(io.BytesIO(content)).active.iter_rows())


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    [[cell]] = from_csv(exports.as_csv([[text]]))

    assert cell.startswith("'")
    assert cell[1:] == exports.clean(text)


@pytest.mark.parametrize("text", NAMES)
def test_an_ordinary_text_survives_both_formats(text):
    [[from_file, _]] = from_csv(exports.as_csv([[text, "x"]]))
    [[from_book, _]] = cells(exports.as_workbook([[text, "x"]]))

    assert from_file == text
    assert (from_book.value or "") == text


@pytest.mark.parametrize("text", [*FORMULAS, "1234567890123456789", "2026-11-22", "TRUE", "1e5"])
def test_every_cell_of_a_workbook_is_a_text(text):
    [[cell]] = cells(exports.as_workbook([[text]]))

    assert cell.data_type == "s"
    assert cell.value == exports.clean(text)


@pytest.mark.parametrize("text", ["\ud800", "a\x0bb", "\uffff", "\x7f", "王\x00强"])
def test_characters_that_no_file_takes_are_left_out(text):
    expected = "".join(c for c in text if c in "ab王强")

    [[cell, _]] = from_csv(exports.as_csv([[text, "x"]]))

    assert cell == expected
    assert (cells(exports.as_workbook([[text, "x"]]))[0][0].value or "") == expected


def test_a_csv_opens_in_a_chinese_spreadsheet():
    assert exports.as_csv([["姓名"]]).startswith(b"\xef\xbb\xbf")


def test_an_endless_text_is_cut():
    assert len(exports.clean("王" * 50_000)) == 32_000
