"""`kiosk cards`: issuing, printing and listing member cards."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from kiosk import clock, database
from kiosk.commands import output
from kiosk.domain import audit, cards, exports, members, prints
from kiosk.extensions import db
from kiosk.language import card_words
from kiosk.models import Card, Member

group = AppGroup("cards", help="Issue, print and list member cards.")

BATCH = 50  # cards in one transaction, so that no door waits long for the database


@group.command("issue")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--all", "everybody", is_flag=True, help="Everybody who has none.")
def issue(numbers: tuple[str, ...], *, everybody: bool) -> None:
    """Issue a card to the members with these NUMBERs, or to --all who have none.

    With neither, it says how many are without a card. Whoever has a card keeps it.
    """
    if numbers and everybody:
        raise click.UsageError("Name the members, or say --all.")
    if numbers:
        issued = _issue_to([_member(number) for number in numbers])
    elif everybody:
        issued = _issue_to_all()
    else:
        database.read_only()
        click.echo(f"{cards.due()} members are without a card; --all issues one to each of them.")
        return
    click.echo(f"{issued} cards issued; {len(cards.waiting())} wait to be printed.")


@group.command("sheet")
@click.argument("file", metavar="FILE.pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--start", type=click.IntRange(1, 10), default=1, help="The first free place on the first page."
)
@click.option("--single", is_flag=True, help="One page in the size of a card for each.")
def sheet(file: Path, *, start: int, single: bool) -> None:
    """Print every card that waits into FILE.pdf: ten on an A4 page, with marks for cutting.

    They count as printed once the file is safely written.
    """
    database.read_only()
    waiting = cards.waiting()
    if not waiting:
        raise click.ClickException("No card waits to be printed; kiosk cards issue makes some.")
    with output.progress(len(waiting), "Cards") as bar:
        if single:
            drawn = prints.single(waiting, wording=card_words, step=bar.update)
        else:
            drawn = prints.sheet(waiting, wording=card_words, start=start, step=bar.update)
    db.session.commit()
    output.write(file, drawn.pdf)
    _note(waiting)
    for card in waiting:
        if lost := drawn.undrawable.get(card.member.number):
            shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in lost)
            click.echo(f"{card.serial}: no font has {shown}; show this card to the member first.")
    click.echo(f"{len(waiting)} cards are in {file}.")


@group.command("list")
@click.option("--csv", "as_csv", is_flag=True, help="Every live card with its code, as CSV.")
@click.option("--reason", default="", help="What the list is for; --csv needs it.")
def list_(*, as_csv: bool, reason: str) -> None:
    """Say how many cards there are, or write them to standard output with --csv --reason TEXT.

    With a code anybody can print that card: the list is noted in the audit, with its reason.
    """
    if not as_csv:
        database.read_only()
        for state, how_many in cards.by_state().items():
            click.echo(f"{how_many} {state.replace('_', ' ')}")
        return
    if not reason.strip():
        raise click.UsageError("Say with --reason what the list is for.")
    database.read_only()
    rows = [_cells(card) for card in cards.in_use()]
    db.session.commit()
    detail = f"{len(rows)} rows, for: {reason}"[:400]
    audit.write("cards.listed", "cards:all", by="command", detail=detail, at=clock.now())
    db.session.commit()
    content = exports.as_csv([("serial", "member_number", "name", "code"), *rows])
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    sys.stdout.buffer.write(text.encode())


def _member(number: str) -> Member:
    member = members.with_number(number)
    if member is None:
        raise click.ClickException(f"There is no member with the number {number}.")
    if not cards.may_have(member):
        raise click.ClickException(f"The member {number} has left and gets no card.")
    return member


def _issue_to(some: Sequence[Member]) -> int:
    """How many of them had none."""
    issued = 0
    for member in some:
        issued += cards.live(member) is None
        cards.issue(member, by="command", at=clock.now())
    db.session.commit()
    return issued


def _issue_to_all() -> int:
    issued = 0
    with output.progress(cards.due(), "Cards") as bar:
        while some := cards.without(BATCH):
            issued += _issue_to(some)
            bar.update(len(some))
    return issued


def _note(printed: Sequence[Card]) -> None:
    with output.progress(len(printed), "Noting") as bar:
        for start in range(0, len(printed), BATCH):
            some = printed[start : start + BATCH]
            prints.note(some, by="command", at=clock.now(), centre=None)
            db.session.commit()
            bar.update(len(some))


def _cells(card: Card) -> tuple[str, str, str, str]:
    code = cards.code_of(card)
    return card.serial, card.member.number, card.member.name or "", code or ""
