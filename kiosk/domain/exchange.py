"""A roster comes in, row by row, each with its outcome."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import DataError, IntegrityError

from kiosk.domain import audit, entries, members, regions, rosters
from kiosk.domain.doubles import Known, Someone
from kiosk.domain.entries import Reason
from kiosk.domain.members import Person
from kiosk.domain.rosters import Roster, RosterRow
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    AffiliationKind,
    Centre,
    Channel,
    Consent,
    ConsentKind,
    Doubt,
    DoubtReason,
    ImportRow,
    ImportRun,
    Organisation,
    RowOutcome,
)

BATCH = 500  # rows entered in one transaction, so that no door waits long for the database
PAPER = "roster"  # the text agreed to is the one on paper, kept by whoever sent the list
NEW = (RowOutcome.MADE, RowOutcome.DOUBTFUL)


class Note(StrEnum):
    """What somebody should know of a row that is in."""

    NO_PHONE = "no_phone"  # taken for the same person on an earlier list
    PLACE_UNKNOWN = "place_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    BRANCH_ADDED = "branch_added"  # somebody who is a member already is in this branch, too


@dataclass(frozen=True, slots=True)
class Source:
    """A roster that was read, and the hash by which the same file is known again."""

    roster: Roster
    file_hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a row. `number` counts as the clerk's program does; no contents."""

    number: int
    outcome: RowOutcome
    reasons: tuple[StrEnum, ...] = ()


def read(path: Path) -> Source:
    """Raises rosters.Unreadable for the file as a whole, or OSError."""
    roster = rosters.read(path)
    people = tuple(row for row in roster.rows if not entries.is_total(row))
    return Source(replace(roster, rows=people), hashlib.sha256(path.read_bytes()).hexdigest())


def bring_in(
    source: Source, *, centre: Centre, by: str, at: datetime, on_paper: bool, dry_run: bool = False
) -> Iterator[list[Line]]:
    """Enter the rows, some at a time; the caller commits after each step.

    A row comes in when its person agreed: it says so, or it says nothing and all of them agreed
    `on_paper`. Bringing the same file in again adds nobody twice. A dry run writes nothing.
    """
    run = None if dry_run else _begin(source, by=by, at=at)
    rows, known, branches = source.roster.rows, Known(source.file_hash, run), _branches()
    for start in range(0, len(rows), BATCH):
        batch = [(row, entries.read(row, on_paper=on_paper)) for row in rows[start : start + BATCH]]
        known.look_up(batch)
        judged = [_judge(row, found, known, branches) for row, found in batch]
        if run is not None:
            _save(run, judged, centre=centre, by=by, at=at)
        yield [Line(entry.row.number, entry.outcome, entry.reasons) for entry in judged]


@dataclass(slots=True)
class _Entry:
    row: RosterRow
    outcome: RowOutcome
    reasons: tuple[StrEnum, ...] = ()
    someone: Someone | None = None
    like: list[tuple[Someone, DoubtReason]] = field(default_factory=list)
    branch_id: int | None = None


def _judge(
    row: RosterRow,
    found: Person | tuple[Reason, ...],
    known: Known,
    branches: dict[str, int],
) -> _Entry:
    if not isinstance(found, Person):
        return _Entry(row, RowOutcome.REFUSED, found)
    branch_id, twin = branches.get(_spelt(row.branch)), known.twin(row, found)
    if twin is not None:
        return _again(row, twin, branch_id)
    listed = known.listed(found, branch_id)
    if listed is not None:
        return _again(row, listed, branch_id, Note.NO_PHONE)
    like, someone = known.like(found), Someone(found, branches={branch_id} if branch_id else set())
    known.add(someone)
    reasons: list[StrEnum] = [why for _, why in like[:1]]
    if found.hometown == regions.UNKNOWN and not entries.says_nothing(row.hometown):
        reasons.append(Note.PLACE_UNKNOWN)
    reasons += _branch_left_out(row, branch_id)
    outcome = RowOutcome.DOUBTFUL if like else RowOutcome.MADE
    return _Entry(row, outcome, tuple(reasons), someone, like, branch_id)


def _again(row: RosterRow, someone: Someone, branch_id: int | None, *notes: Note) -> _Entry:
    """Somebody who is a member already. A branch where they never were is all that is new."""
    notes += _branch_left_out(row, branch_id)
    if branch_id is None or someone.branches is None or branch_id in someone.branches:
        return _Entry(row, RowOutcome.SAME, notes, someone)
    someone.branches.add(branch_id)
    notes += (Note.BRANCH_ADDED,)
    return _Entry(row, RowOutcome.SAME, notes, someone, branch_id=branch_id)


