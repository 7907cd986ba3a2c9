"""How many people need what in every shelter as of a moment: numbers only, for meals and reports.

Protected people count, too; whoever shows small numbers to people outside the shelter leaves them
out (``evacuees.queries.people_counts.FEW``).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from victim_support.core.clock import local
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_all_stays, moved_of
from victim_support.evacuees.rules import is_here
from victim_support.victims.links import same_people
from victim_support.victims.queries import list_features, list_needs
from victim_support.victims.rules import NeedKind
from victim_support.vulnerable.queries.details import list_details
from victim_support.vulnerable.rules.needs import (
    DetailKind,
    NeedGroup,
    group_of,
    holds_at,
    infant_band,
    options_of,
    word_of,
)


@dataclass(frozen=True, slots=True)
class NeedCount:
    """How many people need one thing; without a value, of the kind as a whole."""

    kind: DetailKind
    value: str | None
    people: int

    @property
    def label(self) -> str:
        """Return the kind, with the thing."""
        return (
            f"{self.kind.label}: {word_of(self.kind, self.value)}"
            if self.value
            else (self.kind.label)
        )


@dataclass(frozen=True, slots=True)
class ShelterNeeds:
    """What people at one shelter need at a moment, in numbers of people.

    Attributes:
        kinds: People with anything of a kind.
        values: People by kind and ticked value, such as ``(ALLERGY, "egg")``.
        special_meals: People with anything about meals, so that the others eat what all eat.
        unknown_allergy: People marked with 食物アレルギー of whom nobody wrote what it is.
        infants: Infants by what their age in months is called.
        urgent: People by urgent mark (急ぎの配慮).
    """

    kinds: Mapping[DetailKind, int] = field(default_factory=dict)
    values: Mapping[tuple[DetailKind, str], int] = field(default_factory=dict)
    special_meals: int = 0
    unknown_allergy: int = 0
    infants: Mapping[str, int] = field(default_factory=dict)
    urgent: Mapping[NeedKind, int] = field(default_factory=dict)

    def of_group(self, group: NeedGroup) -> Sequence[NeedCount]:
        """Return the numbers of one group: each kind, followed by what of it."""
        return [
            count
            for kind, people in self.kinds.items()
            if group_of(kind) is group
            for count in (NeedCount(kind, None, people), *self._values_of(kind))
        ]

    def _values_of(self, kind: DetailKind) -> Sequence[NeedCount]:
        return [
            NeedCount(kind, value, self.values[kind, value])
            for value in options_of(kind)
            if (kind, value) in self.values
        ]


def count_needs(at: datetime, *, has_outside: bool = False) -> dict[UUID, ShelterNeeds]:
    """Return what people need in each shelter at a moment.

    Args:
        at: The moment; needs told later, or over by then, do not count.
        has_outside: Also count those who do not sleep there and only come for goods.
    """
    here = _people_at(at, has_outside=has_outside)
    ids = [person_id for people in here.values() for person_id in people]
    needs = _needs_at(ids, at)
    urgent = list_needs(ids)
    bands = _infants(ids, at)
    return {
        shelter_id: _counted(people, needs, urgent, bands) for shelter_id, people in here.items()
    }


def count_kinds(person_ids: Collection[UUID], at: datetime) -> Counter[DetailKind]:
    """Return how many of these people need what kind of care at a moment; each as often as named.

    Much less to read than ``count_needs``, for who knows already who is where.
    """
    needs = _needs_at(person_ids, at)
    return Counter(
        kind
        for person_id in person_ids
        if person_id in needs
        for kind in {kind for kind, _value in needs[person_id]}
    )


def _people_at(at: datetime, *, has_outside: bool) -> dict[UUID, list[UUID]]:
    every, same = list_all_stays(until=at), same_people()
    moved = moved_of(every, same)
    stays = [stay for stay in every if stay.id not in moved and _counts(stay, at, has_outside)]
    return {
        shelter_id: [
            stay.person_id
            for stay in same.once(
                (stay for stay in stays if stay.shelter_id == shelter_id),
                lambda stay: stay.person_id,
            )
        ]
        for shelter_id in {stay.shelter_id for stay in stays}
    }


def _counts(stay: Stay, at: datetime, has_outside: bool) -> bool:
    is_open = stay.ended_at is None or at < stay.ended_at
    return is_open and (has_outside or is_here(stay, at))


def _needs_at(
    person_ids: Collection[UUID], at: datetime
) -> dict[UUID, set[tuple[DetailKind, str | None]]]:
    return {
        person_id: {
            (row.kind, row.value)
            for row in rows
            if isinstance(row.kind, DetailKind) and holds_at(row, at)
        }
        for person_id, rows in list_details(person_ids, until=at).items()
    }


def _infants(person_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    day = local(at).date()
    return {
        person.id: band
        for person in list_features(person_ids)
        if (band := infant_band(person.birth, day)) is not None
    }


def _counted(
    people: Sequence[UUID],
    needs: Mapping[UUID, set[tuple[DetailKind, str | None]]],
    urgent: Mapping[UUID, Sequence[NeedKind | str]],
    bands: Mapping[UUID, str],
) -> ShelterNeeds:
    kinds, values = Counter[DetailKind](), Counter[tuple[DetailKind, str]]()
    marks, unknown, special = Counter[NeedKind](), 0, 0
    for person_id in people:
        told = needs.get(person_id, set())
        of_kind = {kind for kind, _value in told}
        marked = {mark for mark in urgent.get(person_id, ()) if isinstance(mark, NeedKind)}
        kinds.update(of_kind)
        values.update((kind, value) for kind, value in told if value)
        marks.update(marked)
        is_unknown = NeedKind.FOOD in marked and DetailKind.ALLERGY not in of_kind
        unknown += is_unknown
        special += is_unknown or any(group_of(kind) is NeedGroup.MEALS for kind in of_kind)
    return ShelterNeeds(
        kinds={kind: kinds[kind] for kind in DetailKind if kinds[kind]},
        values=values,
        special_meals=special,
        unknown_allergy=unknown,
        infants=Counter(bands[person_id] for person_id in people if person_id in bands),
        urgent={mark: marks[mark] for mark in NeedKind if marks[mark]},
    )
