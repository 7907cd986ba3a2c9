"""Who is called by the number of a card, without a name (呼び出し)."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.presence.models import Paging
from victim_support.presence.rules import show_number


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is shown to everybody in the room."""

    paging: Paging

    @property
    def number(self) -> str:
        """Return the number as it is printed on the card."""
        return show_number(self.paging.card_number)


def find_call(card_number: str, shelter_id: UUID) -> Paging | None:
    """Return the call of a card that nobody has answered, if there is one."""
    calls = (call.paging for call in list_calls(shelter_id))
    return next((row for row in calls if row.card_number == card_number), None)


def list_calls(shelter_id: UUID) -> list[Call]:
    """Return the calls of a shelter that nobody has answered, oldest first."""
    statement = (
        select(Paging)
        .where(
            Paging.scope == current_scopes().core,
            Paging.is_withdrawn.is_(False),
            Paging.shelter_id == shelter_id,
            Paging.answered_at.is_(None),
        )
        .order_by(Paging.called_at, Paging.id)
    )
    return [Call(row) for row in db.session.scalars(statement)]


def get_paging(paging_id: UUID) -> Paging:
    """Return a call or 404."""
    row = db.session.get(Paging, (current_scopes().core, paging_id))
    return row if row is not None and not row.is_withdrawn else abort(404)
