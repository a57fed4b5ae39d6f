"""What `kiosk members import` says about a file and about a row: the reason, the next step."""

from enum import StrEnum

from kiosk.domain.entries import Reason
from kiosk.domain.exchange import Note
from kiosk.domain.rosters import Reason as FileReason
from kiosk.models import DoubtReason

FILES = {
    FileReason.EMPTY: "There is nobody on it. Put each person on a row of their own below the"
    " headings.",
    FileReason.TOO_LARGE: "It is larger than 10 MB. Copy the rows alone into a new workbook.",
    FileReason.TOO_MANY_ROWS: "It has more than 50,000 rows. Divide it into several files.",
    FileReason.BOMB: "It unpacks to far more than a roster needs. Copy the rows alone into a new"
    " workbook.",
    FileReason.NOT_A_WORKBOOK: "It is damaged or no workbook. Open it in your spreadsheet program"
    " and save it again as .xlsx or as CSV.",
    FileReason.TEXT_CALLED_WORKBOOK: "It is a text file with the name of a workbook. Rename it to"
    " .csv.",
    FileReason.PROTECTED: "It is protected by a password. Save a copy without one.",
    FileReason.ENCODING: "Its characters cannot be read. Save it again as CSV UTF-8 or as .xlsx.",
    FileReason.QUOTES: "Line {line} has a quotation mark that is not closed. Correct it, or save"
    " the file as .xlsx.",
    FileReason.NO_HEADINGS: "None of its first ten rows holds headings. Write {name} above the"
    " names; docs/roster.md lists the others.",
}
ROWS: dict[StrEnum, str] = {
    Reason.NOT_AGREED: "this person did not agree",
    Reason.CONSENT_MISSING: "it does not say that this person agreed",
    Reason.CONSENT_UNCLEAR: "whether this person agreed is neither yes nor no",
    Reason.NAME_EMPTY: "there is no name",
    Reason.NAME_TOO_LONG: "the name is longer than 100 characters",
    Reason.NAME_CHARACTERS: "the name has characters that no name has",
    Reason.NAME_NOT_TEXT: "a number or a date stands where the name should be",
    Reason.PHONE_CHARACTERS: "the phone has characters that are not digits",
    Reason.PHONE_NOT_MOBILE: "the phone is not a mobile number of mainland China",
    Reason.PHONE_TOO_SHORT: "the phone has fewer than 11 digits",
    Reason.PHONE_TOO_LONG: "the phone has more than 11 digits",
    Reason.PHONE_DIGITS_LOST: "the file no longer holds the last digits of the phone; make the"
    " column text and type it again",
    Reason.NOT_SAVED: "the database did not take it; bring the file in once more",
    DoubtReason.SAME_PHONE: "somebody with the same phone is there already",
    DoubtReason.SAME_NAME_AND_HOMETOWN: "somebody of that name and hometown is there already",
    Note.NO_PHONE: "Without a phone, taken for the same person on an earlier list",
    Note.PLACE_UNKNOWN: "The hometown is no province or city that is known, and is left out",
    Note.BRANCH_ADDED: "There before, and now in this branch, too",
    Note.BRANCH_UNKNOWN: "The branch is not known, and is left out",
}
