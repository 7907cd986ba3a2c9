"""How many people are in a shelter: named, unnamed, as of a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries.stays import list_shelter_stays
from victim_support.evacuees.rules import Observation, Totals, is_here, totals
from victim_support.shelters.models import HeadCount
from victim_support.victims.queries import list_people


@dataclass(frozen=True, slots=True)
class Board:
    """The numbers of one shelter as a viewer may see them."""

    totals: Totals
    """As they are: who is protected counts among the named."""
    named: int
    """Those the viewer may see by name."""
    head_count: HeadCount | None

    @property
    def unnamed(self) -> int:
        """Return everybody the viewer cannot see by name, so that nobody is given away."""
        return self.totals.total - self.named

    @property
    def total(self) -> int:
        """Return how many people are here."""
        return self.totals.total


def find_head_count(shelter_id: UUID, until: datetime) -> HeadCount | None:
    """Return the last head count (点呼) of a shelter up to a time, or None."""
    statement = (
        select(HeadCount)
        .where(
            HeadCount.scope == current_scopes().core,
            HeadCount.is_withdrawn.is_(False),
            HeadCount.shelter_id == shelter_id,
            HeadCount.occurred_at <= until,
        )
        .order_by(HeadCount.occurred_at.desc(), HeadCount.id.desc())
    )
    return db.session.scalars(statement).first()


def get_board(shelter_id: UUID, disclosure: Disclosure, at: datetime | None = None) -> Board:
    """Return the numbers of a shelter at a time."""
    instant = at or clock.now()
    stays = list_shelter_stays(shelter_id)
    head_count = find_head_count(shelter_id, instant)
    observation = (
        Observation(head_count.id, head_count.occurred_at, head_count.count) if head_count else None
    )
    here = {stay.person_id for stay in stays if is_here(stay, instant)}
    return Board(
        totals=totals(stays, observation, instant),
        named=disclosure.count(list_people(here)).named,
        head_count=head_count,
    )
