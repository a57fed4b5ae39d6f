"""Facts about this installation, and numbers given out in order."""

from sqlalchemy import bindparam, text

from kiosk import clock
from kiosk.extensions import db
from kiosk.models import Setting

MEMBER_PREFIX = "member_prefix"
DEMO = "demo"  # set for good when the fictional demo is loaded

# Each is one statement, so that two processes can do it at once. Both databases know it.
PUT = text(
    "INSERT INTO settings (name, value, since) VALUES (:name, :value, :since) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, since = excluded.since"
).bindparams(bindparam("since", type_=Setting.since.type))
RAISE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)


def get(name: str, default: str = "") -> str:
    setting = db.session.get(Setting, name)
    return setting.value if setting else default


def put(name: str, value: str) -> None:
    db.session.execute(PUT, {"name": name, "value": value, "since": clock.now()})
    db.session.get(Setting, name, populate_existing=True)  # it may have been read before


def reserve_numbers(counter: str, how_many: int) -> int:
    """The first of a row of numbers that belong to the caller alone; counted from 1.

    Raised and read in one statement, so that no two people share a number.
    """
    last = db.session.scalar(RAISE, {"name": counter, "value": how_many})
    return int(last or 0) - how_many + 1
