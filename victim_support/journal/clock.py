"""The hybrid logical clock: orders operations even when laptops' clocks are wrong.

48 bits of milliseconds and a 16-bit counter in one number. It never falls behind anything this
machine has seen, so what a person saves is always newer than what she saw. It is an order, not a
time: people are shown ``recorded_at`` and ``occurred_at``.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from victim_support.core import clock
from victim_support.journal.models import Chain

_COUNTER_BITS = 16


def next_hlc(session: Session) -> int:
    """Return a value greater than every one in the journal."""
    newest = session.scalar(select(func.max(Chain.hlc))) or 0
    milliseconds = int(clock.now().timestamp() * 1000)
    return max(milliseconds << _COUNTER_BITS, newest + 1)
