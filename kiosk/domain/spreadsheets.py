"""A clerk's file, from bytes to rows of cells: .xlsx, .xls, .ods or .csv, by its content."""

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kiosk.domain import workbooks
from kiosk.domain.workbooks import LONGEST_CELL, MOST_ROWS, Row

LARGEST_FILE = 10_000_000  # bytes
LARGEST_UNPACKED = 100_000_000  # bytes, of a workbook's parts together
DENSEST = 100  # a part of more than 1 MB that was packed tighter than this is a bomb

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A sealed package inside, or the record that announces a password right after the first one.
_PROTECTED = re.compile(
    "EncryptedPackage".encode("utf-16-le") + rb"|\x09\x08\x10\0.{16}(\x86\0\0\0)?\x2f\0", re.DOTALL
)
_WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xls", ".ods", ".et"}


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    BOMB = "bomb"
    NOT_A_WORKBOOK = "not_a_workbook"
    TEXT_CALLED_WORKBOOK = "text_called_workbook"
    PROTECTED = "protected"
    ENCODING = "encoding"
    QUOTES = "quotes"
    NO_HEADINGS = "no_headings"


class Unreadable(ValueError):
    """The whole file cannot be read. `line` is given where one line is to blame."""

    def __init__(self, reason: Reason, *, line: int | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that hold anything, each with its number as the clerk's program shows it."""

    name: str
    rows: list[Row]


def sheets(path: Path) -> list[Sheet]:
    """The visible sheets of a workbook, or the one of a CSV file. Raises Unreadable or OSError."""
    if path.stat().st_size > LARGEST_FILE:
        raise Unreadable(Reason.TOO_LARGE)
    content = path.read_bytes()
    if not content.strip():
        raise Unreadable(Reason.EMPTY)
    if content.startswith(_ZIP):
        _refuse_bombs(content)
    if content.startswith(_OLE) and _PROTECTED.search(content):
        raise Unreadable(Reason.PROTECTED)
    if content.startswith((_ZIP, _OLE)):
        return _workbook(content)
    if path.suffix.lower() in _WORKBOOK_NAMES:
        plain = _is_plain(content)
        raise Unreadable(Reason.TEXT_CALLED_WORKBOOK if plain else Reason.NOT_A_WORKBOOK)
    return [Sheet("", _csv_rows(_decoded(content)))]


def _refuse_bombs(content: bytes) -> None:
    """Judge by the directory of the archive, before anything is unpacked."""
    try:
        parts = ZipFile(io.BytesIO(content)).infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise Unreadable(Reason.NOT_A_WORKBOOK) from None
    dense = any(p.file_size > max(1_000_000, DENSEST * p.compress_size) for p in parts)
    if dense or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(Reason.BOMB)


def _workbook(content: bytes) -> list[Sheet]:
    command = [sys.executable, "-I", workbooks.__file__]
    try:
        run = subprocess.run(
            command, input=content, capture_output=True, timeout=2 * workbooks.SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(Reason.BOMB) from None
    if run.returncode:  # below zero: a limit ended it
        raise Unreadable(Reason.BOMB if run.returncode < 0 else Reason.NOT_A_WORKBOOK)
    answer = json.loads(run.stdout)
    if isinstance(answer, str):
        raise Unreadable(Reason(answer))
    return [Sheet(name, [(number, cells) for number, cells in rows]) for name, rows in answer]


def _decoded(content: bytes) -> str:
    """No guessing: a mark at the start rules, valid UTF-8 is UTF-8, the rest must be GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        tried = ["utf-8-sig"]
    else:
        tried = ["utf-8", "gb18030"]
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.count("\0") * 10 < len(text):  # more of them: UTF-16 without its mark, or no text
            return text
    raise Unreadable(Reason.ENCODING)


def _csv_rows(text: str) -> list[Row]:
    """Counted as Excel counts: a line break inside quotes does not start another row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    try:
        for number, row in enumerate(reader, 1):
            if any(cell.strip() for cell in row):
                rows.append((number, [cell[:LONGEST_CELL] for cell in row]))
            if len(rows) > MOST_ROWS + 10:
                raise Unreadable(Reason.TOO_MANY_ROWS)
    except csv.Error:
        raise Unreadable(Reason.QUOTES, line=reader.line_num) from None
    return rows


def _delimiter(text: str) -> str:
    """The one that stands in most of the first lines, headings included; then the most frequent."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    start = "\n".join(lines)
    return max(",\t;", key=lambda mark: (sum(mark in line for line in lines), start.count(mark)))


def _is_plain(content: bytes) -> bool:
    """Whether it is a CSV file by another name, and neither a web page nor a picture."""
    try:
        text = _decoded(content)
    except Unreadable:
        return False
    odd = any(unicodedata.category(char) in {"Cc", "Cn"} and char not in "\r\n\t" for char in text)
    return not odd and not text.lstrip("\ufeff \r\n\t").startswith(("<", "%PDF", "{"))
