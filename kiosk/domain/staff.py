"""Accounts of the people who work here, and their log-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, func, select

from kiosk import clock
from kiosk.domain import audit, settings, tokens
from kiosk.extensions import db
from kiosk.models import Centre, LoginAttempt, Organisation, Role, Staff, StaffSession

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)  # failed log-ins are forgotten after that
PER_ACCOUNT, PER_ADDRESS = 5, 20  # failed log-ins within the window

DEMO_PASSWORD = "doorstep-demo"  # noqa: S105  # printed on the log-in page of a demo
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
WIDELY_KNOWN = {"1234567890", "0123456789", "password123", "password1234", "qwertyuiop"}

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # memory in KiB
# A log-in costs 60 ms and 19 MiB: many at once must not starve the doors.
HASHING = BoundedSemaphore(2)
# Of a password that nobody knows: an unknown account takes as long as a known one.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$WdW+bq+H2jJf0E4hNpwKXQ"
    "$O9SCxaT33QgbmzddwokscZ2i1Uql1tt6N4isNWXArr4"
)


class Fault(StrEnum):
    """Why an account cannot be made."""

    LOGIN_TAKEN = "login_taken"
    LOGIN_ODD = "login_odd"
    CENTRE_MISSING = "centre_missing"
    ORGANISATION_MISSING = "organisation_missing"
    PASSWORD_SHORT = "password_short"  # noqa: S105
    PASSWORD_LONG = "password_long"  # noqa: S105
    PASSWORD_IS_LOGIN = "password_is_login"  # noqa: S105
    PASSWORD_KNOWN = "password_known"  # noqa: S105


class Outcome(StrEnum):
    WELCOME = "welcome"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody asks to be let in. `wait` is how long they must not; then nothing was checked."""

    login: str
    login_hash: str
    address_hash: str
    account: Staff | None = None
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class LogIn:
    """What came of it. The token goes into the browser's cookie and nowhere else."""

    outcome: Outcome
    token: str = ""


def add(
    login: str,
    name: str,
    role: Role,
    password: str,
    *,
    by: str,
    centre: Centre | None = None,
    organisation: Organisation | None = None,
    at: datetime | None = None,
) -> Staff | Fault:
    """A new account, or what stands in its way."""
    login = login.strip().lower()
    fault = _account_fault(login, role, centre, organisation) or _password_fault(login, password)
    if fault:
        return fault
    person = Staff(
        login=login, name=name or login, role=role, password_hash=HASHER.hash(password),
        centre_id=centre.id if centre else None,
        organisation_id=organisation.id if organisation else None, made_at=at or clock.now(),
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    audit.write("staff.added", f"staff:{person.id}", by=by, at=at, detail=role)
    return person


def by_login(login: str) -> Staff | None:
    return db.session.scalar(select(Staff).where(Staff.login == login.strip().lower()))


def attempt(login: str, *, address: str, at: datetime) -> Attempt:
    """Count this log-in as a failed one until it succeeds, so that many at once gain nothing.

    To be committed before `log_in`, which takes its time.
    """
    login = login.strip().lower()
    login_hash, address_hash = tokens.hidden("login", login), tokens.hidden("address", address)
    wait = _wait(login_hash, address_hash, at)
    if wait:
        return Attempt(login, login_hash, address_hash, wait=wait)
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < at - KEPT))
    db.session.add(LoginAttempt(at=at, login_hash=login_hash, address_hash=address_hash))
    account = by_login(login) if login.isprintable() else None
    return Attempt(login, login_hash, address_hash, account=account)


