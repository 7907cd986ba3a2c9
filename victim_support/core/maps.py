"""Maps: one layer of places by folium, vendored Leaflet, tiles only from files of this laptop.

A page loads ``leaflet.js``, ``map.js`` and the text of ``map_script`` from a route of its own, so
that nothing is inline and no request leaves the laptop. Property values of the places are
HTML-escaped here and only here, because Leaflet writes what it shows as markup.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any

MAP_NAME = "map"
"""Fixed id of the map's ``div`` and name of its variable."""
JAPAN = (36.5, 137.5)
_DECIMALS = 5  # about one metre
_SET_NAME = re.compile(r"^[\w-]{1,60}$")
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_STARTS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"RIFF": "webp"}
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on a map with what is shown of it; never a person."""

    latitude: float
    longitude: float
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TileSet:
    """A file of map tiles (MBTiles) that the municipality has put on the laptop."""

    name: str
    title: str
    attribution: str
    media_type: str
    min_zoom: int
    max_zoom: int


class MapFileError(Exception):
    """A file in the maps folder cannot be used."""


def map_script(
    pins: Iterable[Pin],
    *,
    tile_url: str | None = None,
    tiles: TileSet | None = None,
    outline: Mapping[str, Any] | None = None,
    owner: str = "ShelterMap",
) -> str:
    """Return the script that draws the map, to be served as ``text/javascript``.

    Args:
        pins: The places.
        tile_url: Where tiles come from, with ``{z}``, ``{x}`` and ``{y}``.
        tiles: The set they belong to.
        outline: Boundary of the municipality as GeoJSON, drawn below the places.
        owner: The script of the page, with ``mark``, ``bind`` and ``start``.
    """
    import folium  # noqa: PLC0415 - takes a second to load, and most starts show no map
    from folium.utilities import JsCode  # noqa: PLC0415

    features = _collection(pins)
    drawn = _new_map(_bounds(features))
    if tiles and tile_url:
        ground = folium.TileLayer(
            tile_url,
            attr=_harmless(tiles.attribution),
            min_zoom=tiles.min_zoom,
            max_native_zoom=tiles.max_zoom,
            max_zoom=19,
        )
        _add(drawn, ground, "ground")
    if outline:
        _add(drawn, folium.GeoJson(_escaped(outline), interactive=False, embed=True), "outline")
    if features["features"]:
        places = folium.GeoJson(
            features,
            point_to_layer=JsCode(f"{owner}.mark"),
            on_each_feature=JsCode(f"{owner}.bind"),
            embed=True,
        )
        _add(drawn, places, "places")
    has_tiles = "true" if tiles and tile_url else "false"
    return f"{_scripts_of(drawn)}\n{owner}.start({MAP_NAME}, {has_tiles});\n"


def list_tile_sets(folder: Path) -> list[TileSet]:
    """Return the usable MBTiles files of a folder by name; others are left out."""
    return _look_through(folder)[0]


def list_unusable_sets(folder: Path) -> list[str]:
    """Return why each of the other MBTiles files cannot be used, for whoever put it there."""
    return _look_through(folder)[1]


def read_tile_set(path: Path) -> TileSet:
    """Return what an MBTiles file says of itself; it is read again only when it has changed.

    A file that does not name its source has it beside it, in a text of the same name (``.txt``).

    Raises:
        MapFileError: It is no MBTiles file, holds no pictures, or its source is not named.
    """
    if not _SET_NAME.match(path.stem):
        message = f"{path.name}: ファイル名は英数字・かな漢字と - _ だけにしてください。"
        raise MapFileError(message)
    beside = path.with_suffix(".txt")
    source = beside.read_text(encoding="utf-8-sig", errors="replace") if beside.is_file() else ""
    return _read_set(path, path.stat().st_mtime_ns, source)


@lru_cache(maxsize=32)
def _read_set(path: Path, _changed: int, source: str) -> TileSet:
    try:
        with closing(_open(path)) as connection:
            said = dict(connection.execute("SELECT name, value FROM metadata").fetchall())
            # One at a time each is the end of an index; together they are all of the tiles.
            low, high = connection.execute(
                "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)"
            ).fetchone()
            tile = connection.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
    except sqlite3.Error as error:
        message = f"{path.name}: 地図のファイル(MBTiles)として読めません。"
        raise MapFileError(message) from error
    kind = said.get("format") or _kind_of(bytes(tile[0]) if tile else b"")
    if kind not in _TYPES or low is None:
        message = (
            f"{path.name}: 画像の地図ではありません(format: {kind or 'なし'})。"
            "PNG・JPEG・WebP のものを置いてください。"
        )
        raise MapFileError(message)
    attribution = _plain(said.get("attribution") or source)
    if not attribution:
        message = (
            f"{path.name}: 出典(attribution)がありません。"
            f"出典を {path.stem}.txt に書いて隣に置くと、表示できます。"
        )
        raise MapFileError(message)
    return TileSet(
        name=path.stem,
        title=said.get("name") or path.stem,
        attribution=attribution,
        media_type=_TYPES[kind],
        min_zoom=int(low),
        max_zoom=int(high),
    )


def _look_through(folder: Path) -> tuple[list[TileSet], list[str]]:
    found: list[TileSet] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.mbtiles")):
        try:
            found.append(read_tile_set(path))
        except MapFileError as error:
            faults.append(str(error))
    return found, faults


def _kind_of(tile: bytes) -> str:
    return next((kind for start, kind in _STARTS.items() if tile.startswith(start)), "")


def read_tile(folder: Path, name: str, zoom: int, column: int, row: int) -> bytes | None:
    """Return one tile in the web's counting (row 0 in the north), or None where there is none."""
    path = folder / f"{name}.mbtiles"
    if not _SET_NAME.match(name) or not path.is_file() or not 0 <= zoom <= 24:
        return None
    from_south = (1 << zoom) - 1 - row
    with closing(_open(path)) as connection:
        found = connection.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (zoom, column, from_south),
        ).fetchone()
    return bytes(found[0]) if found else None


