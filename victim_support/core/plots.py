"""Geometry of plots as coordinates, so that a template only draws (``_components/plot.html``)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 30
_JAPAN = ZoneInfo("Asia/Tokyo")
_STEPS = (1, 2, 5)
Point = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a plot: what it is called, and its values by time."""

    label: str
    points: Sequence[Point]

    @property
    def most(self) -> int:
        return max((value for _at, value in self.points), default=0)

    @property
    def peak(self) -> Point | None:
        """Return the first of the highest values."""
        return max(self.points, key=lambda point: point[1], default=None)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, and what is written beside it."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot in coordinates of its own box."""

    title: str
    unit: str
    series: Series
    path: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    peak: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def words(self) -> str:
        """Return what a reader who cannot see the plot has to know."""
        highest = self.series.peak
        if highest is None:
            return f"{self.title}: 記録はありません。"
        first, last = self.series.points[0], self.series.points[-1]
        return (
            f"{self.title}: {_moment(first[0])} {first[1]:,}{self.unit}、"
            f"最大 {_moment(highest[0])} {highest[1]:,}{self.unit}、"
            f"{_moment(last[0])} {last[1]:,}{self.unit}。"
        )


def make_plot(title: str, unit: str, points: Sequence[Point]) -> Plot:
    """Return a plot of steps: a number holds until the next one."""
    series = Series(title, points)
    begin, end = (points[0][0], points[-1][0]) if points else (None, None)
    step = nice_step(series.most)
    most = max(step, math.ceil(series.most / step) * step)

    def x(instant: datetime) -> float:
        span = (end - begin).total_seconds() if begin and end else 0
        share = (instant - begin).total_seconds() / span if span and begin else 1
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)

    def y(value: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most, 1)

    highest = series.peak
    return Plot(
        title=title,
        unit=unit,
        series=series,
        path=_steps([(x(at), y(value)) for at, value in points]),
        across=tuple(Tick(y(value), f"{value:,}") for value in range(0, most + 1, step)),
        down=tuple(Tick(x(at), label) for at, label in days_between(begin, end)),
        peak=(x(highest[0]), y(highest[1])) if highest else None,
    )


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(_JAPAN):%Y/%m/%d %H:%M}"


def _steps(places: Sequence[tuple[float, float]]) -> str:
    if not places:
        return ""
    path = [f"M{places[0][0]:g} {places[0][1]:g}"]
    path += [f"H{x:g}V{y:g}" for x, y in places[1:]]
    return "".join(path)


def nice_step(most: int) -> int:
    """Return the distance of grid lines: 1, 2 or 5 times a power of ten, some five lines."""
    wanted = max(1, most / 5)
    power = 10 ** math.floor(math.log10(wanted))
    return int(next((step * power for step in _STEPS if step * power >= wanted), 10 * power))


def days_between(begin: datetime | None, end: datetime | None) -> list[tuple[datetime, str]]:
    """Return the days written below a plot: at most seven, months when it is long."""
    if begin is None or end is None or begin == end:
        return []
    midnight = begin.astimezone(_JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
    days = max(1, (end - begin).days)
    if days > 90:
        return _months(midnight, begin, end)
    if days < 2:
        return _hours(midnight, begin, end)
    step = timedelta(days=math.ceil(days / 7))
    marks, mark = [], midnight + timedelta(days=1)
    while mark <= end:
        marks.append((mark, f"{mark.month}/{mark.day}"))
        mark += step
    return marks


def _months(midnight: datetime, begin: datetime, end: datetime) -> list[tuple[datetime, str]]:
    marks, mark = [], midnight.replace(day=1)
    while mark <= end:
        if mark >= begin:
            marks.append((mark, f"{mark.month}月"))
        mark = (mark + timedelta(days=32)).replace(day=1)
    return marks[:: math.ceil(len(marks) / 12)] if marks else []


def _hours(midnight: datetime, begin: datetime, end: datetime) -> list[tuple[datetime, str]]:
    marks = [midnight + timedelta(hours=6 * n) for n in range(12)]
    return [(mark, f"{mark.day}日{mark.hour}時") for mark in marks if begin <= mark <= end]
