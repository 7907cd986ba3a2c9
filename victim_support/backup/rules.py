"""Names of backups, and which of the periodic ones are kept."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FIVE_MINUTES, HOURS, DAYS = 12, 24, 14
_JAPAN = ZoneInfo("Asia/Tokyo")
_NAME = re.compile(r"backup-(\d{8}T\d{6})(Z?)")


def backup_name(taken_at: datetime) -> str:
    """Return the folder name of a backup: the time of the clock on the wall."""
    return f"backup-{taken_at.astimezone(_JAPAN):%Y%m%dT%H%M%S}"


def taken_at(name: str) -> datetime | None:
    """Return when a backup was taken, None when the name is none of a backup.

    Names that end in Z are of versions that wrote universal time.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    zone = UTC if match[2] else _JAPAN
    return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)


def kept(taken: Iterable[datetime]) -> set[datetime]:
    """Return which periodic backups to keep: the last 12, one of each of 24 hours and 14 days.

    The periods count backups that exist, not the clock: a clock that jumps deletes nothing.
    """
    newest_first = sorted(taken, reverse=True)
    by_hour = _first_of_each(newest_first, lambda moment: f"{moment:%Y%m%d%H}")
    by_day = _first_of_each(newest_first, lambda moment: f"{moment:%Y%m%d}")
    return {*newest_first[:FIVE_MINUTES], *by_hour[:HOURS], *by_day[:DAYS]}


def _first_of_each(
    moments: Iterable[datetime], period: Callable[[datetime], str]
) -> list[datetime]:
    firsts: dict[str, datetime] = {}
    for moment in moments:
        firsts.setdefault(period(moment), moment)
    return list(firsts.values())
