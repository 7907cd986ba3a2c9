"""What one shift hands to the next (引継ぎ): what happened, what still waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries import Board, get_board
from victim_support.evacuees.queries.movements import Here, list_untraced
from victim_support.evacuees.queries.stays import list_shelter_stays
from victim_support.evacuees.rules import SLEEPING
from victim_support.reports.models import Handover, ShelterReport
from victim_support.reports.queries.telephone import list_shelter_reports
from victim_support.shelters.models import HeadCount, Shelter
from victim_support.shelters.queries import list_head_counts

SHIFT = timedelta(hours=12)
"""How far back a first handover looks."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What the next shift has to know of one shelter."""

    shelter: Shelter
    since: datetime
    until: datetime
    board: Board
    came: int
    left: int
    away: int
    untraced: tuple[Here, ...]
    counts: tuple[HeadCount, ...]
    reports: tuple[ShelterReport, ...]


def list_handovers(shelter_id: UUID) -> list[Handover]:
    """Return the handovers of a shelter, the newest first."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(Handover).where(
        Handover.scope == scopes.core,
        Handover.is_withdrawn.is_(False),
        Handover.shelter_id == shelter_id,
    )
    return list(
        db.session.scalars(statement.order_by(Handover.handed_at.desc(), Handover.id.desc()))
    )


def get_handover(shelter_id: UUID, handover_id: UUID) -> Handover:
    """Return a handover of a shelter or 404."""
    found = [one for one in list_handovers(shelter_id) if one.id == handover_id]
    return found[0] if found else abort(404)


def read_shift(shelter: Shelter, disclosure: Disclosure, ended: Handover | None = None) -> Shift:
    """Return what happened in a shelter during a shift, and how it stood at its end.

    Args:
        shelter: The shelter.
        disclosure: What the reader may see of the people to call.
        ended: The handover that ended the shift; without it, the shift that goes on.
    """
    until = ended.handed_at if ended else clock.now()
    earlier = [one for one in list_handovers(shelter.id) if one.handed_at < until]
    since = earlier[0].handed_at if earlier else until - SHIFT
    stays = [stay for stay in list_shelter_stays(shelter.id) if stay.kind in SLEEPING]
    return Shift(
        shelter=shelter,
        since=since,
        until=until,
        board=get_board(shelter.id, disclosure, until),
        came=sum(since < stay.started_at <= until for stay in stays),
        left=sum(bool(stay.ended_at and since < stay.ended_at <= until) for stay in stays),
        away=sum(bool(stay.away_since) and stay.ended_at is None for stay in stays),
        untraced=tuple(list_untraced(shelter.id, disclosure)),
        counts=tuple(
            one for one in list_head_counts(shelter.id) if since < one.occurred_at <= until
        ),
        reports=tuple(
            one for one in list_shelter_reports(shelter.id) if since < one.occurred_at <= until
        ),
    )
