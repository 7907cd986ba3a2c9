"""Records that hang on somebody, each with what may be shown of that person."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, select

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.operations.models import (
    AmbulanceTransfer,
    Animal,
    AreaPlacement,
    NightOut,
    Parcel,
    Vehicle,
    Wish,
)
from victim_support.victims.queries import disaster_scopes, list_people

Kept = TypeVar("Kept", AmbulanceTransfer, Animal, AreaPlacement, NightOut, Parcel, Vehicle, Wish)
Record = AmbulanceTransfer | Animal | AreaPlacement | NightOut | Parcel | Vehicle | Wish
TOLD = ("owner", "addressee", "said_by")
"""Columns that hold a name in words, of somebody who was not chosen from the ledger."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[Kept]):
    """One record, and the person it is about as the viewer may see her."""

    row: Kept
    person: DisclosedPerson | None

    @property
    def name(self) -> str:
        """Return whom it is about: the person's name, else the name that was told."""
        if self.person is not None:
            return self.person.name
        told = (getattr(self.row, column, None) for column in TOLD)
        return next((name for name in told if name), "")


def list_entries(
    model: type[Kept],
    shelter_id: UUID,
    *conditions: ColumnElement[bool],
    audience: Audience = Audience.DESK,
) -> list[Entry[Kept]]:
    """Return the records of one kind at a shelter, oldest first.

    A record about somebody whose presence the viewer may not know does not exist for the viewer.
    """
    statement = (
        select(model)
        .where(
            model.scope.in_(disaster_scopes()),
            model.is_withdrawn.is_(False),
            model.shelter_id == shelter_id,
            *conditions,
        )
        .order_by(model.id)
    )
    return _shown(list(db.session.scalars(statement)), audience)


def list_of_person(model: type[Record], person_ids: Collection[UUID]) -> list[Record]:
    """Return the records of one kind about some people, oldest first."""
    statement = (
        select(model)
        .where(
            model.scope.in_(disaster_scopes()),
            model.is_withdrawn.is_(False),
            model.person_id.in_(person_ids),
        )
        .order_by(model.id)
    )
    return list(db.session.scalars(statement))


def get_entry(
    model: type[Kept], row_id: UUID, *, audience: Audience = Audience.DESK
) -> Entry[Kept]:
    """Return one record; 404 also when it is about somebody the viewer may not know of."""
    rows = [db.session.get(model, (scope, row_id)) for scope in disaster_scopes()]
    found = [row for row in rows if row is not None and not row.is_withdrawn]
    return next(iter(_shown(found, audience)), None) or abort(404)


def _shown(rows: list[Kept], audience: Audience) -> list[Entry[Kept]]:
    disclosure = view(audience, Purpose.PRESENCE)
    ids = [row.person_id for row in rows if row.person_id is not None]
    people = {person.id: disclosure.person(person) for person in list_people(ids)}
    entries = [Entry(row, people.get(row.person_id) if row.person_id else None) for row in rows]
    return [one for one in entries if one.row.person_id is None or one.person is not None]
