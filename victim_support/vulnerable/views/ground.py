"""The ground of the maps of this slice: tiles and boundary that the town put on the laptop."""

from pathlib import Path
from typing import Any

from flask import current_app, url_for

from victim_support.core.maps import TileSet, list_tile_sets, read_outline
from victim_support.vulnerable.queries.places import FOLDER


def find_tiles() -> TileSet | None:
    """Return the first set of tiles, or None: then the map is a plain grid."""
    return next(iter(list_tile_sets(_folder())), None)


def ground() -> dict[str, Any]:
    """Return what ``map_script`` needs to draw below the places."""
    tiles = find_tiles()
    url = url_for("evacuees.tile", name=tiles.name, zoom=0, column=0, row=0) if tiles else None
    return {
        "tile_url": url.replace("/0/0/0", "/{z}/{x}/{y}") if url else None,
        "tiles": tiles,
        "outline": read_outline(_folder()),
        "owner": "AreaMap",
    }


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER
