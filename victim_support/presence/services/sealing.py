"""Whose a card is follows a protection (支援措置) and its lifting."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.presence.models import Card
from victim_support.victims import services as victims
from victim_support.victims.queries import find_person


@victims.on_protected
def seal_cards_of(person_id: UUID) -> None:
    """Seal whose the cards are when her presence is hidden."""
    person = find_person(person_id)
    if person is None or victims.writing_scope(person) != current_scopes().sealed:
        return
    for row in _cards_of(person_id, current_scopes().core):
        victims.move_to_sealed(row)


@victims.on_lifted
def open_cards_of(person_id: UUID) -> None:
    """Open them again when two people agreed to lift the protection."""
    for row in _cards_of(person_id, current_scopes().sealed):
        victims.move_to_core(row)


@victims.finds_open
def find_open_cards() -> Collection[UUID]:
    """Return whose card another machine wrote openly in the meantime."""
    statement = select(Card.person_id).where(
        Card.scope == current_scopes().core,
        Card.is_withdrawn.is_(False),
        Card.person_id.in_(victims.protected_ids(hidden_only=True)),
    )
    return {each for each in db.session.scalars(statement) if each is not None}


def _cards_of(person_id: UUID, scope: str) -> list[Card]:
    statement = select(Card).where(Card.scope == scope, Card.person_id == person_id)
    return list(db.session.scalars(statement.order_by(Card.id)))
