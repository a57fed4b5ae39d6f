"""A clerk's roster: find the headings, then one row for each person, as typed.

Nothing is corrected here: names.clean, phones.clean and the register judge each row.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.domain import spreadsheets
from kiosk.domain.spreadsheets import Reason as Reason
from kiosk.domain.spreadsheets import Sheet
from kiosk.domain.spreadsheets import Unreadable as Unreadable
from kiosk.domain.workbooks import MOST_ROWS, Cell, Row

HEADINGS_WITHIN = 10  # rows: titles and notes stand above the headings

_HEADINGS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("headings.toml").read_text("utf-8")
)
_REMARK = re.compile(r"[(\[{<【〔《「][^)\]}>】〕》」]*[)\]}>】〕》」]?")
_ROUNDED = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+?\d+")
_FORMULA_TEXT = re.compile(r'^="(.*)"$')  # how some programs keep a number as text in CSV
_POINT_ZERO = re.compile(r"^(\d+)\.0+$")
_NUMBER = re.compile(r"[+-]?[\d.,]+")


class Column(StrEnum):
    NAME = "name"
    PHONE = "phone"
    HOMETOWN = "hometown"
    BRANCH = "branch"
    CONSENT = "consent"  # agreed to be registered
    PARTY = "party"  # agreed, apart from that, that the party membership is recorded


_ANSWERS = {Column.CONSENT, Column.PARTY}  # often filled in further down than there are people


class Trouble(StrEnum):
    DIGITS_LOST = "digits_lost"  # 1.38E+10: the file no longer holds the last digits
    NOT_TEXT = "not_text"  # a number or a date where a name should stand


@dataclass(frozen=True, slots=True)
class Problem:
    column: Column
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class RosterRow:
    """`number` is the row as the clerk's program shows it; the first row of the file is 1."""

    number: int
    name: str = ""
    phone: str = ""
    hometown: str = ""
    branch: str = ""
    consent: str = ""
    party: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """`ignored` are headings that were not read, `other_sheets` sheets that have headings too."""

    rows: tuple[RosterRow, ...]
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    sheet: str
    other_sheets: tuple[str, ...]


def read(path: Path) -> Roster:
    """The first sheet that has headings. Raises Unreadable for the file as a whole, or OSError."""
    sheets = [sheet for sheet in spreadsheets.sheets(path) if sheet.rows]
    if not sheets:
        raise Unreadable(Reason.EMPTY)
    found = [(sheet, at, columns) for sheet in sheets for at, columns in _headings(sheet)]
    if not found:
        raise Unreadable(Reason.NO_HEADINGS)
    sheet, at, columns = found[0]
    rows = _people(sheet.rows[at + 1 :], columns)
    if not rows:
        raise Unreadable(Reason.EMPTY)
    if len(rows) > MOST_ROWS:
        raise Unreadable(Reason.TOO_MANY_ROWS)
    titles = sheet.rows[at][1]
    ignored = (str(c).strip() for i, c in enumerate(titles) if i not in columns.values())
    return Roster(
        rows=rows,
        columns=tuple(columns),
        ignored=tuple(title for title in ignored if title),
        sheet=sheet.name,
        other_sheets=tuple(other.name for other, _, _ in found[1:]),
    )


def heading(column: Column) -> str:
    """The first of the headings under which a column is found."""
    return _HEADINGS[column][0]


def _headings(sheet: Sheet) -> list[tuple[int, dict[Column, int]]]:
    """Where the headings stand: of the first rows the one with most of them, a name at least."""
    last = sheet.rows[0][0] + HEADINGS_WITHIN
    found = [
        (at, _columns(cells)) for at, (number, cells) in enumerate(sheet.rows) if number < last
    ]
    named = [(at, columns) for at, columns in found if Column.NAME in columns]
    return sorted(named, key=lambda one: -len(one[1]))[:1]


def _columns(cells: list[Cell]) -> dict[Column, int]:
    """Which column stands where, by its best heading."""
    titles = [_heading(cell) for cell in cells]
    return {
        Column(column): titles.index(known[0])
        for column, words in _HEADINGS.items()
        if (known := [word for word in words if word in titles])
    }


def _heading(cell: Cell) -> str:
    """Of a heading only its letters count, the Chinese ones if it has both."""
    text = unicodedata.normalize("NFKC", str(cell)).casefold()
    for shown in (_REMARK.sub("", text), text):
        letters = "".join(char for char in shown if char.isalpha())
        if letters:
            return re.sub("[a-z]", "", letters) or letters
    return ""


def _people(rows: list[Row], columns: dict[Column, int]) -> tuple[RosterRow, ...]:
    return tuple(
        _person(number, found)
        for number, cells in rows
        if (found := _pick(cells, columns)) and not _is_heading(found)
    )


def _pick(cells: list[Cell], columns: dict[Column, int]) -> dict[Column, Cell]:
    """The cells of a person; empty for a row that holds only what is not read, a number or so."""
    wanted = {column: cells[at] for column, at in columns.items() if at < len(cells)}
    filled = {column for column, cell in wanted.items() if str(cell).strip()}
    return wanted if filled - _ANSWERS else {}


def _is_heading(found: dict[Column, Cell]) -> bool:
    """Headings again, at the top of a printed page or in a second line."""
    filled = ((column, cell) for column, cell in found.items() if str(cell).strip())
    return all(_heading(cell) in _HEADINGS[column] for column, cell in filled)


def _person(number: int, found: dict[Column, Cell]) -> RosterRow:
    texts = {column.value: _text(cell) for column, cell in found.items()}
    problems = []
    name, phone = found.get(Column.NAME, ""), texts.get(Column.PHONE, "")
    if not isinstance(name, str) or _NUMBER.fullmatch(name.strip()):
        problems.append(Problem(Column.NAME, Trouble.NOT_TEXT))
    if _ROUNDED.fullmatch(unicodedata.normalize("NFKC", phone)):
        problems.append(Problem(Column.PHONE, Trouble.DIGITS_LOST))
    if Column.PHONE in found:
        texts["phone"] = _POINT_ZERO.sub(r"\1", phone.removeprefix("'"))
    return RosterRow(number=number, **texts, problems=tuple(problems))


def _text(cell: Cell) -> str:
    """A whole number without its .0; one with more digits than it can hold stays as 1e+17."""
    if isinstance(cell, list):
        return cell[0]
    if isinstance(cell, str):
        text = cell.strip()
        return _FORMULA_TEXT.sub(r"\1", text) if text.startswith("=") else text
    return str(int(cell)) if float(cell).is_integer() and abs(cell) < 2**53 else repr(cell)
