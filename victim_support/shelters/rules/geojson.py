"""Shelter lists as GeoJSON, made into the same table of cells as a CSV."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from victim_support.shelters.rules.columns import Column, column_of
from victim_support.shelters.rules.records import RawRow, RawTable, UnknownLayoutError


def table_from_geojson(text: str) -> RawTable:
    """Return the features of a GeoJSON text as rows; the first feature is row 1.

    Properties become columns, in the order they first appear. Where the properties hold no
    position, that of the geometry is taken; areas and lines stand at the middle of their corners.

    Raises:
        UnknownLayoutError: It is no GeoJSON, or holds no features.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"GeoJSON として読めません({error.lineno}行目)。"
        raise UnknownLayoutError(message) from error
    features = _features(content)
    if not features:
        message = "GeoJSON に地物(feature)がありません。"
        raise UnknownLayoutError(message)
    rows = [_row(feature) for feature in features]
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = [tuple(row.get(name, "") for name in header) for row in rows]
    return RawTable(header, tuple(RawRow(number, row) for number, row in enumerate(cells, 1)))


def _features(content: Any) -> list[Mapping[str, Any]]:
    if isinstance(content, list):
        found = content
    elif isinstance(content, dict) and content.get("type") == "Feature":
        found = [content]
    elif isinstance(content, dict):
        found = content.get("features") or []
    else:
        found = []
    return [feature if isinstance(feature, dict) else {} for feature in found]


def _row(feature: Mapping[str, Any]) -> dict[str, str]:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        properties = {} if "geometry" in feature else feature
    row = {name: _text(value) for name, value in properties.items() if name != "geometry"}
    filled = {column_of(name) for name, value in row.items() if value}
    if not filled & {Column.LATITUDE, Column.LONGITUDE, Column.POSITION}:
        longitude, latitude = _position(feature.get("geometry"))
        row |= {_header(row, Column.LATITUDE): latitude, _header(row, Column.LONGITUDE): longitude}
    return row


def _header(row: Mapping[str, str], column: Column) -> str:
    return next((name for name in row if column_of(name) is column), column.value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ";".join(map(_text, value))
    return repr(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)


def _position(geometry: Any) -> tuple[str, str]:
    """Return longitude and latitude as text; a position outside Japan stays for the report."""
    corners = list(_corners(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
    if isinstance(geometry, dict) and geometry.get("type") == "GeometryCollection":
        first = next(iter(geometry.get("geometries") or []), None)
        return _position(first)
    if not corners:
        return "", ""
    east = sum(corner[0] for corner in corners) / len(corners)
    north = sum(corner[1] for corner in corners) / len(corners)
    return repr(round(east, 8)), repr(round(north, 8))


def _corners(coordinates: Any) -> Iterable[tuple[float, float]]:
    if not isinstance(coordinates, list) or not coordinates:
        return
    try:
        yield float(coordinates[0]), float(coordinates[1])
    except (TypeError, ValueError, IndexError):
        for part in coordinates:
            yield from _corners(part)
