"""The main job, from a clerk's roster to the list of who came, with nothing made up on the way.

Real commands, a real PDF on real pages, real codes read by another program, a real server.
"""

import csv
import io
import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

import pytest
import zxingcpp
from openpyxl import load_workbook
from PIL import Image

from kiosk import create_app
from kiosk.domain import names
from kiosk.extensions import db
from tests import make
from tests.rosters_files import csv_file, xlsx

pytestmark = pytest.mark.slow

EDGE_NAMES = Path(__file__).parents[1] / "kiosk" / "demo" / "names" / "edge_names.csv"
BRANCH = "驻深流动党员党支部"
HEADINGS = ("序号", "联系电话（手机）", "所在党支部", "姓　名", "备注", "籍 贯", "是否同意")
PLACES = ("江西省宜春市", "河南 信阳", "贵州遵义", "新疆喀什地区")
PASSWORD = "eine lange Nacht"


@dataclass
class Roster:
    """`rows` as the clerk has them, headings and all; `people` go in, rows in `bad` do not."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)  # masked name, phone
    bad: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def roster() -> Roster:
    """Each of the demo's difficult names, as somebody types it, and bad rows among them."""
    made = Roster([("2026年11月流动党员花名册",), ("填表人：李姐",), HEADINGS])
    with EDGE_NAMES.open(encoding="utf-8", newline="") as file:
        typed = [(row["input"], row["expected_masked"]) for row in csv.DictReader(file)]
    for at, (name, masked) in enumerate([*typed, ("赵敏", "rejected"), ("周杰", "周*")]):
        digits = str(15400001000 + at)
        phone = as_clerks_write(digits, at) if name != "赵敏" else "1540000100x"
        made.rows.append((at + 1, phone, BRANCH, name, "新" * (at % 2), PLACES[at % 4], "是"))
        if masked.startswith("rejected"):
            made.bad.append(len(made.rows))
        else:
            made.people.append((masked, digits if phone else ""))
        if at % 7 == 3:
            made.rows.append(())
    made.rows.append((len(made.rows), 15400009999, BRANCH, "吴静", "", PLACES[0], "否"))
    made.bad.append(len(made.rows))
    return made


def as_clerks_write(digits: str, at: int) -> object:
    """As a number, in full-width digits, in groups, with the country, or not at all."""
    wide = digits.translate({ord("0") + value: ord("０") + value for value in range(10)})
    grouped = f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    return (int(digits), wide, grouped, f"+86 {digits}", None)[at % 5]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one centre and one branch, and nobody else."""
    folder = tmp_path_factory.mktemp("data folder")
    kiosk(folder, "db", "upgrade")
    app = create_app(
        {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/doorstep.sqlite", "KEYS": folder / "keys"}
    )
    with app.app_context():
        make.centre("BA001")
        make.branch(BRANCH, "H01")
        db.engine.dispose()
    return folder


@pytest.fixture
def folder(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "data folder"))


def kiosk(folder: Path, *args: object, code: int = 0, typed: str = "") -> str:
    """Run the real command; what it says, on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, args)], input=typed, text=True,
        encoding="utf-8", capture_output=True, env=environment(folder),
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return clean | {"KIOSK_DATA": str(folder), "KIOSK_DEMO": "0", "KIOSK_WORKERS": "1"} | more


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    return found or pytest.fail(f"{name} is missing: install the package {package}.")


@pytest.mark.parametrize("kind", ["xlsx", "utf-8", "utf-8-sig", "gb18030"])
def test_the_same_roster_goes_in_from_every_kind_of_file(roster, folder, tmp_path, kind):
    if kind == "xlsx":
        file = xlsx(tmp_path / "roster.xlsx", roster.rows)
    else:
        file = csv_file(tmp_path / "roster.csv", roster.rows, encoding=kind)

    said = kiosk(folder, "members", "import", file, code=1)

    assert re.findall(r"^Row (\d+): refused", said, re.M) == [str(row) for row in roster.bad]
    with closing(sqlite3.connect(folder / "doorstep.sqlite")) as database:
        rows = database.execute("SELECT name, phone, hometown FROM members ORDER BY id").fetchall()
        joined = database.execute("SELECT count(*) FROM affiliations").fetchone()
    assert [(names.mask(name), phone or "") for name, phone, _ in rows] == roster.people
    assert {"买买提江·艾力", "李明", "Alice", "测试员", "王𰻞"} <= {name for name, _, _ in rows}
    assert {hometown for _, _, hometown in rows} == {"360900", "411500", "520300", "653100"}
    assert joined == (len(rows),)


