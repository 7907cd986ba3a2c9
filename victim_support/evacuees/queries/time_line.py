"""Who was where at any moment: read once, asked as often as a report or a plot needs."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.moving import Moved, counted, moved_of
from victim_support.evacuees.queries.stays import list_all_stays
from victim_support.evacuees.rules import SLEEPING, Observation, ShortStay, Totals, is_here, totals
from victim_support.shelters.models import HeadCount
from victim_support.victims.links import SamePeople, same_people


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The stays and head counts of the disaster, by shelter and oldest first."""

    stays: Mapping[UUID, Sequence[Stay]]
    counts: Mapping[UUID, Sequence[HeadCount]]
    same: SamePeople
    moved: Moved
    """Since when a stay counts no more, for its person was received elsewhere."""

    @property
    def shelter_ids(self) -> set[UUID]:
        """Return the shelters at which anybody ever stayed or was counted."""
        return {*self.stays, *self.counts}

    def here(self, shelter_id: UUID, at: datetime) -> list[Stay]:
        """Return the stays of those who sleep in a shelter at a moment, one of each person."""
        line = self.stays.get(shelter_id, ())
        here = (one for one in line if is_here(one, at) and not self.has_moved(one, at))
        return self.same.once(here, _person_of)

    def has_moved(self, stay: Stay, at: datetime) -> bool:
        """Tell whether the person of a stay had been received elsewhere by a moment."""
        return stay.id in self.moved and self.moved[stay.id] <= at

    def head_count(self, shelter_id: UUID, at: datetime) -> HeadCount | None:
        """Return the last head count (点呼) of a shelter up to a moment."""
        line = self.counts.get(shelter_id, ())
        return next((one for one in reversed(line) if one.occurred_at <= at), None)

    def totals(self, shelter_id: UUID, at: datetime) -> Totals:
        """Return named and unnamed people of a shelter at a moment; protected people count."""
        count = self.head_count(shelter_id, at)
        seen = Observation(count.id, count.occurred_at, count.count) if count else None
        return totals(self._counted(shelter_id), seen, at, self._counted_as)

    def people(self, shelter_id: UUID, instants: Sequence[datetime]) -> list[int]:
        """Return what ``totals`` gives for each of many moments, as a plot asks."""
        line = self._counted(shelter_id)
        if any(stay.person_id in self.same.groups for stay in line):
            return [self.totals(shelter_id, instant).total for instant in instants]
        counts = self.counts.get(shelter_id, ())
        moments = [count.occurred_at for count in counts]
        here, named_later = _here_of(line), _named_later_of(line)
        people = []
        for instant in instants:
            now, seen = here(instant), bisect_right(moments, instant)
            if seen:
                count = counts[seen - 1]
                named = here(count.occurred_at) + named_later(count, instant)
                now += max(0, count.count - named)
            people.append(now)
        return people

    def _counted(self, shelter_id: UUID) -> list[Stay | ShortStay]:
        """Return the stays of a shelter as they count."""
        return counted(self.stays.get(shelter_id, ()), self.moved)

    def _counted_as(self, stay: Stay | ShortStay) -> UUID:
        """Return what a stay is counted as: its person's, where several records are one person."""
        is_linked = stay.person_id in self.same.groups
        return self.same.canonical(stay.person_id) if is_linked else stay.id


def read_time_line(until: datetime, counts: Mapping[UUID, Sequence[HeadCount]]) -> TimeLine:
    """Return the time line up to a moment.

    Args:
        until: The last moment anybody will ask about.
        counts: The head counts of each shelter, oldest first: all of them, or the last ones when
            only the last moment is asked about.
    """
    every, same = list_all_stays(until=until), same_people()
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in every:
        stays[stay.shelter_id].append(stay)
    return TimeLine(stays, counts, same, moved_of(every, same))


def _here_of(line: Sequence[Stay | ShortStay]) -> Callable[[datetime], int]:
    """Return how many stays cover an instant, from their sorted ends."""
    real = [
        stay
        for stay in line
        if stay.kind in SLEEPING and (stay.ended_at is None or stay.ended_at > stay.started_at)
    ]
    starts = sorted(stay.started_at for stay in real)
    ends = sorted(stay.ended_at for stay in real if stay.ended_at)
    return lambda instant: bisect_right(starts, instant) - bisect_right(ends, instant)


def _named_later_of(
    line: Sequence[Stay | ShortStay],
) -> Callable[[HeadCount, datetime], int]:
    """Return how many of a head count had given their names up to an instant (数え済み)."""
    named: dict[UUID, list[datetime]] = defaultdict(list)
    for stay in sorted(line, key=lambda one: one.started_at):
        if stay.count_id and stay.kind in SLEEPING:
            named[stay.count_id].append(stay.started_at)

    def later(count: HeadCount, instant: datetime) -> int:
        starts = named.get(count.id, [])
        return bisect_right(starts, instant) - bisect_right(starts, count.occurred_at)

    return later


def _person_of(stay: Stay) -> UUID:
    return stay.person_id
