"""One row of a roster: a person who can be entered, or why there is none."""

import tomllib
import unicodedata
from enum import StrEnum
from pathlib import Path

from kiosk.domain import names, phones, regions
from kiosk.domain.members import Person
from kiosk.domain.rosters import Column, RosterRow

_WORDS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("entries.toml").read_text("utf-8")
)
NOTHING, TOTALS = {"", *_WORDS["nothing"]}, {*_WORDS["totals"]}
YES, NO = {*_WORDS["yes"]}, {*_WORDS["no"]}


class Reason(StrEnum):
    """Why a row stayed outside: a column's name and the reason that its own module gives."""

    NOT_AGREED = "not_agreed"
    CONSENT_MISSING = "consent_missing"
    CONSENT_UNCLEAR = "consent_unclear"
    NAME_EMPTY = "name_empty"
    NAME_TOO_LONG = "name_too_long"
    NAME_CHARACTERS = "name_characters"
    NAME_NOT_TEXT = "name_not_text"
    PHONE_CHARACTERS = "phone_characters"
    PHONE_NOT_MOBILE = "phone_not_mobile"
    PHONE_TOO_SHORT = "phone_too_short"
    PHONE_TOO_LONG = "phone_too_long"
    PHONE_DIGITS_LOST = "phone_digits_lost"
    NOT_SAVED = "not_saved"  # the database refused it; nothing is wrong with the row


def read(row: RosterRow, *, on_paper: bool) -> Person | tuple[Reason, ...]:
    """The person on this row, still without a number, or every reason against it.

    Who did not agree is not looked at further. A row that says nothing about it counts as
    agreed where all of them did so `on_paper`.
    """
    missing = _without_consent(plain(row.consent), on_paper=on_paper)
    if missing:
        return (missing,)
    name, phone = _name(row), _phone(row)
    reasons = tuple(found for found in (name, phone) if isinstance(found, Reason))
    return reasons or Person("", name, phone, regions.named(row.hometown))


def is_total(row: RosterRow) -> bool:
    """The last line of many lists: nobody is called that."""
    return plain(row.name).rstrip(":") in TOTALS


def says_yes(text: str) -> bool:
    return plain(text) in YES


def says_nothing(text: str) -> bool:
    """Empty, or what clerks write so that a cell is not empty."""
    return plain(text) in NOTHING


def plain(text: str) -> str:
    """Without blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _without_consent(answer: str, *, on_paper: bool) -> Reason | None:
    if not answer:
        return None if on_paper else Reason.CONSENT_MISSING
    if answer in YES:
        return None
    return Reason.NOT_AGREED if answer in NO else Reason.CONSENT_UNCLEAR


def _name(row: RosterRow) -> str:
    """The clean name, or a Reason."""
    try:
        return _trouble(row, Column.NAME) or names.clean(row.name)
    except names.Refused as refused:
        return Reason(f"{Column.NAME}_{refused.reason}")


def _phone(row: RosterRow) -> str | None:
    """The clean phone, None where none was given, or a Reason."""
    if says_nothing(row.phone):
        return None
    try:
        return _trouble(row, Column.PHONE) or phones.clean(row.phone)
    except phones.Refused as refused:
        return Reason(f"{Column.PHONE}_{refused.reason}")


def _trouble(row: RosterRow, column: Column) -> Reason | None:
    """What the file itself lost."""
    found = (problem for problem in row.problems if problem.column == column)
    return next((Reason(f"{column}_{problem.trouble}") for problem in found), None)
