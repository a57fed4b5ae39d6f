"""Settings from KIOSK_* environment variables: one list, each with its meaning."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    default: str
    meaning: str


OPTIONS = (
    Option("KIOSK_DATA", "var", "folder for the database and its backups"),
    Option("KIOSK_KEYS", "", "folder for the secret keys; empty: the folder keys in KIOSK_DATA"),
    Option("KIOSK_HOST", "127.0.0.1", "address to listen on"),
    Option("KIOSK_PORT", "8000", "port to listen on"),
    Option("KIOSK_DATABASE_URL", "", "empty: SQLite in KIOSK_DATA; or postgresql+psycopg://…"),
    Option("KIOSK_DEMO", "1", "1: an empty database gets the fictional demo; 0: it stays empty"),
    Option("KIOSK_WORKERS", "", "server processes; empty: 1 on SQLite, one per core + 1 else"),
    Option("KIOSK_THREADS", "8", "threads in each server process"),
    Option("KIOSK_AUDIENCES", "visitor,door,desk,machine", "which parts this process serves"),
    Option("KIOSK_TIMEZONE", "Asia/Shanghai", "the time zone that people read"),
    Option("KIOSK_LANGUAGE", "zh_CN", "the language to begin with: zh_CN or en"),
    Option("KIOSK_WORDING", "party", "the wording of the pages: party or neutral"),
    Option("KIOSK_PUBLIC_URL", "", "the address that phones can reach (nothing uses it yet)"),
    Option(
        "KIOSK_PROXIES", "0",
        "how many proxies are before it; each adds to X-Forwarded-For, the last X-Forwarded-Proto",
    ),
    Option("KIOSK_LOG", "info", "how much the log says: debug, info, warning or error"),
)  # fmt: skip
KEYS = ("secret", "pepper", "sealing", "audit")  # one file each
KEY_BYTES = 32
MEGABYTE = 1024 * 1024


class BadSetting(ValueError):
    """A setting that cannot be used, in one sentence for the person who set it."""


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's configuration: every option by its name, then what follows from them."""
    values = {o.name: environment.get(o.name, "").strip() or o.default for o in OPTIONS}
    _check(values)
    data = Path(values["KIOSK_DATA"]).absolute()
    keys = Path(values["KIOSK_KEYS"] or data / "keys").absolute()
    url = values["KIOSK_DATABASE_URL"] or f"sqlite:///{data / 'doorstep.sqlite'}"
    return values | {
        "DATA": data,
        "KEYS": keys,
        # A demo outside loopback must be asked for, not fallen into.
        "DEMO_ASKED_FOR": environment.get("KIOSK_DEMO", "").strip() == "1",
        "AUDIENCES": tuple(values["KIOSK_AUDIENCES"].split(",")),
        "SQLALCHEMY_DATABASE_URI": url,
        "BABEL_DEFAULT_TIMEZONE": values["KIOSK_TIMEZONE"],
        "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": 12 * 60 * 60,
        "WTF_CSRF_CHECK_DEFAULT": True,
        "SESSION_COOKIE_NAME": "doorstep_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def read_keys(folder: Path) -> dict[str, bytes]:
    """The secret keys, made at the first start. Only their owner may read the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {key: _read_key(folder / key) for key in KEYS}


def _read_key(path: Path) -> bytes:
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise BadSetting(f"the key {path.name} in KIOSK_KEYS is damaged: bring back its copy")
    return key


def _make_key(path: Path) -> None:
    """Whole or not at all, and on the disk before anything is sealed with it."""
    with NamedTemporaryFile(dir=path.parent) as file:  # mode 0600
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):  # two processes may start at once: the first one decides
            os.link(file.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _check(values: Mapping[str, str]) -> None:
    choices = {
        "KIOSK_DEMO": {"0", "1"},
        "KIOSK_LANGUAGE": {"zh_CN", "en"},
        "KIOSK_WORDING": {"party", "neutral"},
        "KIOSK_LOG": {"debug", "info", "warning", "error"},
    }
    for name, allowed in choices.items():
        if values[name] not in allowed:
            raise BadSetting(f"{name} must be one of: {', '.join(sorted(allowed))}")
    for name in ("KIOSK_PORT", "KIOSK_THREADS", "KIOSK_WORKERS"):
        if values[name] and not (values[name].isdecimal() and int(values[name]) > 0):
            raise BadSetting(f"{name} must be a whole number, 1 or more")
    if not values["KIOSK_PROXIES"].isdecimal():
        raise BadSetting("KIOSK_PROXIES must be a whole number, 0 or more")
    if int(values["KIOSK_PORT"]) > 65_535:
        raise BadSetting("KIOSK_PORT must be at most 65535")
    unknown = set(values["KIOSK_AUDIENCES"].split(",")) - {"visitor", "door", "desk", "machine"}
    if unknown:
        raise BadSetting("KIOSK_AUDIENCES may name visitor, door, desk and machine")
    try:
        ZoneInfo(values["KIOSK_TIMEZONE"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting("KIOSK_TIMEZONE must be a name such as Asia/Shanghai") from error
    _check_url(values["KIOSK_DATABASE_URL"])


def _check_url(url: str) -> None:
    try:
        kind = make_url(url).drivername if url else "sqlite"
    except ArgumentError:
        kind = ""
    if kind not in ("sqlite", "postgresql+psycopg"):
        raise BadSetting("KIOSK_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
