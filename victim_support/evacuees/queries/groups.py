"""Who came together: the children that a protection takes along, and how to call a household."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.japanese.dates import age_on
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Group
from victim_support.evacuees.queries.stays import list_group_stays, list_stays
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import Protection

ADULT = 18  # 民法 第4条


def list_children_along(person_id: UUID) -> list[Person]:
    """Return the children who came in one group with somebody and are not protected yet."""
    groups = dict.fromkeys(
        stay.group_id for stay in list_stays([person_id])[person_id] if stay.group_id
    )
    ids = [stay.person_id for group_id in groups for stay in list_group_stays(group_id)]
    others = [each for each in dict.fromkeys(ids) if each != person_id]
    return [one for one in list_people(others) if _is_child(one) and _is_open(one)]


def list_contacts(household_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the newest telephone that each household left at reception (連絡先).

    That of a household with a protected member stands in none of these rows.
    """
    query = (
        select(Group)
        .where(Group.scope == current_scopes().core, Group.is_withdrawn.is_(False))
        .where(Group.household_id.in_(household_ids), Group.contact_phone.is_not(None))
        .order_by(Group.arrived_at, Group.id)
    )
    groups = db.session.scalars(query) if household_ids else ()
    return {one.household_id: one.contact_phone or "" for one in groups if one.household_id}


def _is_child(person: Person) -> bool:
    """Tell whether a person is known to be under age; of unknown age nobody is."""
    birth = person.birth
    if birth.date is not None:
        return age_on(birth.date, clock.today()) < ADULT
    if birth.year is not None:
        return clock.today().year - birth.year <= ADULT
    if birth.age is not None:
        return birth.age < ADULT
    return birth.months is not None or birth.band == 0


def _is_open(person: Person) -> bool:
    return person.protection in {None, Protection.NONE}