def read_outline(folder: Path) -> dict[str, Any] | None:
    """Return the boundary the municipality has put beside its tiles, if there is one."""
    path = folder / "outline.geojson"
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return None
    return content if isinstance(content, dict) and "type" in content else None


def _collection(pins: Iterable[Pin]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [round(pin.longitude, _DECIMALS), round(pin.latitude, _DECIMALS)],
            },
            "properties": {
                name: _harmless(value) if isinstance(value, str) else value
                for name, value in pin.properties.items()
                if value is not None
            },
        }
        for pin in pins
    ]
    return {"type": "FeatureCollection", "features": features}


def _escaped(value: Any) -> Any:
    """Return data with every text in it made harmless, as markup and as a template.

    folium renders its own output a second time as a Jinja template, so that a shelter called
    ``{{ … }}`` would be run on the server.
    """
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, Mapping):
        return {_harmless(str(name)): _escaped(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(inner) for inner in value]
    return value


def _harmless(text: str) -> str:
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


def _bounds(collection: Mapping[str, Any]) -> list[list[float]] | None:
    """Return south-west and north-east of the places."""
    points = [feature["geometry"]["coordinates"] for feature in collection["features"]]
    if not points:
        return None
    east, north = zip(*points, strict=True)
    return [[min(north), min(east)], [max(north), max(east)]]


def _new_map(bounds: Sequence[Sequence[float]] | None) -> Any:
    import folium  # noqa: PLC0415

    class LocalMap(folium.Map):
        """A map without addresses of other sites; the page brings the vendored files."""

        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as the parent declares it
        default_css: list[tuple[str, str]] = []  # noqa: RUF012

        def get_name(self) -> str:
            return MAP_NAME

    drawn = LocalMap(
        location=JAPAN,
        zoom_start=5,
        tiles=None,
        prefer_canvas=True,
        max_zoom=19,
        fade_animation=False,
    )
    if bounds:
        drawn.fit_bounds(bounds, padding=(24, 24), max_zoom=16)
    return drawn


def _add(drawn: Any, layer: Any, name: str) -> None:
    """Add a layer under a fixed name, so that the same map is the same script."""
    layer._id = name
    layer.add_to(drawn)


def _scripts_of(drawn: Any) -> str:
    """Return the scripts of a map without the page folium would put around them."""
    figure = drawn.get_root()
    figure.render()
    return "\n".join(child.render() for child in figure.script._children.values())


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _plain(markup: str) -> str:
    """Return an attribution in one line, without the markup that tile files like to carry."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", markup)).split())
