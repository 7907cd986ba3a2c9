"""Geometry of printed maps: places of a small area as coordinates on paper."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEGREE_KM = 111.2
_RINGS, _TURNS = 12, 12


@dataclass(frozen=True, slots=True)
class Projection:
    """Places of a small area laid on paper, north above; a degree is as long everywhere."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a place lies on the paper."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x, 2), round((self.north - latitude) * self.scale, 2)

    @property
    def kilometres(self) -> tuple[float, int]:
        """Return the length of a scale bar on the paper, and how many kilometres it is."""
        return self._bar((50, 20, 10, 5, 2, 1), self.scale / DEGREE_KM)

    @property
    def metres(self) -> tuple[float, int]:
        """Return the length of a scale bar on the paper, and how many metres it is."""
        return self._bar((5000, 2000, 1000, 500, 200, 100, 50, 20), self.scale / DEGREE_KM / 1000)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return south, west, north and east of the paper."""
        south = self.north - self.height / self.scale
        return south, self.west, self.north, self.west + self.width / self.scale / self.squeeze

    def _bar(self, lengths: Sequence[int], unit: float) -> tuple[float, int]:
        whole = next((each for each in lengths if each * unit <= self.width / 3), lengths[-1])
        return round(whole * unit, 2), whole


def project(
    places: Iterable[tuple[float, float]], width: float, height: float, least: float = 0.02
) -> Projection:
    """Return the projection that shows all places (latitude, longitude) in a box.

    Args:
        places: What is to be seen.
        width: Of the box.
        height: Of the box.
        least: The least margin around the places, in degrees.
    """
    known = list(places) or [(36.5, 137.5)]
    south, north = min(lat for lat, _ in known), max(lat for lat, _ in known)
    west, east = min(lon for _, lon in known), max(lon for _, lon in known)
    squeeze = math.cos(math.radians((south + north) / 2))
    margin = max((north - south) * 0.06, (east - west) * 0.06, least)
    south, north, west, east = south - margin, north + margin, west - margin, east + margin
    scale = min(height / (north - south), width / ((east - west) * squeeze))
    west -= (width / scale / squeeze - (east - west)) / 2
    north += (height / scale - (north - south)) / 2
    return Projection(west, north, scale, squeeze, width, height)


def spread(places: Sequence[tuple[float, float]], apart: float) -> list[tuple[float, float]]:
    """Return where marks can stand that do not cover each other, each near its place.

    Args:
        places: Where the marks belong on the paper.
        apart: How far two marks must be from each other.
    """
    found: list[tuple[float, float]] = []
    for x, y in places:
        ring = ((r, a) for r in range(1, _RINGS) for a in range(_TURNS))
        turned = (
            (x + r * apart * math.sin(_turn(a)), y - r * apart * math.cos(_turn(a)))
            for r, a in ring
        )
        free = (spot for spot in ((x, y), *turned) if _is_free(spot, found, apart))
        spot = next(free, (x, y))
        found.append((round(spot[0], 2), round(spot[1], 2)))
    return found


def _turn(part: int) -> float:
    return 2 * math.pi * part / _TURNS


def _is_free(spot: tuple[float, float], taken: Iterable[tuple[float, float]], apart: float) -> bool:
    return all(math.dist(spot, other) >= apart * 0.98 for other in taken)


def outline_paths(outline: Mapping[str, Any] | None, on: Projection) -> list[str]:
    """Return the lines of a boundary (GeoJSON) as paths on the paper."""
    return [_path(ring, on) for ring in _rings(outline or {})]


def _rings(node: Any) -> Iterable[Sequence[Sequence[float]]]:
    if isinstance(node, Mapping):
        for key in ("features", "geometries"):
            for inner in node.get(key) or ():
                yield from _rings(inner)
        yield from _rings(node.get("geometry") or node.get("coordinates") or ())
    elif isinstance(node, list) and node:
        is_ring = isinstance(node[0], list) and node[0] and isinstance(node[0][0], int | float)
        if is_ring:
            yield node
        elif isinstance(node[0], list):
            for inner in node:
                yield from _rings(inner)


def _path(ring: Sequence[Sequence[float]], on: Projection) -> str:
    places = [on.place(float(spot[1]), float(spot[0])) for spot in ring]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)
