"""The demo's places and people in charge: streets, centres, branches, posts and accounts."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute

from kiosk.domain import pinyin, regions, staff
from kiosk.extensions import db
from kiosk.models import (
    Centre,
    CentreKind,
    Organisation,
    OrganisationKind,
    Post,
    PostKind,
    Role,
    Staff,
    Street,
)

FOLDER = Path(__file__).parent
FIRST = "BA001"  # the centre that an unpaired browser shows
BRANCH = "B098"  # the branch that most of the sample take part in
KINDS = {"station": CentreKind.DOORSTEP}  # what the file calls otherwise
PUBLISHED = 0.8  # of those who hold a post, how many agreed to be shown
Ids = dict[str, int]


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the demo's files."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(random: Random, *, at: datetime) -> None:
    """All of it, into empty tables."""
    _streets()
    _centres()
    _posts(random)
    _organisations()
    _accounts(at)


def ids(column: InstrumentedAttribute[str]) -> Ids:
    """The id of each row by its code, always in the same order, so that chance falls alike."""
    table = column.class_
    return dict(db.session.execute(select(column, table.id).order_by(table.id)).all())


def _streets() -> None:
    found = [
        {"code": row["code"], "name": row["name_zh"], "name_en": row["name_en"]}
        for row in rows("streets.csv")
    ]
    db.session.execute(insert(Street), found)


def _centres() -> None:
    streets = ids(Street.code)
    found = [
        {
            "code": row["code"], "name": row["name_zh"], "name_en": row["name_en"],
            "kind": KINDS.get(row["kind"]) or CentreKind(row["kind"]),
            "street_id": streets[row["street_code"]], "place": row["place_note"],
            "opening_hours": row["opening_hours"], "phone": row["phone"],
        }
        for row in rows("centres.csv")
    ]  # fmt: skip
    db.session.execute(insert(Centre), found)


def _posts(random: Random) -> None:
    """A post is not an account: nobody logs in as a secretary."""
    people = [
        (row["code"], PostKind(row["role"]), row["name"], row["mobile"])
        for row in rows("staff.csv")
        if row["role"] in set(PostKind)
    ]
    people += [
        (row["code"], PostKind.HOMETOWN_SECRETARY, row["secretary"], row["secretary_mobile"])
        for row in rows("hometown_branches.csv")
    ]
    found = [
        {
            "code": code, "kind": kind, "holder": name, "work_phone": phone,
            "published": random.random() < PUBLISHED,
        }
        for code, kind, name, phone in people
    ]  # fmt: skip
    db.session.execute(insert(Post), found)


def _organisations() -> None:
    streets, posts = ids(Street.code), ids(Post.code)
    branches: list[dict[str, object]] = [
        {
            "code": row["code"], "kind": OrganisationKind.BRANCH, "name": row["name_zh"],
            "name_en": row["name_en"], "industry": row["industry_zh"], "hometown": "",
            "street_id": streets[row["street_code"]],
            "secretary_id": posts[row["secretary_code"]], "adviser_id": posts[row["adviser_code"]],
        }
        for row in rows("branches.csv")
    ]  # fmt: skip
    hometown: list[dict[str, object]] = [
        {
            "code": row["code"], "kind": OrganisationKind.HOMETOWN_BRANCH, "name": row["name_zh"],
            "name_en": _english(row), "industry": "", "hometown": row["city_code"],
            "street_id": streets[row["paired_street_code"]],
            "secretary_id": posts[row["code"]], "adviser_id": None,
        }
        for row in rows("hometown_branches.csv")
    ]  # fmt: skip
    db.session.execute(insert(Organisation), branches + hometown)


def _english(row: dict[str, str]) -> str:
    """Yunxi County hometown branch, Yichun."""
    county = "".join(pinyin.syllables(row["county_fictional"].removesuffix("县"))).capitalize()
    city = regions.get(row["city_code"])
    return f"{county} County hometown branch, {city.english if city else ''}"


def _accounts(at: datetime) -> None:
    """One of each role, named like it. All have the password that the log-in page tells."""
    people = [row["name"] for row in rows("staff.csv") if row["role"] == Role.DESK]
    centre_id, branch_id = ids(Centre.code)[FIRST], ids(Organisation.code)[BRANCH]
    password_hash = staff.HASHER.hash(staff.DEMO_PASSWORD)
    found = [
        {
            "login": role.value, "name": name, "role": role, "made_at": at,
            "password_hash": password_hash,
            "centre_id": centre_id if role == Role.DESK else None,
            "organisation_id": branch_id if role == Role.BRANCH else None,
        }
        for role, name in zip(Role, people, strict=False)
    ]  # fmt: skip
    db.session.execute(insert(Staff), found)
