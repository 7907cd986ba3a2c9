"""Rosters on paper: printed before the power fails, taken by somebody, shredded when spent."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.paper.models import PrintedRoster


def record_print(*, shelter_id: UUID) -> PrintedRoster:
    """Record that the roster of a shelter is printed now (名簿の控えの印刷)."""
    roster = PrintedRoster(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        printed_at=clock.now(),
        printed_by=current_actor().id,
    )
    db.session.add(roster)
    return roster


def record_taking(roster: PrintedRoster, *, sheets: int, taken_by: str) -> None:
    """Record how many sheets there are, and who keeps them."""
    roster.sheets, roster.taken_by = sheets, taken_by


def record_shredding(roster: PrintedRoster) -> None:
    """Record that the sheets were shredded (裁断済み)."""
    if roster.shredded_at is None:
        roster.shredded_at, roster.shredded_by = clock.now(), current_actor().id