def log_in(
    tried: Attempt, password: str, *, before: StaffSession | None = None, at: datetime
) -> LogIn:
    """Check the password without a transaction, then begin a session with a token of its own.

    One browser, one log-in: the one `before` ends.
    """
    person = tried.account
    right = _verify(person.password_hash if person else NOBODY, password)
    if person is None or person.stopped_at or not right:
        return LogIn(Outcome.WRONG)
    mine = (LoginAttempt.login_hash == tried.login_hash) & (
        LoginAttempt.address_hash == tried.address_hash
    )
    db.session.execute(delete(LoginAttempt).where(mine))
    if before:
        end(before, at=at)
    return LogIn(Outcome.WELCOME, begin(person, at=at))


def begin(person: Staff, *, at: datetime) -> str:
    """A session for somebody whose password was right. The token is not kept here."""
    token = tokens.make()
    session = StaffSession(
        staff_id=person.id, token_hash=tokens.hash_of(token), made_at=at, seen_at=at
    )
    db.session.add(session)
    audit.write("staff.logged_in", f"staff:{person.id}", by=f"staff:{person.id}", at=at)
    return token


def by_token(token: str, *, at: datetime) -> StaffSession | None:
    """The log-in that this cookie stands for, if it still lasts."""
    session = db.session.scalar(
        select(StaffSession).where(StaffSession.token_hash == tokens.hash_of(token))
    )
    if session is None or session.ended_at or session.staff.stopped_at:
        return None
    fresh = at - session.seen_at < IDLE and at - session.made_at < LONGEST
    return session if fresh else None


def due(session: StaffSession, *, at: datetime) -> bool:
    """Is it time to note again that somebody is working?"""
    return at - session.seen_at >= SEEN_EVERY


def touch(session: StaffSession, *, at: datetime) -> None:
    session.seen_at = at


def end(session: StaffSession, *, at: datetime) -> None:
    """Log out. Twice is harmless."""
    if session.ended_at is None:
        session.ended_at = at
        audit.write(
            "staff.logged_out", f"staff:{session.staff_id}", by=f"staff:{session.staff_id}", at=at
        )


def is_demo() -> bool:
    return bool(settings.get(settings.DEMO))


def wait_after(failures: ColumnElement[bool], allowed: int, *, at: datetime) -> timedelta | None:
    """How long until fewer failures than allowed count. None: no need to wait."""
    recent = (failures, LoginAttempt.at > at - WINDOW)
    count = select(func.count(), func.min(LoginAttempt.at)).where(*recent)
    times, oldest = db.session.execute(count).one()
    return WINDOW - (at - oldest) if times >= allowed else None


def _account_fault(
    login: str, role: Role, centre: Centre | None, organisation: Organisation | None
) -> Fault | None:
    if not (0 < len(login) <= 40 and login.isascii() and login.isprintable() and " " not in login):
        return Fault.LOGIN_ODD
    if role == Role.DESK and centre is None:
        return Fault.CENTRE_MISSING
    if role == Role.BRANCH and organisation is None:
        return Fault.ORGANISATION_MISSING
    return Fault.LOGIN_TAKEN if by_login(login) else None


def _password_fault(login: str, password: str) -> Fault | None:
    if len(password) < SHORTEST_PASSWORD:
        return Fault.PASSWORD_SHORT
    if len(password) > LONGEST_PASSWORD:
        return Fault.PASSWORD_LONG
    if password.lower() == login:
        return Fault.PASSWORD_IS_LOGIN
    known = password.lower() in WIDELY_KNOWN or len(set(password)) < 3
    if known or (password == DEMO_PASSWORD and not is_demo()):
        return Fault.PASSWORD_KNOWN
    return None


def _wait(login_hash: str, address_hash: str, at: datetime) -> timedelta | None:
    """How long until the oldest failure that counts is forgotten. None: no need to wait."""
    here = LoginAttempt.address_hash == address_hash
    for failures, allowed in (
        (here & (LoginAttempt.login_hash == login_hash), PER_ACCOUNT),
        (here, PER_ADDRESS),
    ):
        if wait := wait_after(failures, allowed, at=at):
            return wait
    return None


def _verify(password_hash: str, password: str) -> bool:
    with HASHING:
        try:
            return HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
