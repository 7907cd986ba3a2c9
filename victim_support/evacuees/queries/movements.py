"""Who may leave together, the list of a roll call, and people whose whereabouts are unknown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from victim_support.core.disclosure import DisclosedPerson, Disclosure
from victim_support.evacuees.models import Group, Stay
from victim_support.evacuees.queries.stays import (
    list_groups,
    list_shelter_stays,
    list_stays,
)
from victim_support.evacuees.rules import SLEEPING, UNTRACED
from victim_support.victims.links import same_people
from victim_support.victims.queries import list_people

_Areas = Callable[[UUID], Mapping[UUID, str]]
_areas: list[_Areas] = []


def tells_areas(areas: _Areas) -> _Areas:
    """Declare who knows the areas (区画) of a shelter: a function from shelter to names by stay.

    For domains above this one; until one does, a roll call is by the towns people come from.
    """
    _areas.append(areas)
    return areas


@dataclass(frozen=True, slots=True)
class Here:
    """One person with the stay a list is about."""

    person: DisclosedPerson
    stay: Stay
    number: int = 0
    group: Group | None = None
    area: str = ""
    """Where to look for somebody: the area of the shelter, else the town."""

    @property
    def phone(self) -> str:
        """Return the number to call: the person's own, else that of those who came along."""
        return self.person.phone or (self.group.contact_phone if self.group else None) or ""


def list_together(stay: Stay, disclosure: Disclosure) -> list[Here]:
    """Return the people of one household or group who are in the same place, this one first."""
    others = [
        each
        for each in list_shelter_stays(stay.shelter_id, is_open=True)
        if each.group_id == stay.group_id and each.id != stay.id
    ]
    return _shown([stay, *others], disclosure)


def list_roll_call(shelter_id: UUID, disclosure: Disclosure) -> list[Here]:
    """Return those who stay in a shelter, by area and arrival.

    The number counts everybody who ever arrived, so that a list printed this morning still has
    the same numbers in the evening.
    """
    numbered = enumerate(list_shelter_stays(shelter_id), start=1)
    numbers = {stay.id: number for number, stay in numbered}
    here = [stay for stay in list_shelter_stays(shelter_id, is_open=True) if stay.kind in SLEEPING]
    areas = {stay: name for tell in _areas for stay, name in tell(shelter_id).items()}
    shown = [
        replace(one, area=areas.get(one.stay.id, "") if areas else one.person.town)
        for one in _shown(here, disclosure, numbers)
    ]
    return sorted(shown, key=lambda one: (not one.area, one.area, one.number))


def list_untraced(shelter_id: UUID, disclosure: Disclosure) -> list[Here]:
    """Return those who left for an unknown place and have not appeared since, newest first."""
    ended = [
        stay for stay in list_shelter_stays(shelter_id, is_open=False) if stay.reason in UNTRACED
    ]
    lines = list_stays([stay.person_id for stay in ended])
    untraced = [stay for stay in ended if lines[stay.person_id][-1].id == stay.id]
    shown = _shown(untraced, disclosure)
    return sorted(shown, key=lambda one: (one.stay.ended_at, one.stay.id), reverse=True)


def _shown(
    stays: Sequence[Stay], disclosure: Disclosure, numbers: dict[UUID, int] | None = None
) -> list[Here]:
    people = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    groups = list_groups({stay.group_id for stay in stays if stay.group_id})
    shown = [
        Here(
            person,
            stay,
            (numbers or {}).get(stay.id, 0),
            groups.get(stay.group_id) if stay.group_id else None,
        )
        for stay in stays
        if (person := disclosure.person(people.get(stay.person_id))) is not None
    ]
    return same_people().once(shown, lambda one: one.person.id)
