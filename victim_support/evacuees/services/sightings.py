"""Writes of what was seen of people (出入りの記録): one row each time, never changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.node import this_node
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import PresenceEvent, Stay
from victim_support.evacuees.rules import PresenceKind
from victim_support.victims import services as victims
from victim_support.victims.models import Person


def record_events(
    stays: Iterable[Stay],
    kind: PresenceKind,
    *,
    at: datetime,
    card_number: str | None = None,
    shelter_id: UUID | None = None,
) -> None:
    """Write down what was seen of the people of stays, each in the scope of the stay.

    Args:
        stays: Their stays.
        kind: What was seen.
        at: When.
        card_number: The card that was read, if any.
        shelter_id: Where it was, when that is not where the stay is.
    """
    node, by = this_node().id, current_actor_id()
    db.session.add_all(
        PresenceEvent(
            scope=stay.scope,
            id=new_id(),
            person_id=stay.person_id,
            card_number=card_number,
            shelter_id=shelter_id or stay.shelter_id,
            stay_id=stay.id,
            kind=kind,
            occurred_at=at,
            recorded_by=by,
            node=node,
        )
        for stay in stays
    )


def record_sighting(
    *, card_number: str | None, shelter_id: UUID, at: datetime, person: Person | None = None
) -> PresenceEvent:
    """Write down that a card was read of which no stay is changed by it.

    Args:
        card_number: What was read.
        shelter_id: Where.
        at: When.
        person: Whose it is; None when this machine cannot tell.
    """
    event = PresenceEvent(
        scope=victims.writing_scope(person) if person else current_scopes().core,
        id=new_id(),
        person_id=person.id if person else None,
        card_number=card_number,
        shelter_id=shelter_id,
        kind=PresenceKind.SEEN,
        occurred_at=at,
        recorded_by=current_actor_id(),
        node=this_node().id,
    )
    db.session.add(event)
    return event
