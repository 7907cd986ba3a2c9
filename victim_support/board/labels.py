"""Where the numbers of circles stand on a printed map, so that each can be read; pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 4.8, 3.6  # millimetres that a number takes
_DIRECTIONS = ((0, -1), (1, 0), (0, 1), (-1, 0), (0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7))
_STEPS = (2.5, 5.0, 8.0, 12.0, 17.0, 23.0)  # millimetres from the edge of the circle

Place = tuple[float, float]


class Circle(NamedTuple):
    """One mark: its middle and radius in millimetres."""

    x: float
    y: float
    r: float


def spread_labels(circles: Sequence[Circle], width: float, height: float) -> list[Place]:
    """Return where each number stands: in its circle, or beside it where others are in the way.

    Circles that keep clear of all others have their number in the middle. Of those that crowd,
    one after the other takes the nearest free place; what finds none stays in the middle.

    Args:
        circles: The marks.
        width: Millimetres of the map; no number leaves it.
        height: The same, downwards.
    """
    middles = [(each.x, each.y) for each in circles]
    found = {n: at for n, at in enumerate(middles) if not _meets(at, _without(middles, n))}
    for n, circle in enumerate(circles):
        if n not in found:
            taken = [*found.values(), *_without(middles, n)]
            free = (at for at in _around(circle, width, height) if not _meets(at, taken))
            found[n] = next(free, middles[n])
    return [found[n] for n in range(len(circles))]


def _without(middles: list[Place], left_out: int) -> list[Place]:
    return [at for n, at in enumerate(middles) if n != left_out]


def _meets(at: Place, others: Sequence[Place]) -> bool:
    return any(abs(at[0] - x) < WIDTH and abs(at[1] - y) < HEIGHT for x, y in others)


def _around(circle: Circle, width: float, height: float) -> Iterator[Place]:
    """Yield the places beside a circle, the nearest first."""
    for step in _STEPS:
        for right, down in _DIRECTIONS:
            x = round(circle.x + right * (circle.r + step), 2)
            y = round(circle.y + down * (circle.r + step), 2)
            if WIDTH <= x <= width - WIDTH and HEIGHT <= y <= height - HEIGHT:
                yield x, y
