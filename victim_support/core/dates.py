"""How days and times are written on screens and paper: one short notation and one long.

Short is for what happened in these days (到着, 点呼): 23:06 today, 7/15 23:06 else, and with the
year once it is not this year's. Long is for what counts as a date (開設, 交付, 期限): both
calendars together, 令和8年(2026年)7月15日.
"""

from datetime import date, datetime

from flask import Flask

from victim_support.core import clock
from victim_support.core.japanese import both

NONE = "―"


def short_time(instant: datetime | None) -> str:
    """Return an instant for a list on the screen; today's without the day."""
    if instant is None:
        return NONE
    local = clock.local(instant)
    return f"{local:%H:%M}" if local.date() == clock.today() else day_time(instant)


def day_time(instant: datetime) -> str:
    """Return an instant in the short notation with its day, for paper that is read later."""
    local = clock.local(instant)
    day = f"{local.month}/{local.day} {local:%H:%M}"
    return day if local.year == clock.today().year else f"{local.year}/{day}"


def long_time(instant: datetime | None) -> str:
    """Return an instant in both calendars: 令和8年(2026年)7月15日 23:06."""
    if instant is None:
        return NONE
    local = clock.local(instant)
    return f"{both(local.date())} {local:%H:%M}"


def long_day(value: date | None) -> str:
    """Return a day, or the day of an instant, in both calendars: 令和8年(2026年)7月15日."""
    if value is None:
        return NONE
    return both(clock.local(value).date() if isinstance(value, datetime) else value)


def init_app(app: Flask) -> None:
    """Give the notations to the templates."""
    for notation in (short_time, long_time, long_day):
        app.add_template_filter(notation)
