"""A small map of one dwelling among its neighbours: marks and tiles on a drawing, nobody named."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 300
"""Of the drawing, in its own units."""
ZOOM = 18
TILE = 256
_NEAR = 4.0  # units; two records of one building stand closer
_BARS = (10, 20, 50, 100)
Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands on the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TileImage:
    """One map tile behind the marks, in the web's counting."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The dwelling in the middle, its neighbours, tiles behind them, and a bar of known length."""

    neighbours: list[Mark]
    tiles: list[TileImage]
    bar_metres: int
    bar: float
    width: int = WIDTH
    height: int = HEIGHT


def draw_plan(middle: Point, others: Iterable[Point], *, tile_zooms: range | None = None) -> Plan:
    """Return the drawing around a dwelling.

    Args:
        middle: Where the dwelling stands.
        others: Where houses stand; those outside and the dwelling itself are left out.
        tile_zooms: The zoom levels for which there are tiles; None without tiles.
    """
    centre = _world(middle, ZOOM)
    left, top = centre[0] - WIDTH / 2, centre[1] - HEIGHT / 2
    marks = []
    for point in dict.fromkeys(others):
        x, y = (value - edge for value, edge in zip(_world(point, ZOOM), (left, top), strict=True))
        is_inside = 0 <= x <= WIDTH and 0 <= y <= HEIGHT
        if is_inside and math.hypot(x - WIDTH / 2, y - HEIGHT / 2) > _NEAR:
            marks.append(Mark(round(x, 1), round(y, 1)))
    metres = _metres_per_unit(middle[0])
    bar = max((each for each in _BARS if each / metres <= WIDTH / 3), default=_BARS[0])
    tiles = _tiles(left, top, tile_zooms) if tile_zooms else []
    return Plan(marks, tiles, bar, round(bar / metres, 1))


def degrees_around(middle: Point) -> tuple[float, float]:
    """Return how far the drawing reaches from its middle, in degrees of latitude and longitude."""
    metres = _metres_per_unit(middle[0])
    north = HEIGHT / 2 * metres / 111_320
    return north, WIDTH / 2 * metres / (111_320 * math.cos(math.radians(middle[0])))


def _tiles(left: float, top: float, zooms: range) -> list[TileImage]:
    zoom = min(ZOOM, zooms[-1])
    if zoom < zooms[0]:
        return []
    size = TILE << (ZOOM - zoom)
    columns = range(int(left // size), int((left + WIDTH) // size) + 1)
    rows = range(int(top // size), int((top + HEIGHT) // size) + 1)
    return [
        TileImage(
            zoom, column, row, round(column * size - left, 1), round(row * size - top, 1), size
        )
        for column in columns
        for row in rows
    ]


def _world(point: Point, zoom: int) -> Point:
    """Return a place in the pixels of a web map (Mercator) of the whole world."""
    latitude, longitude = math.radians(point[0]), point[1]
    size = float(TILE << zoom)
    y = (1 - math.asinh(math.tan(latitude)) / math.pi) / 2
    return (longitude + 180) / 360 * size, y * size


def _metres_per_unit(latitude: float) -> float:
    return 156_543.03392 * math.cos(math.radians(latitude)) / (1 << ZOOM)
