"""Load data for a whole district, and the desk's search box in front of it."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import quote, urlencode

from bench import client, names
from bench.client import Address, Failed
from bench.crowd import request
from bench.figures import Figure, Plan, medians
from bench.server import ROOT, Server, environment

PASSWORD = "doorstep-demo"  # noqa: S105 - of the fictional demo's accounts
LEVELS = (1, 8)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOST = 600  # searches a second that are prepared for


def load(plan: Plan) -> Iterator[Figure]:
    """`kiosk demo` with as many members and scans as a district has."""
    yield Figure("load.time", _fill(plan), "s")


def measure(plan: Plan) -> Iterator[Figure]:
    """One desk that types, then eight at once; characters, pinyin, initials and digits in turn."""
    data = plan.room("load")
    if not (data / "doorstep.sqlite").exists():
        _fill(plan)
    with Server(data, KIOSK_DEMO="1") as server:
        session, token = log_in(server.address, "desk")
        asked = [_ask(server.address, session, token, text) for text in texts()]
        client.drive(server.address, [asked], seconds=20)
        for level in LEVELS:
            yield from medians(plan.rounds, _level, plan, server, asked, level)


def texts() -> list[str]:
    """What clerks type: a surname, a full name, initials, digits, the beginning of pinyin."""
    full = names.people(40)
    initials = [chr(97 + n % 26) + chr(97 + n * 7 % 26) for n in range(20)]
    digits = [f"{n * 379 % 10_000:04d}" for n in range(20)]
    pinyin = ["wang", "li", "zhang", "chenm", "liu", "yang", "huangw", "zhaox", "wu", "zhouj"]
    return [*full, *[name[0] for name in full[:20]], *initials, *digits, *pinyin]


def log_in(address: Address, login: str) -> tuple[str, str]:
    """The cookies of a session at the desk, and a form token that fits them."""
    at_door = HTTPConnection(*address, timeout=20)
    at_door.request("GET", "/desk/login")
    answer = at_door.getresponse()
    cookies, token = cookies_of(answer.headers.get_all("Set-Cookie", [])), token_in(answer.read())
    body = urlencode({"login": login, "password": PASSWORD, "csrf_token": token})
    at_door.request("POST", "/desk/login", body, FORM | {"Cookie": cookies})
    answer = at_door.getresponse()
    answer.read()
    if answer.status != 303:
        raise Failed(f"could not log in: {answer.status}")
    cookies += "; " + cookies_of(answer.headers.get_all("Set-Cookie", []))
    return cookies, token


def cookies_of(headers: list[str]) -> str:
    return "; ".join(header.partition(";")[0] for header in headers)


def token_in(page: bytes) -> str:
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise Failed("the log-in page holds no form token")
    return found[1].decode()


def _fill(plan: Plan) -> float:
    """Load data in the folder `load`; the seconds it took."""
    begin = time.perf_counter()
    many = ["--members", str(plan.members), "--scans", str(plan.scans)]
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", *many], cwd=ROOT, text=True, timeout=900,
        env=environment(plan.room("load")) | {"KIOSK_DEMO": "1"}, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"no load data: {done.stderr[-1000:]}")
    return time.perf_counter() - begin


def _ask(address: Address, cookies: str, token: str, text: str) -> bytes:
    body = f"csrf_token={quote(token)}&text={quote(text)}".encode()
    headers = FORM | {"Cookie": cookies, "HX-Request": "true", "HX-Request-Type": "partial"}
    return request("POST", "/desk/members/search", address, headers, body)


def _level(plan: Plan, server: Server, asked: list[bytes], level: int) -> Iterator[Figure]:
    many = int(plan.seconds * MOST / level / len(asked)) + 1
    before = server.cpu_seconds()
    run = client.drive(server.address, [asked * many for _ in range(level)], seconds=plan.seconds)
    cpu = server.cpu_seconds() - before
    yield Figure(f"search.{level}.rate", run.rate, "a second")
    for share in (50, 95, 99):
        yield Figure(f"search.{level}.p{share}", run.percentile(share), "ms")
    yield Figure(f"search.{level}.cpu", 1000 * cpu / len(run.waits), "ms each")
