"""What the board shows: a report of one moment, how it came to that, and what waits now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from victim_support.board.rules import spark_path
from victim_support.conflicts.queries import list_cards
from victim_support.core import clock
from victim_support.core.plots import Plot, Point, make_plot
from victim_support.evacuees.queries.stays import list_open_stays
from victim_support.evacuees.queries.time_line import TimeLine, read_time_line
from victim_support.reports.queries import Published, read_scene, report_interval, situation_of
from victim_support.reports.rules import ShelterLine, Situation
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import (
    list_all_head_counts,
    list_phases,
    list_shelters,
    state_at,
)
from victim_support.shelters.rules import Phase

DAY = timedelta(days=1)
MOST_POINTS, SPARK_POINTS = 240, 32
RECENT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One shelter on the board."""

    line: ShelterLine
    change: int | None
    """People more or fewer than a day before."""
    spark: str
    most: int
    """The most people it ever had until then."""
    heard_at: datetime | None
    is_late: bool
    conflicts: int


@dataclass(frozen=True, slots=True)
class Trend:
    """People and shelters in use over time."""

    people: Plot
    shelters: Plot

    @property
    def rows(self) -> list[tuple[datetime, int, int]]:
        """Return the values of both plots, for those who read them as a table."""
        pairs = zip(self.people.series.points, self.shelters.series.points, strict=True)
        return [(at, people, shelters) for (at, people), (_at, shelters) in pairs]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The whole board of one moment."""

    situation: Situation
    lines: tuple[BoardLine, ...]
    trend: Trend
    is_now: bool

    @property
    def requests(self) -> list[ShelterLine]:
        """Return the shelters with something they asked for that nobody has answered."""
        return [one.line for one in self.lines if one.line.wishes]

    @property
    def needs(self) -> list[tuple[str, str]]:
        """Return the urgent needs of all shelters that somebody has."""
        figures = [one for one in self.situation.figures if one.key.startswith(("needs.", "care."))]
        return [(one.label, one.text) for one in figures if one.value]


@dataclass(frozen=True, slots=True)
class History:
    """All that was counted and said until a moment, to be asked for any moment before it."""

    line: TimeLine
    phases: Mapping[UUID, Sequence[Phase]]
    shelters: Mapping[UUID, Shelter]

    @property
    def began_at(self) -> datetime | None:
        """Return the first moment anything is known of."""
        counted = [counts[0].occurred_at for counts in self.line.counts.values() if counts]
        stayed = [stays[0].started_at for stays in self.line.stays.values() if stays]
        return min([*counted, *stayed], default=None)

    def people(self, shelter_id: UUID, instants: Sequence[datetime]) -> list[int | None]:
        """Return the people of a shelter at each moment, None while it was not in use."""
        numbers = self.line.people(shelter_id, instants)
        return [
            number if self._is_used(shelter_id, instant, number) else None
            for instant, number in zip(instants, numbers, strict=True)
        ]

    def _is_used(self, shelter_id: UUID, instant: datetime, people: int) -> bool:
        count = self.line.head_count(shelter_id, instant)
        phases = self.phases.get(shelter_id, ())
        state = state_at(self.shelters[shelter_id], phases, count, instant)
        return state.takes_people or (not state.is_declared and people > 0)


def read_board(at: datetime, published: Published | None = None) -> BoardPage:
    """Return the board of a moment: as the ledger has it today, or as it was published."""
    if published:
        situation, line = published.situation, None
    else:
        scene = read_scene(at)
        situation, line = situation_of(scene), scene.line
    is_now = published is None and clock.now() - at < RECENT
    history = read_history(at, line)
    conflicts = count_conflicts() if is_now else Counter()
    moments = _moments(history, at, SPARK_POINTS)
    late_before = at - report_interval()
    lines = [
        _line(one, history, moments, at, late_before, conflicts[one.id]) for one in situation.in_use
    ]
    return BoardPage(situation, tuple(lines), _trend(history, at), is_now)


def read_history(at: datetime, line: TimeLine | None = None) -> History:
    """Return what was counted and said until a moment.

    Args:
        at: The moment.
        line: Who was where until then, when it was read already.
    """
    line = line or read_time_line(at, list_all_head_counts(until=at))
    return History(line, list_phases(), {shelter.id: shelter for shelter in list_shelters()})


def count_conflicts() -> Counter[UUID]:
    """Return how many conflicts (食い違い) are about people in each shelter, as far as seen."""
    cards = list_cards()
    people = {person.id for card in cards for person in card.people}
    stays = list_open_stays(people)
    return Counter(
        shelter_id
        for card in cards
        for shelter_id in {
            stay.shelter_id for person in card.people for stay in stays.get(person.id, [])
        }
    )


def _line(
    line: ShelterLine,
    history: History,
    moments: Sequence[datetime],
    at: datetime,
    late_before: datetime,
    conflicts: int,
) -> BoardLine:
    known = line.id in history.shelters
    people = [number or 0 for number in history.people(line.id, moments)] if known else []
    before = history.people(line.id, [at - DAY])[0] if known else None
    heard = _heard_at(line, history, at)
    return BoardLine(
        line=line,
        change=None if line.people is None or before is None else line.people - before,
        spark=spark_path(people),
        most=max([*people, line.people or 0]),
        heard_at=heard,
        is_late=line.is_open and (heard is None or heard < late_before),
        conflicts=conflicts,
    )


def _heard_at(line: ShelterLine, history: History, at: datetime) -> datetime | None:
    """Return when a shelter last gave a sign: a count, a report, an arrival, a departure."""
    stays = history.line.stays.get(line.id, ())
    signs = [stay.started_at for stay in stays]
    signs += [stay.ended_at for stay in stays if stay.ended_at and stay.ended_at <= at]
    told = [moment for moment in (line.observed_at, line.reported_at) if moment]
    return max([*signs, *told], default=None)


def _trend(history: History, at: datetime) -> Trend:
    moments = _moments(history, at, MOST_POINTS)
    known = (history.line.shelter_ids | history.phases.keys()) & history.shelters.keys()
    used = [history.people(each, moments) for each in sorted(known)]
    people: list[Point] = []
    shelters: list[Point] = []
    for n, moment in enumerate(moments):
        here = [numbers[n] for numbers in used]
        people.append((moment, sum(number or 0 for number in here)))
        shelters.append((moment, sum(number is not None for number in here)))
    return Trend(
        make_plot("避難者数の推移", "人", people), make_plot("避難所数の推移", "か所", shelters)
    )


def _moments(history: History, at: datetime, most: int) -> list[datetime]:
    """Return the moments of a plot: when people were counted, and evenly spread ones between."""
    begin = history.began_at
    if begin is None or begin > at:
        return []
    counted = sorted({one.occurred_at for line in history.line.counts.values() for one in line})
    thinned = counted[:: max(1, -(-len(counted) * 2 // most))]
    spread = [begin + (at - begin) * n / (most // 2) for n in range(most // 2)]
    return sorted({*thinned, *(spread if history.line.stays else ()), begin, at})
