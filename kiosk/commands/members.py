"""`kiosk members`: a roster comes in, the list of members goes out."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from kiosk import clock, database
from kiosk.commands import output
from kiosk.commands.roster_words import FILES, ROWS
from kiosk.domain import audit, centres, exchange, exports, phones, rosters
from kiosk.domain.exchange import Line, Note, Source
from kiosk.domain.exports import Exported
from kiosk.domain.rosters import Column, Unreadable
from kiosk.extensions import db
from kiosk.models import Centre, MemberState, RowOutcome

group = AppGroup("members", help="Bring in a roster, take out the list of members.")

SHOWN = 10  # row numbers or words in one line


class NotRead(click.ClickException):
    """The file as a whole is of no use."""

    exit_code = 2


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen to each row; change nothing.")
@click.option("--centre", "code", help="Code of the centre they belong to; else the first one.")
@click.option(
    "--consented", is_flag=True, help="Everybody agreed on paper, where the file is silent."
)
def bring_in(file: Path, *, dry_run: bool, code: str | None, consented: bool) -> None:
    """Bring in a roster: .xlsx or .csv, with headings such as those in docs/roster.md.

    Rows that cannot be used are named with their reason, and the others come in. The same file
    may be brought in again: nobody is entered twice. Exits with 1 if a row was refused, with 2 if
    the file cannot be read.
    """
    source = _read(file)
    database.read_only()
    centre = _centre(code)
    db.session.commit()
    silent = Column.CONSENT not in source.roster.columns
    _announce(source, centre)
    if silent and not consented:
        _vouch(ask=sys.stdin.isatty() and not dry_run)
    lines = _rows(source, centre, on_paper=consented or silent, dry_run=dry_run)
    _report(lines, dry_run=dry_run)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reason", default="", help="What the list is for. It is noted in the audit.")
@click.option("--masked", is_flag=True, help="Hide the middle of each phone number.")
def take_out(file: Path, *, reason: str, masked: bool) -> None:
    """Write the list of members as .csv or .xlsx. The audit notes how many, and what for."""
    make = {".csv": exports.as_csv, ".xlsx": exports.as_workbook}.get(file.suffix.lower())
    if make is None:
        raise click.ClickException("The list is written as .csv or .xlsx: give FILE that ending.")
    if not reason and sys.stdin.isatty():
        reason = click.prompt("What is the list for", err=True)
    database.read_only()
    members = list(exports.everyone())
    db.session.commit()
    detail = f"{len(members)} rows, for: {reason or 'no reason given'}"[:400]
    audit.write("members.exported", "members:all", by="command", detail=detail, at=clock.now())
    db.session.commit()
    with output.progress(len(members), "Rows") as bar:
        output.write(file, make(_table(members, bar, masked=masked)))
    click.echo(f"{len(members)} members are in {file}. It holds personal data: keep it safe.")


def _read(file: Path) -> Source:
    try:
        return exchange.read(file)
    except Unreadable as error:
        words = FILES[error.reason].format(line=error.line, name=rosters.heading(Column.NAME))
        raise NotRead(f"{file} cannot be read. {words}") from error
    except OSError as error:
        raise NotRead(f"{file} cannot be read: {error.strerror or 'unknown reason'}.") from error


def _centre(code: str | None) -> Centre:
    centre = centres.by_code(code) if code else centres.first()
    if centre is None and code:
        raise click.ClickException(f"There is no centre with the code {code}.")
    if centre is None:
        raise click.ClickException("There is no centre yet: load the demo or add one.")
    return centre


def _announce(source: Source, centre: Centre) -> None:
    roster, also = source.roster, source.roster.other_sheets
    sheet = f" on the sheet {_shown([roster.sheet])}" if roster.sheet else ""
    click.echo(f"{len(roster.rows)} rows{sheet}, for {centre.name} ({centre.code}).")
    if roster.ignored:
        click.echo(f"Columns that are not read: {_shown(roster.ignored)}.")
    if also:
        click.echo(f"Sheets that are not read, though they have headings: {_shown(also)}.")


def _vouch(*, ask: bool) -> None:
    """The file does not say who agreed, so whoever brings it in says that everybody did."""
    silent = f"The file has no column {rosters.heading(Column.CONSENT)}."
    if ask:
        click.confirm(f"{silent} Has everybody on it agreed on paper?", abort=True, err=True)
        return
    click.echo(f"{silent} Everybody on it counts as having agreed on paper.", err=True)


def _rows(source: Source, centre: Centre, *, on_paper: bool, dry_run: bool) -> list[Line]:
    lines: list[Line] = []
    if dry_run:
        database.read_only()
    with output.progress(len(source.roster.rows), "Rows") as bar:
        for some in exchange.bring_in(
            source, centre=centre, by="command", at=clock.now(), on_paper=on_paper, dry_run=dry_run
        ):
            if not dry_run:
                db.session.commit()
            lines += some
            bar.update(len(some))
    return lines


def _report(lines: list[Line], *, dry_run: bool) -> None:
    """Each row that needs somebody, by its number, never by its name; then how many of each."""
    for line in lines:
        if line.outcome in (RowOutcome.REFUSED, RowOutcome.DOUBTFUL):
            said = "; ".join(ROWS[why] for why in line.reasons if not isinstance(why, Note))
            click.echo(f"Row {line.number}: {line.outcome}: {said}.")
    for note in Note:
        if noted := [line.number for line in lines if note in line.reasons]:
            click.echo(f"{ROWS[note]}: {_numbers(noted)}.")
    count = Counter(line.outcome for line in lines)
    made, doubtful = count[RowOutcome.MADE], count[RowOutcome.DOUBTFUL]
    same, refused = count[RowOutcome.SAME], count[RowOutcome.REFUSED]
    click.echo(
        f"{made} made, {doubtful} made and doubtful, {same} there before, {refused} refused."
    )
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")
    if refused:
        done = "would come" if dry_run else "are"
        raise click.ClickException(
            f"{refused} of {len(lines)} rows were refused; the others {done} in. Correct those rows"
            " and bring the file in again."
        )


def _numbers(rows: Sequence[int]) -> str:
    """row 3; rows 3, 5, 8; rows 3, 5, 8 and 40 more."""
    shown = ", ".join(map(str, rows[:SHOWN]))
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"


def _shown(texts: Sequence[str]) -> str:
    """Words from the file on a terminal: one that could steer it is shown as a question mark."""
    text = ", ".join(texts[:SHOWN])
    return "".join(char if char.isprintable() else "?" for char in text)[:200]


def _table(members: list[Exported], bar: output.Bar, *, masked: bool) -> Iterator[list[str]]:
    yield [
        _("Member number"), _("Name"), _("Phone"), _("Hometown"), _("Branch"), _("State"),
        _("Registered on"),
    ]  # fmt: skip
    zone, states = ZoneInfo(current_app.config["KIOSK_TIMEZONE"]), _states()
    for member in members:
        phone = phones.mask(member.phone) if masked and member.phone else member.phone
        day = f"{member.registered_at.astimezone(zone):%Y-%m-%d}"
        yield [
            member.number, member.name, phone, member.hometown, "; ".join(member.branches),
            states[member.state], day,
        ]  # fmt: skip
        bar.update(1)


def _states() -> dict[str, str]:
    return {
        MemberState.VISITOR: _("Visitor"),
        MemberState.REGISTERED: _("Registered"),
        MemberState.ACCEPTED: _("Joined a branch"),
        MemberState.TRANSFERRED_IN: _("Transferred in"),
        MemberState.QUIET: _("Quiet"),
        MemberState.CONTACT_1: _("Being contacted"),
        MemberState.UNREACHED: _("Not reached yet"),
        MemberState.REFERRED_BACK: _("Back with the home branch"),
        MemberState.LEFT: _("Left"),
        MemberState.WITHDRAWN: _("Consent withdrawn"),
    }
