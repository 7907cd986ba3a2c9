"""How many people are in every shelter, as numbers only, for the map and the board."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from victim_support.evacuees.queries.time_line import TimeLine, read_time_line
from victim_support.shelters.documents import ShelterCount
from victim_support.shelters.queries import latest_head_counts
from victim_support.victims.queries import list_needs
from victim_support.victims.rules import label_of

FEW = 3
"""Needs of fewer people than this are not shown on a map: they would point at somebody."""


def count_people(at: datetime) -> dict[UUID, ShelterCount]:
    """Return people and urgent needs of each shelter at a time; protected people count, too."""
    latest = latest_head_counts(until=at)
    line = read_time_line(at, {key: [count] for key, count in latest.items()})
    needs = count_needs(line, line.shelter_ids, at)
    return {
        shelter_id: ShelterCount(
            people=line.totals(shelter_id, at).total, needs=shown(needs[shelter_id]), as_of=at
        )
        for shelter_id in line.shelter_ids
    }


def count_needs(
    line: TimeLine, shelter_ids: Iterable[UUID], at: datetime
) -> dict[UUID, Counter[str]]:
    """Return how many of those in each shelter have which urgent need, by its word."""
    here = {each: [stay.person_id for stay in line.here(each, at)] for each in shelter_ids}
    needs = list_needs([person_id for people in here.values() for person_id in people])
    return {
        shelter_id: Counter(label_of(need) for each in people for need in needs.get(each, []))
        for shelter_id, people in here.items()
    }


def shown(needs: Counter[str]) -> dict[str, int]:
    """Return the needs of one shelter that may be shown, the most frequent first."""
    return {word: n for word, n in needs.most_common() if n >= FEW}
