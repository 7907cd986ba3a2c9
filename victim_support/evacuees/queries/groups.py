"""Who came together with somebody: the children that her protection takes along."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.japanese.dates import age_on
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
