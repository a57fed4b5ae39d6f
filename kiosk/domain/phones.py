"""Mobile numbers of mainland China: one stored form of eleven digits."""

import re
import unicodedata
from enum import StrEnum

DIGITS = 11

_BETWEEN = re.compile(r"[\s()\[\]-]+")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－ー【】〔〕"), "-")


class Reason(StrEnum):
    CHARACTERS = "characters"
    NOT_MOBILE = "not_mobile"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


class Refused(ValueError):
    """This text is not a mobile number. `missing` says how many digits are still to come."""

    def __init__(self, reason: Reason, *, missing: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.missing = missing


def clean(text: str) -> str:
    """Eleven digits, whatever stands between and before them: +86, blanks, dashes, brackets.

    Unassigned blocks pass: the list of blocks grows. Raises Refused.
    """
    if len(text) > 100:
        raise Refused(Reason.TOO_LONG)
    typed = _BETWEEN.sub("", _plain(text))
    digits = re.sub(r"^(\+|00)?86", "", typed)
    if not re.fullmatch("[0-9]*", digits.removeprefix("+")):
        raise Refused(Reason.CHARACTERS)
    if not re.match("$|1$|1[3-9]", digits):
        raise Refused(Reason.NOT_MOBILE)
    if len(digits) < DIGITS:
        raise Refused(Reason.TOO_SHORT, missing=DIGITS - len(digits))
    if len(digits) > DIGITS:
        raise Refused(Reason.TOO_LONG)
    return digits


def mask(phone: str) -> str:
    """138****1234, from a clean number; no digit of anything else."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == DIGITS else "****"


def _plain(text: str) -> str:
    """Numbers copied from an address book bring invisible direction marks along."""
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return "".join(char for char in plain if unicodedata.category(char) != "Cf")
