"""The moment a report speaks of (時点), as people type it."""

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from victim_support.shelters.rules.moments import read_moment

_JAPAN = ZoneInfo("Asia/Tokyo")
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]?\d)?分?")
_AGO = re.compile(r"(\d{1,3})(?:時間前|h)")
_DAY = re.compile(r"(\d{1,2})[/月](\d{1,2})日?\s+(.+)")


class MomentError(ValueError):
    """It cannot be read as a moment, or lies ahead; the message is for the screen."""


def read_as_of(text: str | None, now: datetime) -> datetime:
    """Read a moment: nothing or いま, 18:00, 7/15 18:00, 6時間前, or any full notation.

    A time of day is the last one that has been, so 23:00 typed in the morning is yesterday's.

    Raises:
        MomentError: It is none, or it has not come yet.
    """
    typed = unicodedata.normalize("NFKC", text or "").strip()
    if typed in {"", "いま", "今", "now"}:
        return now
    moment = _ago(typed, now) or _clock(typed, now) or _day(typed, now) or read_moment(typed)
    if moment is None:
        message = "時点として読めません。18:00、7/15 18:00、6時間前 のように入れてください。"
        raise MomentError(message)
    if moment > now:
        message = "これから先の時点です。いままでの時点を入れてください。"
        raise MomentError(message)
    return moment


def _ago(text: str, now: datetime) -> datetime | None:
    found = _AGO.fullmatch(text)
    return now - timedelta(hours=int(found[1])) if found else None


def _clock(text: str, now: datetime) -> datetime | None:
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    shown = now.astimezone(_JAPAN).replace(
        hour=int(found[1]), minute=int(found[2] or 0), second=0, microsecond=0
    )
    return shown if shown <= now else shown - timedelta(days=1)


def _day(text: str, now: datetime) -> datetime | None:
    """Read a day without its year: the last one that has been."""
    found = _DAY.fullmatch(text)
    clock = _CLOCK.fullmatch(found[3]) if found else None
    if not found or not clock:
        return None
    for year in (now.astimezone(_JAPAN).year, now.astimezone(_JAPAN).year - 1):
        try:
            moment = now.astimezone(_JAPAN).replace(
                year=year, month=int(found[1]), day=int(found[2]),
                hour=int(clock[1]), minute=int(clock[2] or 0), second=0, microsecond=0,
            )  # fmt: skip
        except ValueError:
            return None
        if moment <= now:
            return moment
    return None
