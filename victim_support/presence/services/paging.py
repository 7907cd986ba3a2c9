"""Writes of calls by the number of a card (呼び出し)."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.presence import queries
from victim_support.presence.models import Paging


def call(*, card_number: str, shelter_id: UUID, place: str) -> Paging:
    """Call whoever holds a card, without a name; once until somebody comes."""
    waiting = queries.find_call(card_number, shelter_id)
    if waiting:
        return waiting
    paging = Paging(
        scope=current_scopes().core,
        id=new_id(),
        card_number=card_number,
        shelter_id=shelter_id,
        place=place,
        called_at=clock.now(),
        called_by=current_actor_id(),
    )
    db.session.add(paging)
    return paging


def answer(paging: Paging) -> None:
    """Note that the person came."""
    paging.answered_at = clock.now()
    paging.answered_by = current_actor_id()
