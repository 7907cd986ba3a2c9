"""The hybrid logical clock: orders operations even when laptops' clocks are wrong.

48 bits of milliseconds and a 16-bit counter in one number. It never falls behind anything this
machine has seen, so what a person saves is always newer than what she saw. It is an order, not a
time: people are shown ``recorded_at`` and ``occurred_at``.
"""

from victim_support.core import clock

_COUNTER_BITS = 16


def next_hlc(newest: int) -> int:
    """Return a value greater than the newest one in the journal."""
    milliseconds = int(clock.now().timestamp() * 1000)
    return max(milliseconds << _COUNTER_BITS, newest + 1)
