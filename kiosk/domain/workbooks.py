"""The process that parses a workbook: its bytes come in, its rows go out as JSON.

spreadsheets.py runs this file as a script, with little memory and time and nothing else of the
product loaded. A hostile file, or one stray cell in the last corner of a sheet (for which the
parser asks for half a terabyte), then ends this process and not the server.
"""

import io
import json
import resource
import sys
from contextlib import suppress
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_ROWS = 50_000
LONGEST_CELL = 500  # characters; what stands after them is cut off
MEMORY = 768 << 20  # bytes of address space
SECONDS = 20  # of processor time
MOST_TEXT = 30_000_000  # characters of all cells together

# A number stays one; a date, a time and a truth value are lists of their text.
Cell = str | float | list[str]
Row = tuple[int, list[Cell]]


def main() -> None:
    """Answer with the sheets, or with one word why not; any other end means a damaged file."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        answer: list[tuple[str, list[Row]]] | str = _sheets(sys.stdin.buffer.read())
    except OverflowError as error:
        answer = str(error)
    except MemoryError:
        answer = "bomb"
    json.dump(answer, sys.stdout)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError):  # macOS knows some limits by name only
        resource.setrlimit(kind, (most, most))


def _sheets(content: bytes) -> list[tuple[str, list[Row]]]:
    """The visible worksheets; OverflowError names the limit that was passed."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = []
    text = 0
    for sheet in workbook.sheets_metadata:
        if (sheet.typ, sheet.visible) != (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
            continue
        rows: list[Row] = []
        for number, cells in enumerate(workbook.get_sheet_by_name(sheet.name).iter_rows(), 1):
            if not any(cells):  # said first: a sheet may have a million of these
                continue
            row = _row(cells)
            text += sum(len(cell) for cell in row if isinstance(cell, str))
            if text > MOST_TEXT:
                raise OverflowError("bomb")
            if row:
                rows.append((number, row))
            if len(rows) > MOST_ROWS + 10:  # titles and headings come on top
                raise OverflowError("too_many_rows")
        found.append((sheet.name, rows))
    return found


def _row(cells: list[Any]) -> list[Cell]:
    """Without the empty end, so that an empty row is an empty list."""
    row = [_cell(cell) for cell in cells]
    while row and (row[-1] == "" or str(row[-1]).isspace()):
        row.pop()
    return row


def _cell(cell: Any) -> Cell:
    if isinstance(cell, str):
        return cell[:LONGEST_CELL]
    return [str(cell)] if isinstance(cell, bool) or not isinstance(cell, int | float) else cell


if __name__ == "__main__":
    main()
