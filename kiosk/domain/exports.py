"""Lists to take out of the house: rows of text as CSV or as a workbook."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from kiosk.domain import audit, reports
from kiosk.models import Attendance, EventSession, Staff

Row = Sequence[str]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_LONGEST = 32_000  # characters that a spreadsheet takes in one cell


def attended(
    session: EventSession, staff: Staff, *, kind: str, purpose: str, by: str, at: datetime
) -> list[Attendance]:
    """Who came to a session, for a list that leaves the house: the audit has how many, and why."""
    came = reports.attended(session, staff, at=at)
    detail = f"{len(came)} rows, {kind}, {purpose}"
    audit.write("events.exported", f"event_sessions:{session.id}", by=by, at=at, detail=detail)
    return came


def as_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a mark, as spreadsheets here expect it; no cell can start a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_harmless(clean(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Row]) -> bytes:
    """One sheet of .xlsx in which every cell is a text, whatever it looks like."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=clean(cell)) for cell in row]
        for cell in cells:
            cell.data_type = "s"  # openpyxl would take "=1+1" for a formula
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def clean(text: str) -> str:
    """Without control characters and halves of characters, which no file format takes."""
    return _CONTROLS.sub("", text)[:_LONGEST]


def _harmless(cell: str) -> str:
    """A cell that begins like a formula would be computed by whoever opens the file."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
