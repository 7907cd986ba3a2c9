"""In which week a district is surveyed (調査の予定の週), as receipts tell it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from victim_support.core.dates import long_day
from victim_support.core.settings import list_settings, put_setting, setting
from victim_support.damage import queries
from victim_support.vulnerable.rules.streets import street_of

_PREFIX = "damage.week/"
NOT_YET = "調査の日は、決まりしだいお知らせします。"


@dataclass(frozen=True, slots=True)
class District:
    """A district (町) with applications, how many dwellings of it wait, and its week."""

    town: str
    waiting: int
    week: date | None


def list_districts() -> list[District]:
    """Return the districts somebody applied from, those with most waiting dwellings first."""
    asked = {one.dwelling_id for one in queries.list_applications(limit=None)}
    current, waiting = queries.judgements_in_force(asked), Counter[str]()
    for dwelling in queries.list_dwellings(asked).values():
        waiting[_town_of(dwelling.address)] += current[dwelling.id].judgement is None
    weeks = {key.removeprefix(_PREFIX): value for key, value in list_settings(_PREFIX).items()}
    towns = sorted({*waiting, *weeks} - {""}, key=lambda town: (-waiting[town], town))
    return [District(town, waiting[town], _day(weeks.get(town))) for town in towns]


def set_week(town: str, week: date | None) -> None:
    """Decide the week of a district by any of its days; None takes it back."""
    monday = week - timedelta(days=week.weekday()) if week else None
    if _day(setting(_PREFIX + town)) != monday:
        put_setting(key=_PREFIX + town, value=monday.isoformat() if monday else None)


def expected_words(address: str) -> str:
    """Return when the survey is expected at an address, for the receipt."""
    week = _day(setting(_PREFIX + _town_of(address)))
    if week is None:
        return NOT_YET
    return f"{long_day(week)}からの週にうかがう予定です(変わることがあります)。"


def _town_of(address: str) -> str:
    return street_of(address, str(setting("municipality_name") or "")).town


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
