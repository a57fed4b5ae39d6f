"""Lists to take out of the house: rows of text as CSV or as a workbook."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import select

from kiosk.domain import audit, regions, reports
from kiosk.extensions import db
from kiosk.models import Affiliation, Attendance, EventSession, Member, Organisation, Staff

Row = Sequence[str]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_LONGEST = 32_000  # characters that a spreadsheet takes in one cell


@dataclass(frozen=True, slots=True)
class Exported:
    """A member as the list that goes out shows one."""

    number: str
    name: str
    phone: str
    hometown: str
    branches: tuple[str, ...]
    state: str
    registered_at: datetime


def everyone() -> Iterator[Exported]:
    """Every member who has a name, in the order of their numbers."""
    belongs = defaultdict(list)
    live = select(Affiliation.member_id, Organisation.name).join(Affiliation.organisation)
    live = live.where(Affiliation.until.is_(None)).order_by(Affiliation.id)
    for member_id, name in db.session.execute(live):
        belongs[member_id].append(name)
    rows = select(Member).where(Member.name.is_not(None)).order_by(Member.number)
    for member in db.session.scalars(rows.execution_options(yield_per=1000)):
        yield Exported(
            member.number, member.name or "", member.phone or "",
            regions.full_name(member.hometown), tuple(belongs.get(member.id, ())),
            member.state, member.registered_at,
        )  # fmt: skip


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
