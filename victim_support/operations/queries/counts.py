"""How many people run each shelter and how many animals are there, as of a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.operations.models import Animal, Crew, Wish
from victim_support.operations.rules import NOT_FED, OPEN_WISHES, AnimalKind
from victim_support.victims.queries import disaster_scopes


@dataclass(frozen=True, slots=True)
class CrewCount:
    """How many run a shelter, and how many of them are fed there besides the evacuees."""

    people: int = 0
    fed: int = 0


@dataclass(frozen=True, slots=True)
class AnimalCount:
    """How many pets, and apart from them how many assistance dogs (補助犬)."""

    pets: int = 0
    assistance_dogs: int = 0


def list_crews(at: datetime, shelter_id: UUID | None = None) -> list[Crew]:
    """Return who runs the shelters at a time, by arrival; of one shelter or of all."""
    statement = select(Crew).where(
        Crew.scope == current_scopes().core,
        Crew.is_withdrawn.is_(False),
        Crew.arrived_at <= at,
        or_(Crew.left_at.is_(None), Crew.left_at > at),
    )
    if shelter_id is not None:
        statement = statement.where(Crew.shelter_id == shelter_id)
    return list(db.session.scalars(statement.order_by(Crew.arrived_at, Crew.id)))


def count_crews(at: datetime) -> dict[UUID, CrewCount]:
    """Return by shelter how many run it at a time; helpers among the evacuees are none of them."""
    counts: dict[UUID, CrewCount] = defaultdict(CrewCount)
    for crew in list_crews(at):
        if crew.kind in NOT_FED:
            continue
        before = counts[crew.shelter_id]
        fed = crew.people if crew.eats else 0
        counts[crew.shelter_id] = CrewCount(before.people + crew.people, before.fed + fed)
    return dict(counts)


def count_animals(at: datetime) -> dict[UUID, AnimalCount]:
    """Return by shelter how many animals are there at a time."""
    statement = (
        select(Animal.shelter_id, Animal.kind, func.sum(func.coalesce(Animal.heads, 1)))
        .where(
            Animal.scope.in_(disaster_scopes()),
            Animal.is_withdrawn.is_(False),
            Animal.arrived_at <= at,
            or_(Animal.left_at.is_(None), Animal.left_at > at),
        )
        .group_by(Animal.shelter_id, Animal.kind)
    )
    counts: dict[UUID, AnimalCount] = defaultdict(AnimalCount)
    for shelter_id, kind, heads in db.session.execute(statement):
        before = counts[shelter_id]
        is_pet = kind is not AnimalKind.ASSISTANCE_DOG
        counts[shelter_id] = AnimalCount(
            before.pets + (heads if is_pet else 0),
            before.assistance_dogs + (0 if is_pet else heads),
        )
    return dict(counts)


def count_open_wishes() -> dict[UUID, int]:
    """Return by shelter how many wishes nobody has answered yet."""
    statement = (
        select(Wish.shelter_id, func.count())
        .where(
            Wish.scope.in_(disaster_scopes()),
            Wish.is_withdrawn.is_(False),
            Wish.state.in_(OPEN_WISHES),
        )
        .group_by(Wish.shelter_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}
