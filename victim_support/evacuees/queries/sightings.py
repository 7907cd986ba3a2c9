"""Reads of what was seen of people (出入りの記録), and of where they live outside a shelter."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.evacuees.models import PresenceEvent, Whereabouts
from victim_support.victims.links import same_people
from victim_support.victims.queries import CHUNK, disaster_scopes


def list_event_rows(person_id: UUID) -> list[PresenceEvent]:
    """Return what was seen of one record, oldest first."""
    return _events([person_id])


def list_events(person_id: UUID) -> list[PresenceEvent]:
    """Return what was seen of a person under every record of hers, oldest first."""
    return _events(same_people().records(person_id))


def list_whereabouts_rows(person_id: UUID) -> list[Whereabouts]:
    """Return where one record was told to live outside, oldest first."""
    statement = (
        select(Whereabouts)
        .where(
            Whereabouts.scope.in_(disaster_scopes()),
            Whereabouts.is_withdrawn.is_(False),
            Whereabouts.person_id == person_id,
        )
        .order_by(Whereabouts.noted_at, Whereabouts.id)
    )
    return list(db.session.scalars(statement))


def list_whereabouts(stay_ids: Collection[UUID]) -> dict[UUID, Whereabouts]:
    """Return where the people of stays live outside, the newest that was told."""
    found: dict[UUID, Whereabouts] = {}
    ids = list(stay_ids)
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(Whereabouts)
            .where(
                Whereabouts.scope.in_(disaster_scopes()),
                Whereabouts.is_withdrawn.is_(False),
                Whereabouts.stay_id.in_(ids[start : start + CHUNK]),
            )
            .order_by(Whereabouts.noted_at, Whereabouts.id)
        )
        found |= {row.stay_id: row for row in db.session.scalars(statement)}
    return found


def _events(person_ids: Collection[UUID]) -> list[PresenceEvent]:
    statement = (
        select(PresenceEvent)
        .where(
            PresenceEvent.scope.in_(disaster_scopes()),
            PresenceEvent.is_withdrawn.is_(False),
            PresenceEvent.person_id.in_(list(person_ids)),
        )
        .order_by(PresenceEvent.occurred_at, PresenceEvent.id)
    )
    return list(db.session.scalars(statement))
