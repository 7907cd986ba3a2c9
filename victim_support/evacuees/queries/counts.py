"""How many people are in a shelter: named, unnamed, as of a time.

The desk shows these numbers with every page and asks by them before every save, so the engine
counts; rows are read of protected people only.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, distinct, func, or_, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import SLEEPING, StayKind, Totals, totals_of
from victim_support.shelters.models import HeadCount
from victim_support.victims.models import Person
from victim_support.victims.queries import disaster_scopes, list_people
from victim_support.victims.rules import Protection


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
    counted_at = head_count.occurred_at if head_count else instant
    named_since = and_(
        Stay.count_id == (head_count.id if head_count else None),
        Stay.started_at > counted_at,
        Stay.started_at <= instant,
        Stay.kind.in_(SLEEPING),
    )
    numbers = db.session.execute(
        select(
            _how_many(_is_here(instant)),
            _how_many(_is_here(instant) & (Stay.kind == StayKind.CAR)),
            _how_many(_is_here(counted_at)),
            _how_many(named_since),
            func.count(distinct(Stay.person_id)).filter(_is_here(instant)),
        ).where(*_of(shelter_id))
    ).one()
    here, in_cars, named_then, named_later, people = numbers
    observed = head_count.count if head_count else named_then
    return Board(
        totals=totals_of(here, in_cars, observed, named_then, named_later),
        named=people - _hidden(shelter_id, disclosure, instant),
        head_count=head_count,
    )


def _hidden(shelter_id: UUID, disclosure: Disclosure, instant: datetime) -> int:
    """Return how many of those here the viewer may not see by name."""
    protected = (
        select(Person.id)
        .join(Stay, and_(Stay.person_id == Person.id, *_of(shelter_id), _is_here(instant)))
        .where(
            Person.scope.in_(disaster_scopes()),
            Person.is_withdrawn.is_(False),
            Person.protection != Protection.NONE.value,
        )
        .distinct()
    )
    return disclosure.count(list_people(db.session.scalars(protected).all())).unnamed


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


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(condition, Integer)), 0)
