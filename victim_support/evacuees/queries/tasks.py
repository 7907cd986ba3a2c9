"""What waits for those who may see sealed records: requests to lift, departures to settle."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Departure, Lifting, Stay
from victim_support.evacuees.queries.stays import list_open_stays
from victim_support.victims.links import same_people
from victim_support.victims.queries import find_person, list_people, search_people

TASK_PERMISSION = "sealed.manage"
CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class LiftingTask:
    """A request to lift, with whom it is about."""

    lifting: Lifting
    person: DisclosedPerson
    level: str | None
    is_in_register: bool
    """The resident register protects her still."""


@dataclass(frozen=True, slots=True)
class DepartureTask:
    """Somebody who left and could not be found, with the stays that may be hers."""

    departure: Departure
    candidates: list[tuple[DisclosedPerson, Stay]]


def get_lifting(lifting_id: UUID) -> Lifting:
    """Return a request or 404."""
    lifting = db.session.get(Lifting, (current_scopes().sealed, lifting_id))
    return lifting if lifting is not None and not lifting.is_withdrawn else abort(404)


def list_liftings(person_ids: Collection[UUID] | None = None) -> list[Lifting]:
    """Return the requests to lift, newest first; of some people or all."""
    statement = select(Lifting).where(
        Lifting.scope == current_scopes().sealed, Lifting.is_withdrawn.is_(False)
    )
    if person_ids is not None:
        statement = statement.where(Lifting.person_id.in_(same_people().with_others(person_ids)))
    return list(db.session.scalars(statement.order_by(Lifting.requested_at.desc(), Lifting.id)))


def find_open_lifting(person_id: UUID) -> Lifting | None:
    """Return the request about a person that nobody has decided, or None."""
    return next((one for one in list_liftings([person_id]) if one.outcome is None), None)


def list_lifting_tasks(protected_numbers: Collection[str]) -> list[LiftingTask]:
    """Return the open requests with whom they are about, the oldest first.

    Args:
        protected_numbers: Whom the resident register protects (宛名番号).
    """
    disclosure = view(Audience.DESK, Purpose.RECORD)
    return [
        LiftingTask(lifting, shown, row.protection, row.register_number in protected_numbers)
        for lifting in reversed(list_liftings())
        if lifting.outcome is None
        and (row := find_person(lifting.person_id)) is not None
        and (shown := disclosure.person(row)) is not None
    ]


def get_departure(departure_id: UUID) -> Departure:
    """Return what was told on leaving, or 404."""
    departure = db.session.get(Departure, (current_scopes().sealed, departure_id))
    return departure if departure is not None and not departure.is_withdrawn else abort(404)


def list_departures() -> list[Departure]:
    """Return the departures that nobody has settled, the oldest first."""
    statement = select(Departure).where(
        Departure.scope == current_scopes().sealed,
        Departure.is_withdrawn.is_(False),
        Departure.settled_at.is_(None),
    )
    return list(db.session.scalars(statement.order_by(Departure.left_at, Departure.id)))


def list_departures_of(person_ids: Collection[UUID]) -> list[Departure]:
    """Return where people went whose address is or was hidden."""
    statement = select(Departure).where(
        Departure.scope == current_scopes().sealed,
        Departure.is_withdrawn.is_(False),
        Departure.person_id.in_(same_people().with_others(person_ids)),
    )
    return list(db.session.scalars(statement.order_by(Departure.left_at, Departure.id)))


def list_departure_tasks() -> list[DepartureTask]:
    """Return the departures to settle with the open stays whose people are called alike."""
    return [DepartureTask(each, _candidates(each)) for each in list_departures()]


def count_tasks() -> int:
    """Return how much waits for the viewer: nothing for those who may not know of it."""
    if not current_actor().may(TASK_PERMISSION) or current_scopes().disaster is None:
        return 0
    return sum(one.outcome is None for one in list_liftings()) + len(list_departures())


def _candidates(departure: Departure) -> list[tuple[DisclosedPerson, Stay]]:
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    found, _total = search_people(departure.name or "", CANDIDATES, has_sealed=True)
    stays = list_open_stays([person.id for person in found])
    return [
        (shown, stay)
        for person in list_people(list(stays))
        if (shown := disclosure.person(person)) is not None
        for stay in stays[person.id]
        if stay.shelter_id == departure.shelter_id and stay.started_at <= departure.left_at
    ]
