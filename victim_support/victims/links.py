"""Which records are one person (同じ人): decisions of people, resolved at each read.

The smallest id of the records decided to be one stands for all of them. No row is rewritten, so
that a decision can be taken back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.victims.models import PersonLink, link_id_of
from victim_support.victims.rules import LinkDecision

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SamePeople:
    """The records that are one person, by each of their ids; who is alone is not in it."""

    groups: Mapping[UUID, tuple[UUID, ...]]

    def canonical(self, person_id: UUID) -> UUID:
        """Return the id that stands for a person."""
        return self.records(person_id)[0]

    def records(self, person_id: UUID) -> tuple[UUID, ...]:
        """Return the ids of all records of a person, the one that stands for them first."""
        return self.groups.get(person_id, (person_id,))

    def with_others(self, person_ids: Iterable[UUID]) -> list[UUID]:
        """Return the ids with those of the other records of the same people."""
        asked = list(person_ids)
        if not self.groups:
            return asked
        return list(dict.fromkeys(one for each in asked for one in self.records(each)))

    def once(self, items: Iterable[T], person_of: Callable[[T], UUID]) -> list[T]:
        """Return the first item of each person, in the order of the items."""
        if not self.groups:
            return list(items)
        first: dict[UUID, T] = {}
        for item in items:
            first.setdefault(self.canonical(person_of(item)), item)
        return list(first.values())


def same_people() -> SamePeople:
    """Return who was decided to be one person in this disaster."""
    same = [link for link in list_links() if link.decision is LinkDecision.SAME]
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    for link in same:
        if link.first_id and link.second_id:
            joined = {link.first_id, link.second_id}
            joined |= groups[link.first_id] | groups[link.second_id]
            groups |= dict.fromkeys(joined, joined)
    return SamePeople({each: tuple(sorted(joined)) for each, joined in groups.items()})


def list_links() -> list[PersonLink]:
    """Return the decisions that stand, one of each pair: the sealed one where there is one."""
    scopes = current_scopes()
    statement = (
        select(PersonLink)
        .where(
            PersonLink.scope.in_((scopes.core, scopes.sealed)), PersonLink.is_withdrawn.is_(False)
        )
        .order_by(PersonLink.id, PersonLink.scope)
    )
    return list({link.id: link for link in db.session.scalars(statement)}.values())


def find_link(one: UUID, other: UUID) -> PersonLink | None:
    """Return the decision on two records that stands, or None."""
    return next((link for link in list_links() if link.id == link_id_of(one, other)), None)
