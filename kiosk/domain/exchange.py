"""A roster comes in, row by row, each with its outcome; the list of members goes out."""

import hashlib
from collections import Counter, defaultdict
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
    Member,
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


def out() -> Iterator[Exported]:
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
        return _Entry(row, RowOutcome.SAME, someone=twin)
    listed = known.listed(found, branch_id)
    if listed is not None:
        return _Entry(row, RowOutcome.SAME, (Note.NO_PHONE,), listed)
    like, someone = known.like(found), Someone(found)
    known.add(someone)
    reasons: list[StrEnum] = [why for _, why in like[:1]]
    if found.hometown == regions.UNKNOWN and not entries.says_nothing(row.hometown):
        reasons.append(Note.PLACE_UNKNOWN)
    if branch_id is None and not entries.says_nothing(row.branch):
        reasons.append(Note.BRANCH_UNKNOWN)
    outcome = RowOutcome.DOUBTFUL if like else RowOutcome.MADE
    return _Entry(row, outcome, tuple(reasons), someone, like, branch_id)


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
    joined = [
        {
            "member_id": someone.member_id, "organisation_id": entry.branch_id, "since": at,
            "kind": AffiliationKind.PARTICIPATION,
        }
        for entry, someone in new
        if entry.branch_id
    ]  # fmt: skip
    agreed = [
        {
            "member_id": someone.member_id, "kind": ConsentKind.PARTY, "text_version": PAPER,
            "given_at": at,
        }
        for entry, someone in new
        if entries.says_yes(entry.row.party)
    ]  # fmt: skip
    for table, rows in ((Doubt, doubts), (Affiliation, joined), (Consent, agreed)):
        if rows:
            db.session.execute(insert(table), rows)
