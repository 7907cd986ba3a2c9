"""Rising delays after failed logins: kept in the local file, so that a restart forgets nothing.

A delay concerns one account at one terminal and ends by itself: nobody can lock a colleague out
for good, and an account that does not exist is answered like one that does.
"""

import hashlib
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import TooManyRequests

from victim_support.core import clock
from victim_support.core.db import LocalBase, local_writing

FREE_FAILURES = 5
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(hours=1)


class Throttle(LocalBase):
    """Attempts in a row without success; the account is kept as a keyed hash."""

    __tablename__ = "throttles"

    account: Mapped[bytes] = mapped_column(primary_key=True)
    terminal: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    tried_at: Mapped[datetime]


class ThrottledError(TooManyRequests):
    """Too many failures in a row; ``retry_after`` says for how many seconds to wait."""


def delay_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row: rising, never for ever."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def count_attempt(account: str, terminal: str) -> None:
    """Count an attempt before it is checked, so that many at once are counted too.

    Raises:
        ThrottledError: The delay after the last failure is not over.
    """
    moment = clock.now()
    with local_writing() as session:
        key = (_digest(account), terminal)
        row = session.get(Throttle, key)
        if row is None:
            row = Throttle(account=key[0], terminal=terminal, attempts=0, tried_at=moment)
            session.add(row)
        if moment - row.tried_at > FORGOTTEN_AFTER:
            row.attempts = 0
        wait = row.tried_at + delay_after(row.attempts) - moment
        if wait > timedelta(0):
            seconds = max(1, round(wait.total_seconds()))
            message = f"続けて間違えたため、あと{seconds}秒待ってからやり直してください。"
            raise ThrottledError(message, retry_after=seconds)
        row.attempts += 1
        row.tried_at = moment


def forget_attempts(account: str, terminal: str) -> None:
    """Forget the failures of an account at a terminal, after a success."""
    statement = delete(Throttle).where(
        Throttle.account == _digest(account), Throttle.terminal == terminal
    )
    with local_writing() as session:
        session.execute(statement)


def _digest(account: str) -> bytes:
    key = current_app.extensions["instance"].subkey("throttle")
    return hashlib.blake2b(account.encode(), key=key, digest_size=16).digest()
