"""Shelters that leave a list of open shelters: a file of several moments says so by silence.

Each moment (観測時点) of such a file is a whole list of what was open. A shelter that was on the
list and is missing at the next moment had nobody left, so that its last number must not stand
for months.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import pairwise
from uuid import UUID


def delisted_at(
    seen: Mapping[UUID, Collection[datetime]],
) -> list[tuple[UUID, datetime]]:
    """Return each shelter with each moment at which it was first missing again.

    Args:
        seen: The moments at which each shelter is on the list; a single moment says nothing.
    """
    moments = sorted({moment for listed in seen.values() for moment in listed})
    return [
        (shelter_id, later)
        for shelter_id, listed in seen.items()
        for earlier, later in pairwise(moments)
        if earlier in listed and later not in listed
    ]
