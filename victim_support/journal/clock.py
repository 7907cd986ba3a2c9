"""The hybrid logical clock: orders operations even when laptops' clocks are wrong.

48 bits of milliseconds and a 16-bit counter in one number. It never falls behind anything this
machine has seen, so what a person saves is always newer than what she saw. It is an order, not a
time: people are shown ``recorded_at`` and ``occurred_at``.
"""

from datetime import UTC, datetime

from victim_support.core import clock

_COUNTER_BITS = 16
LATEST_HLC = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000) << _COUNTER_BITS
"""What lies beyond is no clock of ours; others put it aside for review."""


def next_hlc(newest: int) -> int:
    """Return a value greater than the newest one in the journal.

    A clock that is beyond every century orders nothing; then only what was seen counts, so that
    nobody has to put aside what this machine writes.
    """
    said = int(clock.now().timestamp() * 1000) << _COUNTER_BITS
    return max(said if said < LATEST_HLC else 0, newest + 1)
