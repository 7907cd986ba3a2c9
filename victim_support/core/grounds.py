"""The ground of a printed map: tiles of this laptop joined into one small picture."""

import base64
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from victim_support.core.maps import TileSet, list_tile_sets, read_tile

TILE = 256
_MOST_PIXELS = 1400  # across the paper: enough for the eye, small enough for a list
_MOST_TILES = 64
_MEDIA = "data:image/jpeg;base64,"
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """A picture below the marks, and whose it is (出典)."""

    image: str
    attribution: str


def find_ground(folder: Path, box: Box) -> Ground | None:
    """Return the ground of an area (south, west, north, east) from the first tiles that show it."""
    for tiles in list_tile_sets(folder):
        picture = _joined(folder, tiles, box)
        if picture is not None:
            return Ground(_written(picture), tiles.attribution)
    return None


def _joined(folder: Path, tiles: TileSet, box: Box) -> Image.Image | None:
    zoom = _zoom(tiles, box)
    left, top, right, bottom = _pixels(box, zoom)
    columns = range(int(left // TILE), int(right // TILE) + 1)
    rows = range(int(top // TILE), int(bottom // TILE) + 1)
    if len(columns) * len(rows) > _MOST_TILES:
        return None
    joined = Image.new("RGB", (len(columns) * TILE, len(rows) * TILE), "white")
    is_empty = True
    for column, row, tile in _tiles(folder, tiles.name, zoom, columns, rows):
        joined.paste(tile, ((column - columns[0]) * TILE, (row - rows[0]) * TILE))
        is_empty = False
    x, y = columns[0] * TILE, rows[0] * TILE
    frame = (int(left - x), int(top - y), math.ceil(right - x), math.ceil(bottom - y))
    return None if is_empty else joined.crop(frame)


def _tiles(
    folder: Path, name: str, zoom: int, columns: range, rows: range
) -> Iterator[tuple[int, int, Image.Image]]:
    for row in rows:
        for column in columns:
            content = read_tile(folder, name, zoom, column, row)
            if content is None:
                continue
            try:
                tile = Image.open(io.BytesIO(content)).convert("RGB").resize((TILE, TILE))
            except OSError:  # one damaged tile leaves a white square
                continue
            yield column, row, tile


def _zoom(tiles: TileSet, box: Box) -> int:
    """Return the finest zoom whose picture is not larger than the paper needs."""
    for zoom in range(tiles.max_zoom, tiles.min_zoom, -1):
        left, top, right, bottom = _pixels(box, zoom)
        if max(right - left, bottom - top) <= _MOST_PIXELS:
            return zoom
    return tiles.min_zoom


def _pixels(box: Box, zoom: int) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an area in the pixels of the whole world."""
    south, west, north, east = box
    return (*_pixel(north, west, zoom), *_pixel(south, east, zoom))


def _pixel(latitude: float, longitude: float, zoom: int) -> tuple[float, float]:
    world = TILE * (1 << zoom)
    angle = math.radians(latitude)
    y = (1 - math.asinh(math.tan(angle)) / math.pi) / 2
    return (longitude + 180) / 360 * world, y * world


def _written(picture: Image.Image) -> str:
    """Return the picture, paler, so that marks and numbers stand out on it."""
    white = Image.new("RGB", picture.size, "white")
    written = io.BytesIO()
    Image.blend(picture, white, 0.35).save(written, "JPEG", quality=75)
    return _MEDIA + base64.b64encode(written.getvalue()).decode()
