"""Since when a stay counts no more though nobody has ended it: its person was received elsewhere.

Whoever is in two open stays is one person. Until somebody has looked (要確認) they count where they
were received last; that is derived at each read, and taken back with the later stay.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from victim_support.core.db import db
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import ShortStay, StayKind, short_ends
from victim_support.victims.links import SamePeople
from victim_support.victims.queries import disaster_scopes

Moved = dict[UUID, datetime]
"""By the id of a stay: when its person was received elsewhere."""


def moved_on(until: datetime, same: SamePeople, shelter_id: UUID | None = None) -> Moved:
    """Return the stays that count no more, of one shelter or of all.

    Args:
        until: What came later does not count.
        same: Who is one person.
        shelter_id: The shelter whose stays are asked about.
    """
    later = aliased(Stay)
    scopes, linked = disaster_scopes(), list(same.groups)
    statement = (
        select(Stay.id, func.min(later.started_at))
        .join(later, later.person_id == Stay.person_id)
        .where(
            Stay.scope.in_(scopes),
            Stay.is_withdrawn.is_(False),
            later.scope.in_(scopes),
            later.is_withdrawn.is_(False),
            later.shelter_id != Stay.shelter_id,
            later.kind != StayKind.VISIT,
            or_(
                later.started_at > Stay.started_at,
                and_(later.started_at == Stay.started_at, later.id > Stay.id),
            ),
            later.started_at <= until,
            or_(Stay.ended_at.is_(None), later.started_at < Stay.ended_at),
        )
        .group_by(Stay.id)
    )
    if shelter_id is not None:
        statement = statement.where(Stay.shelter_id == shelter_id)
    moved = {row[0]: row[1] for row in db.session.execute(statement)}
    return moved | _of_linked(linked, until, same)


def counted(stays: Iterable[Stay], moved: Moved) -> list[Stay | ShortStay]:
    """Return stays as they count: those of people received elsewhere end when that was."""
    return [
        ShortStay(
            stay.id, stay.person_id, stay.kind, stay.started_at, moved[stay.id], stay.count_id
        )
        if stay.id in moved
        else stay
        for stay in stays
    ]


def _of_linked(linked: Sequence[UUID], until: datetime, same: SamePeople) -> Moved:
    """Return the same of people with several records: they are few, and their rows tell."""
    if not linked:
        return {}
    statement = select(Stay).where(
        Stay.scope.in_(disaster_scopes()),
        Stay.is_withdrawn.is_(False),
        Stay.person_id.in_(linked),
        Stay.started_at <= until,
    )
    lines: dict[UUID, list[Stay]] = {}
    for stay in db.session.scalars(statement.order_by(Stay.started_at, Stay.id)):
        lines.setdefault(same.canonical(stay.person_id), []).append(stay)
    return {
        stay_id: moment for line in lines.values() for stay_id, moment in short_ends(line).items()
    }