def test_from_the_clerks_roster_to_the_list_of_who_came(roster, folder, tmp_path):
    kiosk(folder, "members", "import", xlsx(tmp_path / "roster.xlsx", roster.rows), code=1)
    kiosk(folder, "cards", "issue", "--all")
    said = kiosk(folder, "cards", "sheet", tmp_path / "cards.pdf")
    listed = kiosk(folder, "cards", "list", "--csv", "--reason", "test")
    cards = {row["code"]: row for row in csv.DictReader(io.StringIO(listed))}

    assert len(cards) == len(roster.people)
    assert "no font has 𪚥 (U+2A6A5)" in said
    for codes in read_codes(tmp_path / "cards.pdf", 150, 300):
        assert codes == sorted(cards)

    start = datetime.now(UTC)
    event = kiosk(
        folder, "events", "add", "暖冬包汤圆", "--centre", "BA001",
        "--start", (start - timedelta(minutes=30)).isoformat(),
        "--end", (start + timedelta(hours=2)).isoformat(),
    ).split()[-1]  # fmt: skip
    key = kiosk(folder, "devices", "pair", "一号门", "--centre", "BA001", "--kind", "door")
    kiosk(
        folder, "staff", "add", "lijie", "--role", "desk", "--centre", "BA001",
        "--password-file", "-", typed=PASSWORD,
    )  # fmt: skip
    absent, came = codes[:2], codes[2:]
    with server(folder) as address, silent_browsers(address):
        answers = scan(address, key.split()[-1], int(event), [*came, came[0]])
        tables = attendance(address, event)

    assert [answer["verdict"] for answer in answers] == ["welcome"] * len(came) + ["already"]
    masked = [names.mask(cards[code]["name"]) for code in came]
    assert [answer["member"]["name_masked"] for answer in answers[:-1]] == masked
    expected = sorted((cards[code]["member_number"], cards[code]["name"]) for code in came)
    for table in tables:
        assert sorted((row["会员号"], row["姓名"]) for row in table) == expected
    assert all(cards[code]["member_number"] not in str(tables) for code in absent)


def read_codes(pdf: Path, *resolutions: int) -> Iterator[list[str]]:
    """What another program reads on the pages, drawn in so many dots an inch."""
    drawing = []
    for dpi in resolutions:
        folder = pdf.with_name(f"{dpi} dpi")
        folder.mkdir()
        command = [tool("pdftoppm", "poppler-utils"), "-r", str(dpi), "-gray", pdf, folder / "page"]
        drawing.append((folder, subprocess.Popen(command)))
    for folder, process in drawing:
        assert process.wait(120) == 0
        found = []
        for page in sorted(folder.iterdir()):
            with Image.open(page) as picture:
                picture.load()
                kind = zxingcpp.BarcodeFormat.QRCode
                found += [code.text for code in zxingcpp.read_barcodes(picture, formats=kind)]
        yield sorted(found)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The production server on a free port of this machine, until the test is done with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve"], stdout=subprocess.PIPE, text=True,
        env=environment(folder, KIOSK_PORT=str(port)),
    )  # fmt: skip
    try:
        assert process.stdout
        ready = next((line for line in process.stdout if "is ready" in line), "")
        assert ready, "the server ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()


@contextmanager
def silent_browsers(address: str) -> Iterator[None]:
    """Connections that were opened to be quick later, as browsers do; nobody waits for them."""
    port = int(address.rpartition(":")[2])
    with ExitStack() as opened:
        for _ in range(20):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield


def scan(address: str, key: str, session: int, codes: list[str]) -> list[dict]:
    """Show each card once to the door, one after the other."""
    epoch, boot_id, opener = secrets.token_hex(8), str(uuid4()), build_opener()
    answers = []
    for seq, code in enumerate(codes, 1):
        now = datetime.now(UTC).isoformat()
        item = {
            "scan_id": str(uuid4()), "seq": seq, "boot_id": boot_id, "code": code,
            "session": session, "direction": "in", "wall": now, "mono": seq * 1000,
        }  # fmt: skip
        batch = {
            "epoch": epoch, "boot_id": boot_id, "sent_wall": now, "sent_mono": seq * 1000,
            "items": [item],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        sent = Request(f"{address}/api/v1/scans", json.dumps(batch).encode(), headers)
        with opener.open(sent, timeout=20) as answer:
            answers += json.load(answer)["results"]
    return answers


def attendance(address: str, event: str) -> list[list[dict[str, str]]]:
    """The list of who came, as the clerk takes it along: once as CSV, once as a workbook."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def post(page: str, to: str, **fields: str) -> bytes:
        with browser.open(f"{address}{page}", timeout=20) as shown:
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.read().decode())
        assert token, page
        body = urlencode({"csrf_token": token[1], **fields}).encode()
        with browser.open(f"{address}{to}", body, timeout=20) as answer:
            return bytes(answer.read())

    post("/desk/login", "/desk/login", login="lijie", password=PASSWORD)
    page, to = f"/desk/events/{event}", f"/desk/events/{event}/exports"
    as_csv = post(page, to, kind="csv", purpose="attendance").decode("utf-8-sig")
    book = load_workbook(io.BytesIO(post(page, to, kind="xlsx", purpose="attendance")))
    heading, *rows = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]
    return [
        list(csv.DictReader(io.StringIO(as_csv))),
        [dict(zip(heading, row, strict=True)) for row in rows],
    ]
