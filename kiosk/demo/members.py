"""Who registered, in the demo: the sample, names that are hard to write, and made-up crowds."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from kiosk.demo.centres import FIRST, Ids, ids, rows
from kiosk.demo.register import Newcomer
from kiosk.domain import names
from kiosk.models import (
    AffiliationKind,
    CardState,
    Centre,
    Channel,
    MemberState,
    Organisation,
)

WRITTEN = date(2026, 11, 22)  # the day for which the sample's dates were made up
VISITOR = "何小满"
CARD_OF = dict.fromkeys(
    (MemberState.LEFT, MemberState.WITHDRAWN, MemberState.REFERRED_BACK), CardState.STOPPED
)
FROM = {"艾山": "653100", "古丽": "653100", "买买": "653100", "扎西": "540100"}  # regions.csv
NAMES = 12_000  # a crowd of any size shares so many names, as people do
STATES = (MemberState.ACCEPTED,) * 8 + (MemberState.REGISTERED, MemberState.QUIET)
YEARS = timedelta(days=3 * 365)


def sample(random: Random, *, at: datetime, zone: ZoneInfo) -> list[Newcomer]:
    """The 300 of the sample, one for each valid hard name, and a visitor."""
    centres, organisations = ids(Centre.code), ids(Organisation.code)
    people = [
        _sampled(row, centres, organisations, random, at=at, zone=zone)
        for row in rows("members_sample.csv")
    ]
    people += _hard_names(centres[FIRST], random, at=at)
    visitor = Newcomer(
        VISITOR, "15490000000", "unknown", MemberState.VISITOR, Channel.PHONE_WEB,
        centres[FIRST], at - timedelta(hours=3), party=False, card=None,
    )  # fmt: skip
    return sorted([*people, visitor], key=lambda person: person.at)


def crowd(how_many: int, random: Random, *, at: datetime) -> Iterator[Newcomer]:
    """As many made-up people as are asked for, who registered over the last three years."""
    called, homes = list(_made_up(min(how_many, NAMES), random)), _homes(how_many, random)
    centres = list(ids(Centre.code).values())
    branches = [id_ for code, id_ in ids(Organisation.code).items() if code.startswith("B")]
    channels = list(Channel)
    step = (YEARS - timedelta(days=2)) / how_many
    for i in range(how_many):
        state = random.choice(STATES)
        belongs = ((AffiliationKind.PARTICIPATION, random.choice(branches)),)
        yield Newcomer(
            random.choice(called), f"154{i * 48_271 % 100_000_000:08d}", homes[i], state,
            random.choice(channels), random.choice(centres), at - YEARS + i * step,
            party=random.random() < 0.9, card=CardState.HANDED_OVER,
            belongs=belongs if state == MemberState.ACCEPTED else (),
        )  # fmt: skip


def _sampled(
    row: dict[str, str], centres: Ids, organisations: Ids, random: Random,
    *, at: datetime, zone: ZoneInfo,
) -> Newcomer:  # fmt: skip
    state = MemberState(row["state"])
    moved_on = at.astimezone(zone).date() - WRITTEN
    day = date.fromisoformat(row["registered_on"]) + moved_on
    registered = datetime.combine(day, time(9), zone) + timedelta(minutes=random.randrange(540))
    taking_part = (
        AffiliationKind.RELATIONSHIP
        if state == MemberState.TRANSFERRED_IN
        else AffiliationKind.PARTICIPATION
    )
    belongs = (
        (taking_part, row["branch_code"]),
        (AffiliationKind.HOMETOWN, row["hometown_branch"]),
    )
    name = row["name"] if row["pinyin"] else None  # one of them had it erased
    return Newcomer(
        name, row["mobile"] or None, row["origin_city_code"], state,
        Channel(row["channel"]), centres[row["centre_code"]], registered,
        party=random.random() < 0.9, card=_card(state, random),
        belongs=tuple((kind, organisations[code]) for kind, code in belongs if code),
    )  # fmt: skip


def _card(state: MemberState, random: Random) -> CardState | None:
    """Most carry one; some lost theirs and have the next; who just registered waits for it."""
    if state == MemberState.REGISTERED:
        return random.choice((None, None, CardState.ISSUED, CardState.HANDED_OVER))
    lost = state == MemberState.ACCEPTED and random.random() < 0.06
    return CARD_OF.get(state, CardState.REPLACED if lost else CardState.HANDED_OVER)


def _hard_names(centre_id: int, random: Random, *, at: datetime) -> Iterator[Newcomer]:
    """At the first centre, the last of them today: their cards are still to be printed."""
    valid = [name for row in rows("names/edge_names.csv") if (name := _clean(row["input"]))]
    cities = [row["city_code"] for row in rows("origin_cities.csv")]
    for i, name in enumerate(valid):
        left = len(valid) - i  # the last one came eight minutes ago
        new = left <= 6
        ago = timedelta(minutes=8 * left) if new else timedelta(days=2 * left, hours=left % 5)
        latin = name.isascii()
        yield Newcomer(
            name, None if i % 5 == 4 else f"1549000{i + 1:04d}",
            "other" if latin else FROM.get(name[:2]) or random.choice(cities),
            MemberState.REGISTERED if new else MemberState.ACCEPTED, Channel.DOORSTEP, centre_id,
            at - ago, party=not latin,
            card=(CardState.ISSUED if left % 2 else None) if new else CardState.HANDED_OVER,
        )  # fmt: skip


def _clean(typed: str) -> str | None:
    try:
        return names.clean(typed)
    except names.Refused:
        return None


def _made_up(how_many: int, random: Random) -> Iterator[str]:
    """Common family names are common here, too; one given name in seven is a single character."""
    families = list(rows("names/surnames.csv"))
    weights = [int(row["weight"]) for row in families]
    common = [row["char"] for row in rows("names/given_chars.csv") if row["kind"] == "common"]
    rare = [row["char"] for row in rows("names/given_chars.csv") if row["kind"] == "rare"]
    for family in random.choices(families, weights, k=how_many):
        given = random.choices(common, k=1 if random.random() < 0.14 else 2)
        if random.random() < 0.03:
            given[-1] = random.choice(rare)
        yield family["surname"] + "".join(given)


def _homes(how_many: int, random: Random) -> list[str]:
    cities = list(rows("origin_cities.csv"))
    weights = [int(row["weight"]) for row in cities]
    return random.choices([row["city_code"] for row in cities], weights, k=how_many)
