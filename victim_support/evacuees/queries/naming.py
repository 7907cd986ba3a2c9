"""What records are called on the history page: people and households, as far as may be shown."""

from uuid import UUID

from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries.stays import find_group, list_group_stays
from victim_support.journal.wording import names_records
from victim_support.victims.queries import find_person, list_members, list_people


@names_records
def name_of_person(person_id: UUID) -> str | None:
    """Return a person's name; of who may not be shown as little as of nobody."""
    if current_scopes().disaster is None:
        return None
    shown = view(Audience.DESK, Purpose.RECORD).person(find_person(person_id))
    return shown.name if shown else None


@names_records
def name_of_household(household_id: UUID) -> str | None:
    """Return a household by its first member who may be shown."""
    if current_scopes().disaster is None:
        return None
    shown = view(Audience.DESK, Purpose.RECORD).people(list_members(household_id))
    return f"{shown[0].name} さんの世帯" if shown else None


@names_records
def name_of_group(group_id: UUID) -> str | None:
    """Return those who came together: the name of the home or bus, else the first of them."""
    group = find_group(group_id) if current_scopes().disaster else None
    if group is None:
        return None
    people = list_people([stay.person_id for stay in list_group_stays(group_id)])
    shown = view(Audience.DESK, Purpose.RECORD).people(people)
    return group.label or (f"{shown[0].name} さんたち" if shown else None)
