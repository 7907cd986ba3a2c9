"""Seal what tells of somebody who is protected by now (支援措置)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.operations.models import (
    AmbulanceTransfer,
    Animal,
    AreaPlacement,
    NightOut,
    Parcel,
    Vehicle,
    Wish,
)
from victim_support.operations.queries import list_of_person
from victim_support.operations.queries.entries import Record
from victim_support.victims import services as victims

PRESENCE: tuple[type[Record], ...] = (Animal, AreaPlacement, Parcel, Vehicle, Wish)
"""Records that tell where somebody is: sealed when her presence is hidden."""
ELSEWHERE: tuple[type[Record], ...] = (AmbulanceTransfer, NightOut)
"""Records that tell where else she can be found: sealed by any protection."""


@victims.on_protected
def seal_entries(person_id: UUID) -> None:
    """Move the records about somebody to the sealed scope."""
    person = victims.fullest_row(victims.person_rows(person_id))
    is_hidden = victims.writing_scope(person) == current_scopes().sealed
    for model in (*ELSEWHERE, *(PRESENCE if is_hidden else ())):
        for row in list_of_person(model, [person_id]):
            victims.move_to_sealed(row)


@victims.finds_open
def find_open_entries() -> Collection[UUID]:
    """Return about whom records stand in the open scope that her protection moves."""
    found: set[UUID] = set()
    for models, hidden_only in ((PRESENCE, True), (ELSEWHERE, False)):
        for model in models:
            statement = select(model.person_id).where(
                model.scope == current_scopes().core,
                model.is_withdrawn.is_(False),
                model.person_id.in_(victims.protected_ids(hidden_only=hidden_only)),
            )
            found |= {each for each in db.session.scalars(statement) if each is not None}
    return found


@victims.on_lifted
def open_entries(person_id: UUID) -> None:
    """Move the records about somebody back when her protection is lifted."""
    for model in (*ELSEWHERE, *PRESENCE):
        for row in list_of_person(model, [person_id]):
            victims.move_to_core(row)
