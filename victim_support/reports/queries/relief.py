"""The daily records of the Disaster Relief Act (災害救助法の記録): people and what was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries.time_line import TimeLine, read_time_line
from victim_support.reports.models import ReliefEntry
from victim_support.reports.queries.place import disaster_day
from victim_support.reports.rules import ReliefKind
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import (
    list_all_head_counts,
    list_phases,
    list_shelters,
    state_at,
)
from victim_support.shelters.rules import Phase

LONGEST = 62  # days on one sheet


@dataclass(frozen=True, slots=True)
class ShelterDays:
    """One shelter with the people who slept there on each day, None where it was not in use."""

    shelter: Shelter
    people: tuple[int | None, ...]

    @property
    def person_days(self) -> int:
        """Return people × days (延人数), by which the cost is settled."""
        return sum(number or 0 for number in self.people)

    @property
    def open_days(self) -> int:
        return sum(number is not None for number in self.people)


def relief_days(first: date | None, last: date | None) -> list[date]:
    """Return the days of a sheet: from the disaster to today unless told otherwise."""
    end = min(last or clock.today(), clock.today())
    begin = max(first or disaster_day(), end - timedelta(days=LONGEST - 1))
    return [begin + timedelta(days=n) for n in range(max(0, (end - begin).days) + 1)]


def list_shelter_days(days: Sequence[date]) -> list[ShelterDays]:
    """Return the people of each shelter on each day, counted at the day's end.

    Today is counted as of now. Shelters that were never in use are left out.
    """
    moments = [_end_of(day) for day in days]
    counts = list_all_head_counts(until=moments[-1])
    line = read_time_line(moments[-1], counts)
    phases = list_phases()
    found = []
    for shelter in list_shelters():
        if shelter.id not in {*phases, *line.shelter_ids}:
            continue
        people = tuple(
            _people_of(shelter, phases.get(shelter.id, ()), line, moment) for moment in moments
        )
        if any(number is not None for number in people):
            found.append(ShelterDays(shelter, people))
    return found


def list_relief_entries(
    kind: ReliefKind | None, days: Sequence[date], shelter_id: UUID | None = None
) -> list[ReliefEntry]:
    """Return what was given or done on these days, in their order."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(ReliefEntry).where(
        ReliefEntry.scope == scopes.core,
        ReliefEntry.is_withdrawn.is_(False),
        ReliefEntry.day.between(days[0], days[-1]),
    )
    rows = db.session.scalars(statement.order_by(ReliefEntry.day, ReliefEntry.id))
    return [
        row
        for row in rows
        if (kind is None or row.kind == kind)
        and (shelter_id is None or row.shelter_id == shelter_id)
    ]


def _end_of(day: date) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), JAPAN)
    return min(midnight, clock.now())


def _people_of(
    shelter: Shelter, phases: Sequence[Phase], line: TimeLine, moment: datetime
) -> int | None:
    state = state_at(shelter, phases, line.head_count(shelter.id, moment), moment)
    people = line.totals(shelter.id, moment).total
    if state.takes_people or (not state.is_declared and people):
        return people
    return None
