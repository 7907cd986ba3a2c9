"""The only place that asks the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present day in Japan."""
    return now().astimezone(JAPAN).date()


def local(instant: datetime) -> datetime:
    """Return an aware instant as Japanese wall time."""
    return instant.astimezone(JAPAN)
