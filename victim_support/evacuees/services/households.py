"""Change who belongs to a household (世帯): split it, join another one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from victim_support.core.db import db
from victim_support.evacuees.queries.finding import OpenedHousehold
from victim_support.victims import services as victims
from victim_support.victims.links import same_people
from victim_support.victims.models import Household, Person
from victim_support.victims.queries import find_household, get_household, list_members, list_people


class AllMembersError(Exception):
    """A household would only get another number: all of its members were to leave it."""

    message = "全員を選ぶと、分けることになりません。残る方の印を外してください。"


def change_members(people: Sequence[Person], *, target: OpenedHousehold | None) -> Household:
    """Move people to another household, or to a new one of their own.

    A household of the register that is not in the ledger is written there. Whoever was the head
    and leaves is followed by the next member; the first who comes to an empty household is head.

    Args:
        people: Who moves, all of one household or of none; the head of a new household first.
        target: Where they belong now; None for a new household.

    Raises:
        AllMembersError: A new household would be the old one.
    """
    old = find_household(people[0].household_id) if people[0].household_id else None
    moving = {person.id for person in people}
    if target is None and old and moving >= {one.id for one in list_members(old.id)}:
        raise AllMembersError
    household = _household_of(target)
    for record in list_people(same_people().with_others(moving)):
        if old is None or record.household_id == old.id:
            victims.update_person(record.id, household_id=household.id)
    if household.head_person_id is None:
        household.head_person_id = people[0].id
    if old is not None:
        _follow_head(old, moving)
    db.session.flush()
    return household


def _household_of(target: OpenedHousehold | None) -> Household:
    if target is None:
        return victims.create_household()
    if target.register_number is not None:
        return victims.take_over_household(register_number=target.register_number)
    if target.household_id is not None:
        return get_household(target.household_id)
    household = victims.create_household()
    for one in target.people:  # somebody who had no household so far
        victims.update_person(one.candidate.person_id, household_id=household.id)
    household.head_person_id = target.people[0].candidate.person_id
    return household


def _follow_head(household: Household, gone: Collection[UUID]) -> None:
    if household.head_person_id in gone:
        left = [one.id for one in list_members(household.id) if one.id not in gone]
        household.head_person_id = left[0] if left else None
