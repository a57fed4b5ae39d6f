"""The only reader of the time; and when a day began."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """When the local day of `at` began."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
