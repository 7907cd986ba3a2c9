"""Whose a card is and what was left for somebody follow a protection (支援措置) and its lifting."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.presence.models import Card, PersonMessage
from victim_support.victims import services as victims
from victim_support.victims.queries import find_person

MODELS: tuple[type[Card | PersonMessage], ...] = (Card, PersonMessage)


@victims.on_protected
def seal_rows_of(person_id: UUID) -> None:
    """Seal whose the cards are and what was left for somebody, when her presence is hidden."""
    person = find_person(person_id)
    if person is None or victims.writing_scope(person) != current_scopes().sealed:
        return
    for row in _rows_of(person_id, current_scopes().core):
        victims.move_to_sealed(row)


@victims.on_lifted
def open_rows_of(person_id: UUID) -> None:
    """Open them again when two people agreed to lift the protection."""
    for row in _rows_of(person_id, current_scopes().sealed):
        victims.move_to_core(row)


@victims.finds_open
def find_open_rows() -> Collection[UUID]:
    """Return whose card or message another machine wrote openly in the meantime."""
    found: set[UUID] = set()
    for model in MODELS:
        statement = select(model.person_id).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            model.person_id.in_(victims.protected_ids(hidden_only=True)),
        )
        found |= {each for each in db.session.scalars(statement) if each is not None}
    return found


def _rows_of(person_id: UUID, scope: str) -> list[Card | PersonMessage]:
    rows: list[Card | PersonMessage] = []
    for model in MODELS:
        statement = select(model).where(model.scope == scope, model.person_id == person_id)
        rows += db.session.scalars(statement.order_by(model.id))
    return rows
