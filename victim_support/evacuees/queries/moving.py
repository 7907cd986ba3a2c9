"""Since when a stay counts no more though nobody has ended it: its person was received elsewhere.

Whoever is in two open stays is one person. Until somebody has looked (要確認) they count where they
were received last; that is derived at each read, and taken back with the later stay.
"""

from collections import defaultdict
from collections.abc import Iterable
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


def moved_on(shelter_id: UUID, until: datetime, same: SamePeople) -> Moved:
    """Return the stays of a shelter that count no more; what came later than a moment is not seen.

    Each stay here asks for its person's others by the key: the desk shows this with every page.
    """
    later, scopes = aliased(Stay), disaster_scopes()
    moment = (
        select(func.min(later.started_at))
        .where(
            later.scope.in_(scopes),
            later.is_withdrawn.is_(False),
            later.person_id == Stay.person_id,
            later.shelter_id != shelter_id,
            later.kind != StayKind.VISIT,
            or_(
                later.started_at > Stay.started_at,
                and_(later.started_at == Stay.started_at, later.id > Stay.id),
            ),
            later.started_at <= until,
            or_(Stay.ended_at.is_(None), later.started_at < Stay.ended_at),
        )
        .correlate(Stay)
        .scalar_subquery()
    )
    statement = select(Stay.id, moment).where(
        Stay.scope.in_(scopes), Stay.is_withdrawn.is_(False), Stay.shelter_id == shelter_id
    )
    moved = {row[0]: row[1] for row in db.session.execute(statement) if row[1] is not None}
    return moved | _of_linked(until, same)


def moved_of(stays: Iterable[Stay], same: SamePeople) -> Moved:
    """Return the same of stays that were read already, of all shelters, by arrival."""
    lines: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in stays:
        lines[same.canonical(stay.person_id)].append(stay)
    return {
        stay_id: moment
        for line in lines.values()
        if len(line) > 1
        for stay_id, moment in short_ends(line).items()
    }


def counted(stays: Iterable[Stay], moved: Moved) -> list[Stay | ShortStay]:
    """Return stays as they count: those of people received elsewhere end when that was."""
    return [_short(stay, moved[stay.id]) if stay.id in moved else stay for stay in stays]


def _short(stay: Stay, end: datetime) -> ShortStay:
    return ShortStay(stay.id, stay.person_id, stay.kind, stay.started_at, end, stay.count_id)


def _of_linked(until: datetime, same: SamePeople) -> Moved:
    """Return the same of people with several records: they are few, and their rows tell."""
    if not same.groups:
        return {}
    statement = select(Stay).where(
        Stay.scope.in_(disaster_scopes()),
        Stay.is_withdrawn.is_(False),
        Stay.person_id.in_(list(same.groups)),
        Stay.started_at <= until,
    )
    return moved_of(db.session.scalars(statement.order_by(Stay.started_at, Stay.id)), same)
