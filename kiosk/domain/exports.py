"""Lists to take out of the house: rows of text as CSV or as a workbook."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Row = Sequence[str]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_LONGEST = 32_000  # characters that a spreadsheet takes in one cell


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
