"""What this machine asks of those who log in: a second factor, and a lock after a pause."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from victim_support.core import clock
from victim_support.core.db import reading
from victim_support.core.settings import MachineSetting, set_machine_setting

SHORTEST_PAUSE, LONGEST_PAUSE, USUAL_PAUSE = 1, 15, 5  # minutes
_FACTOR, _PAUSE = "second_factor", "idle_minutes"
_CACHE, _KEPT = "idle_limit", timedelta(seconds=10)


def is_factor_asked(session: Session) -> bool:
    """Tell whether everybody needs a second factor here; only training may leave it out."""
    return _value(session, _FACTOR) != "off"


def ask_factor(*, is_asked: bool) -> None:
    """Keep whether everybody needs a second factor on this machine."""
    set_machine_setting(_FACTOR, "required" if is_asked else "off")


def idle_limit() -> timedelta:
    """Return after how long without work the screen is closed; asked anew each ten seconds."""
    limit: timedelta
    asked_at, limit = current_app.extensions.get(_CACHE, (None, timedelta()))
    if asked_at is None or not timedelta() <= clock.now() - asked_at < _KEPT:
        with reading() as session:
            limit = timedelta(minutes=int(_value(session, _PAUSE) or USUAL_PAUSE))
        current_app.extensions[_CACHE] = (clock.now(), limit)
    return limit


def change_idle_minutes(minutes: int) -> None:
    """Keep after how many minutes this machine closes the screen."""
    set_machine_setting(_PAUSE, str(minutes))
    current_app.extensions.pop(_CACHE, None)


def _value(session: Session, key: str) -> str | None:
    return session.scalar(select(MachineSetting.value).where(MachineSetting.key == key))