def _branch_left_out(row: RosterRow, branch_id: int | None) -> tuple[Note, ...]:
    named = branch_id is None and not entries.says_nothing(row.branch)
    return (Note.BRANCH_UNKNOWN,) if named else ()


def _branches() -> dict[str, int]:
    """Organisations by code and by name; a name that two of them share means neither."""
    rows = list(db.session.execute(select(Organisation.id, Organisation.code, Organisation.name)))
    shared = Counter(_spelt(name) for _, _, name in rows)
    named = {_spelt(name): id_ for id_, _, name in rows if shared[_spelt(name)] == 1}
    return named | {_spelt(code): id_ for id_, code, _ in rows}


def _spelt(branch: str) -> str:
    return entries.plain(branch).replace("党支部", "支部")


def _begin(source: Source, *, by: str, at: datetime) -> int:
    run = ImportRun(at=at, actor=by, file_hash=source.file_hash)
    db.session.add(run)
    db.session.flush()
    return run.id


def _save(run: int, judged: list[_Entry], *, centre: Centre, by: str, at: datetime) -> None:
    """The rows of one step, and what became of them, in numbers that the audit keeps."""
    new = [(e, e.someone) for e in judged if e.outcome in NEW and e.someone]
    for (_, someone), number in zip(new, members.next_numbers(len(new)), strict=True):
        someone.person = replace(someone.person, number=number)
    _enter(new, centre=centre, at=at)
    _join([entry for entry in judged if entry.outcome is RowOutcome.SAME], at=at)
    for entry in judged:
        if entry.someone and entry.someone.member_id is None:
            entry.outcome, entry.reasons = RowOutcome.REFUSED, (Reason.NOT_SAVED,)
    kept = [
        {
            "run_id": run, "line": e.row.number, "outcome": e.outcome,
            "reason": " ".join(e.reasons)[:40],
            "member_id": e.someone.member_id if e.someone else None,
        }
        for e in judged
    ]  # fmt: skip
    db.session.connection().execute(insert(ImportRow), kept)
    counts = " ".join(
        f"{word} {n}" for word, n in sorted(Counter(e.outcome for e in judged).items())
    )
    audit.write("exchange.brought_in", f"import_runs:{run}", by=by, at=at, detail=counts)


def _enter(new: list[tuple[_Entry, Someone]], *, centre: Centre, at: datetime) -> None:
    """In one savepoint; where the database refuses, in halves, until only the bad row is out."""
    if not new:
        return
    try:
        with db.session.begin_nested():
            _insert(new, centre=centre, at=at)
    except (IntegrityError, DataError):
        for _, someone in new:
            someone.member_id = None
        if len(new) > 1:
            middle = len(new) // 2
            _enter(new[:middle], centre=centre, at=at)
            _enter(new[middle:], centre=centre, at=at)


def _insert(new: list[tuple[_Entry, Someone]], *, centre: Centre, at: datetime) -> None:
    people = [someone.person for _, someone in new]
    made = members.enter(people, centre=centre, channel=Channel.ORIGIN_LIST, consent=PAPER, at=at)
    for (_, someone), member in zip(new, made, strict=True):
        someone.member_id = member.id
    doubts = [
        {"member_id": someone.member_id, "like_id": other.member_id, "reason": why, "found_at": at}
        for entry, someone in new
        for other, why in entry.like
        if other.member_id
    ]
    consent = {"kind": ConsentKind.PARTY, "text_version": PAPER, "given_at": at}
    agreed = [
        {"member_id": someone.member_id} | consent
        for entry, someone in new
        if entries.says_yes(entry.row.party)
    ]
    for table, rows in ((Doubt, doubts), (Consent, agreed)):
        if rows:
            db.session.execute(insert(table), rows)
    _join([entry for entry, _ in new], at=at)


def _join(judged: list[_Entry], *, at: datetime) -> None:
    """Into the branches that stand on their rows."""
    rows = [
        {
            "member_id": entry.someone.member_id, "organisation_id": entry.branch_id,
            "kind": AffiliationKind.PARTICIPATION, "since": at,
        }
        for entry in judged
        if entry.branch_id and entry.someone and entry.someone.member_id
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Affiliation), rows)
