"""Where addresses lie on the map, as far as this laptop knows: a table that the town puts there.

The table is 位置参照情報(街区レベル) of the land ministry as it is, CSV files
``addresses*.csv`` in the folder ``maps`` of the instance, beside the tiles. No address is
ever asked of another site.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from victim_support.core.csv_io import CsvError, read_csv
from victim_support.vulnerable.rules.streets import Point, Street, fold_town, is_inside, street_of

FOLDER, PATTERN = "maps", "addresses*.csv"
KEPT = "address_places"
TOWN, SMALL, LOT = "大字・丁目名", "小字・通称名", "街区符号・地番"
LATITUDE, LONGITUDE = "緯度", "経度"
Key = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Places:
    """Positions of blocks and lots (街区・地番) by town and numbers."""

    points: Mapping[Key, Point] = field(default_factory=dict)

    def position_of(self, street: Street) -> Point | None:
        """Return where an address lies: its lot, else the block it belongs to."""
        for length in range(len(street.numbers), 0, -1):
            point = self.points.get((street.town, street.numbers[:length]))
            if point is not None:
                return point
        return None

    def towns_inside(self, corners: list[Point]) -> frozenset[str]:
        """Return the towns of which anything lies inside a polygon."""
        return frozenset(
            town for (town, _), point in self.points.items() if is_inside(point, corners)
        )


def get_places() -> Places:
    """Return the positions this laptop knows; read again when a file has changed."""
    files = sorted((Path(current_app.instance_path) / FOLDER).glob(PATTERN))
    stamp = tuple((path.name, path.stat().st_mtime_ns) for path in files)
    kept: tuple[object, Places] | None = current_app.extensions.get(KEPT)
    if kept is None or kept[0] != stamp:
        points = {key: point for path in files for key, point in _read(path)}
        kept = current_app.extensions[KEPT] = (stamp, Places(points))
    return kept[1]


def has_places() -> bool:
    """Tell whether this laptop knows where any address lies."""
    return bool(get_places().points)


def _read(path: Path) -> Iterator[tuple[Key, Point]]:
    """Yield the positions of a file; a line that is none, or a file that is none, is left out."""
    try:
        rows = read_csv(path)
        header = next(rows, None)
        columns = {name.strip(): at for at, name in enumerate(header.cells if header else ())}
        if not {TOWN, LOT, LATITUDE, LONGITUDE} <= columns.keys():
            return
        for row in rows:
            if row.problem is None and len(row.cells) == len(columns):
                yield from _point({name: row.cells[at] for name, at in columns.items()})
    except CsvError:
        return


def _point(cells: Mapping[str, str]) -> Iterator[tuple[Key, Point]]:
    try:
        point = float(cells[LATITUDE]), float(cells[LONGITUDE])
    except ValueError:
        return
    street = street_of(f"{cells[TOWN]}{cells.get(SMALL, '')}{cells[LOT]}")
    if street.numbers:
        yield (fold_town(street.town), street.numbers), point
