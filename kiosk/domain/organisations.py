"""Branches and hometown branches: which there are, and what the public may see of them."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kiosk.domain import names, regions
from kiosk.domain.regions import Region
from kiosk.extensions import db
from kiosk.models import Organisation, OrganisationKind, Post


def by_code(code: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.code == code))


def hometown_branches(province: str) -> list[Organisation]:
    """The hometown branches of a province, each with its street and secretary."""
    rows = (
        select(Organisation)
        .options(joinedload(Organisation.street), joinedload(Organisation.secretary))
        .where(
            Organisation.kind == OrganisationKind.HOMETOWN_BRANCH,
            Organisation.hometown.startswith(province[:2]),
        )
        .order_by(Organisation.hometown, Organisation.name)
    )
    return list(db.session.scalars(rows))


def home_provinces() -> list[tuple[Region, int]]:
    """Provinces with hometown branches and how many, most first."""
    places = select(Organisation.hometown).where(
        Organisation.kind == OrganisationKind.HOMETOWN_BRANCH
    )
    found = Counter(regions.province_of(code) for code in db.session.scalars(places))
    return [(province, count) for province, count in found.most_common() if province]


def public_name(post: Post) -> str:
    """The full name where its holder agreed to be shown, else the family name alone."""
    return post.holder if post.published else names.mask(post.holder).rstrip("*")
