"""How many people are in every shelter, as numbers only, for the map and the board."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.stays import list_all_stays
from victim_support.evacuees.rules import Observation, is_here, totals
from victim_support.shelters.documents import ShelterCount
from victim_support.shelters.models import HeadCount
from victim_support.shelters.queries import latest_head_counts
from victim_support.victims.links import SamePeople, same_people
from victim_support.victims.queries import list_needs
from victim_support.victims.rules import label_of

FEW = 3
"""Needs of fewer people than this are not shown on a map: they would point at somebody."""


def count_people(at: datetime) -> dict[UUID, ShelterCount]:
    """Return people and urgent needs of each shelter at a time; protected people count, too."""
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in list_all_stays(until=at):
        stays[stay.shelter_id].append(stay)
    counts = latest_head_counts(until=at)
    same = same_people()
    here = [
        stay
        for line in stays.values()
        for stay in same.once((one for one in line if is_here(one, at)), lambda one: one.person_id)
    ]
    needs = list_needs([stay.person_id for stay in here])
    words: dict[UUID, Counter[str]] = defaultdict(Counter)
    for stay in here:
        words[stay.shelter_id].update(label_of(need) for need in needs.get(stay.person_id, []))
    return {
        shelter_id: ShelterCount(
            people=_people(stays[shelter_id], counts.get(shelter_id), at, same),
            needs={word: n for word, n in words[shelter_id].most_common() if n >= FEW},
            as_of=at,
        )
        for shelter_id in {*stays, *counts}
    }


def _people(
    stays: Sequence[Stay], head_count: HeadCount | None, at: datetime, same: SamePeople
) -> int:
    observation = (
        Observation(head_count.id, head_count.occurred_at, head_count.count) if head_count else None
    )
    return totals(stays, observation, at, lambda stay: _counted_as(stay, same)).total


def _counted_as(stay: Stay, same: SamePeople) -> UUID:
    """Return what a stay is counted as: its person's, where several records are one person."""
    is_linked = stay.person_id in same.groups
    return same.canonical(stay.person_id) if is_linked else stay.id
