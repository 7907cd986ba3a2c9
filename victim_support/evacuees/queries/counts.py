"""How many people are in a shelter: named, unnamed, as of a time.

The desk shows these numbers with every page and asks by them before every save, so the engine
counts; rows are read of protected people only.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.moving import Moved, counted, moved_on
from victim_support.evacuees.rules import (
    SLEEPING,
    Numbers,
    Observation,
    StayKind,
    Totals,
    is_here,
    numbers_of,
    totals_of,
)
from victim_support.shelters.models import HeadCount
from victim_support.victims.links import SamePeople, same_people
from victim_support.victims.queries import disaster_scopes, list_sealed_people

_Known = tuple[SamePeople, Moved]
"""Who is one person, and who was received elsewhere since."""


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
    def nameless(self) -> int:
        """Return how many of the last head count nobody has given a name yet (数え済みの問い)."""
        return self.totals.unnamed

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
    head_count = find_head_count(shelter_id, instant)
    same = same_people()
    moved = moved_on(shelter_id, instant, same)
    numbers = _numbers(shelter_id, head_count, instant, (same, moved))
    return Board(
        totals=totals_of(numbers, head_count.count if head_count else None),
        named=numbers.here - _hidden(shelter_id, disclosure, instant, (same, moved)),
        head_count=head_count,
    )


def count_nameless(shelter_id: UUID) -> int:
    """Return how many of the last head count have no name yet; at no cost without a count."""
    instant = clock.now()
    head_count = find_head_count(shelter_id, instant)
    if head_count is None:
        return 0
    same = same_people()
    known = (same, moved_on(shelter_id, instant, same))
    numbers = _numbers(shelter_id, head_count, instant, known)
    return totals_of(numbers, head_count.count).unnamed


def _numbers(
    shelter_id: UUID, head_count: HeadCount | None, instant: datetime, known: _Known
) -> Numbers:
    """Count most by the engine; who has several records or stays, by their rows: each once."""
    same, moved = known
    linked = list(same.groups)
    is_apart = or_(Stay.person_id.in_(linked), Stay.id.in_(moved))
    numbers = _numbers_of_stays((*_of(shelter_id), not_(is_apart)), head_count, instant)
    if not linked and not moved:
        return numbers
    observation = (
        Observation(head_count.id, head_count.occurred_at, head_count.count) if head_count else None
    )
    statement = select(Stay).where(*_of(shelter_id), is_apart)
    stays = db.session.scalars(statement.order_by(Stay.started_at, Stay.id))
    return numbers + numbers_of(
        counted(stays, moved), observation, instant, lambda stay: same.canonical(stay.person_id)
    )


def _numbers_of_stays(
    chosen: tuple[ColumnElement[bool], ...], head_count: HeadCount | None, instant: datetime
) -> Numbers:
    rows = db.session.execute(
        select(Stay.kind, func.count()).where(*chosen, _is_here(instant)).group_by(Stay.kind)
    )
    kinds = {str(kind): count for kind, count in rows}
    here, in_cars = sum(kinds.values()), kinds.get(StayKind.CAR.value, 0)
    if head_count is None:
        return Numbers(here, in_cars)
    named_since = and_(
        Stay.count_id == head_count.id,
        Stay.started_at > head_count.occurred_at,
        Stay.started_at <= instant,
        Stay.kind.in_(SLEEPING),
    )
    numbers = select(
        func.count().filter(_is_here(head_count.occurred_at)), func.count().filter(named_since)
    )
    named_then, named_later = db.session.execute(numbers.where(*chosen)).one()
    return Numbers(here, in_cars, named_then, named_later)


def _hidden(shelter_id: UUID, disclosure: Disclosure, instant: datetime, known: _Known) -> int:
    """Return how many of those here the viewer may not see by name: few have sealed rows."""
    same, moved = known
    sealed = list_sealed_people()
    if not sealed:
        return 0
    statement = select(Stay).where(
        *_of(shelter_id), _is_here(instant), Stay.person_id.in_([one.id for one in sealed])
    )
    stays = counted(db.session.scalars(statement), moved)
    here = {stay.person_id for stay in stays if is_here(stay, instant)}
    people = same.once([one for one in sealed if one.id in here], lambda one: one.id)
    return disclosure.count(people).unnamed


def _of(shelter_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Stay.scope.in_(disaster_scopes()),
        Stay.is_withdrawn.is_(False),
        Stay.shelter_id == shelter_id,
    )


def _is_here(instant: datetime) -> ColumnElement[bool]:
    """Say what ``rules.is_here`` says, in the engine's words."""
    return and_(
        Stay.kind.in_(SLEEPING),
        Stay.started_at <= instant,
        or_(Stay.ended_at.is_(None), Stay.ended_at > instant),
    )
