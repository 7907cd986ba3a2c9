"""How many portions the next meal needs (食数): last 点呼, people outside, helpers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries import get_board, list_shelter_stays, moved_on
from victim_support.evacuees.rules import OUTSIDE, SLEEPING, PresenceKind, StayKind
from victim_support.operations.queries import CrewCount, count_crews
from victim_support.supplies.models import MealOrder
from victim_support.supplies.rules import DietKind, MealCount, MealTime
from victim_support.victims.links import same_people
from victim_support.vulnerable.queries import ShelterNeeds, count_needs
from victim_support.vulnerable.rules.needs import INFANT_BANDS, DetailKind

FETCHING = (OUTSIDE - {StayKind.HOSPITAL}) | {StayKind.VISIT}
"""Kinds of stays whose people fetch their meals at the shelter."""
DIETS = {
    DetailKind.ALLERGY: DietKind.ALLERGY,
    DetailKind.TEXTURE: DietKind.SOFT,
    DetailKind.BABY_FOOD: DietKind.BABY_FOOD,
    DetailKind.MILK: DietKind.MILK,
    DetailKind.FAITH: DietKind.HALAL,
    DetailKind.DIET: DietKind.THERAPEUTIC,
}
NEWBORN = INFANT_BANDS[0][2]
"""Who is so young drinks milk, whether somebody ticked it or not."""


def count_meals(shelter_id: UUID, at: datetime) -> MealCount:
    """Return what one meal of a shelter needs as of a time.

    Protected people eat, too: they are in the numbers, which name nobody.
    """
    then = [
        stay
        for stay in list_shelter_stays(shelter_id)
        if stay.started_at <= at and (stay.ended_at is None or stay.ended_at > at)
    ]
    same = same_people()
    moved = moved_on(shelter_id, at, same)
    once = same.once((stay for stay in then if stay.id not in moved), lambda stay: stay.person_id)
    board = get_board(shelter_id, view(Audience.DESK, Purpose.PRESENCE), at)
    special, people = diets_of(count_needs(at, has_outside=True).get(shelter_id, ShelterNeeds()))
    return MealCount(
        inside=board.total,
        away=sum(
            stay.kind in SLEEPING
            and stay.away_kind is PresenceKind.OVERNIGHT
            and stay.away_since is not None
            and stay.away_since <= at
            for stay in once
        ),
        outside=sum(stay.kind in FETCHING for stay in once),
        helpers=count_crews(at).get(shelter_id, CrewCount()).fed,
        special=special,
        special_people=people,
    )


def diets_of(needs: ShelterNeeds) -> tuple[dict[DietKind, int], int]:
    """Return portions by special kind, and how many people do not eat what all eat."""
    counts = {DIETS[kind]: people for kind, people in needs.kinds.items() if kind in DIETS}
    if needs.unknown_allergy:
        counts[DietKind.ALLERGY] = counts.get(DietKind.ALLERGY, 0) + needs.unknown_allergy
    milk = counts.get(DietKind.MILK, 0)
    unticked = max(0, needs.infants.get(NEWBORN, 0) - milk)
    if unticked:
        counts[DietKind.MILK] = milk + unticked
    ordered = {kind: counts[kind] for kind in DietKind if counts.get(kind)}
    return ordered, needs.special_meals + unticked


def list_meal_orders(
    shelter_id: UUID | None = None, *, since: date | None = None, until: datetime | None = None
) -> list[MealOrder]:
    """Return the orders that hold, of one shelter or of all: the newest of each meal."""
    statement = select(MealOrder).where(
        MealOrder.scope == current_scopes().core, MealOrder.is_withdrawn.is_(False)
    )
    if shelter_id is not None:
        statement = statement.where(MealOrder.shelter_id == shelter_id)
    if since is not None:
        statement = statement.where(MealOrder.served_on >= since)
    if until is not None:
        statement = statement.where(MealOrder.ordered_at <= until)
    newest = {
        (order.shelter_id, order.served_on, str(order.meal)): order
        for order in db.session.scalars(statement.order_by(MealOrder.ordered_at, MealOrder.id))
    }
    return sorted(newest.values(), key=_by_meal, reverse=True)


def _by_meal(order: MealOrder) -> tuple[date, int, UUID]:
    meals = tuple(MealTime)
    rank = meals.index(order.meal) if order.meal in meals else len(meals)
    return order.served_on, rank, order.id
