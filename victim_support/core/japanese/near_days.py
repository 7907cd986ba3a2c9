"""Days near today as people say and write them: 今日, 明日, 11/30, 3日."""

import datetime as dt
import re
import unicodedata

_SPOKEN = {
    "一昨日": -2, "おととい": -2, "昨日": -1, "きのう": -1, "今日": 0, "きょう": 0, "本日": 0,
    "明日": 1, "あした": 1, "あす": 1, "明後日": 2, "あさって": 2,
}  # fmt: skip
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[/.月](\d{1,2})日?")


def near_day(text: str, today: dt.date) -> dt.date | None:
    """Read a day without its year: the nearest one to today; None when it is no such day.

    Args:
        text: What was typed.
        today: The day it was typed on.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed in _SPOKEN:
        return today + dt.timedelta(days=_SPOKEN[typed])
    found = _MONTH_AND_DAY.fullmatch(typed)
    if found is None:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    days = [day for year in years if (day := _day(year, int(found[1]), int(found[2])))]
    return min(days, key=lambda day: abs(day - today), default=None)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
