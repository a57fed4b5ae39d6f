"""Facts about this installation, and numbers given out in order."""

from sqlalchemy import update

from kiosk.extensions import db
from kiosk.models import Counter, Setting

MEMBER_PREFIX = "member_prefix"
DEMO = "demo"  # set for good when the fictional demo is loaded


def get(name: str, default: str = "") -> str:
    setting = db.session.get(Setting, name)
    return setting.value if setting else default


def put(name: str, value: str) -> None:
    setting = db.session.get(Setting, name)
    if setting is None:
        db.session.add(Setting(name=name, value=value))
    else:
        setting.value = value
    db.session.flush()


def next_number(counter: str) -> int:
    """1, 2, 3 …: raised and read in one statement, so that no two people share a number."""
    return reserve_numbers(counter, 1)


def reserve_numbers(counter: str, how_many: int) -> int:
    """The first of a row of numbers that belong to the caller alone."""
    raised = update(Counter).where(Counter.name == counter).values(value=Counter.value + how_many)
    last = db.session.scalar(raised.returning(Counter.value))
    if last is None:
        db.session.add(Counter(name=counter, value=how_many))
        db.session.flush()
        return 1
    return int(last) - how_many + 1
