"""The map of shelters with people against capacity; works without any tile."""

from pathlib import Path

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.headers import is_map_page
from victim_support.core.maps import (
    TileSet,
    list_tile_sets,
    list_unusable_sets,
    map_script,
    read_outline,
    read_tile,
)
from victim_support.evacuees.queries.people_counts import count_people
from victim_support.evacuees.views.blueprint import bp
from victim_support.shelters.documents import map_features, map_page
from victim_support.shelters.queries import list_operations, list_shelters

FOLDER = "maps"


@bp.get("/map")
@is_map_page
@requires("shelter.read")
def shelter_map() -> str:
    now = clock.now()
    sets, tiles = _tiles()
    return render_template(
        "evacuees/shelter_map.html",
        map_page=map_page(list_shelters(), list_operations(), count_people(now)),
        script_url=url_for(".map_places", tiles=tiles.name if tiles else None),
        tiles=tiles,
        tile_sets=sets,
        unusable=list_unusable_sets(_folder()),
        shown_at=now,
    )


@bp.get("/map/places.js")
@requires("shelter.read")
def map_places() -> ResponseReturnValue:
    _, tiles = _tiles()
    url = url_for(".tile", name=tiles.name, zoom=0, column=0, row=0) if tiles else None
    script = map_script(
        map_features(list_shelters(), list_operations(), count_people(clock.now())),
        tile_url=url.replace("/0/0/0", "/{z}/{x}/{y}") if url else None,
        tiles=tiles,
        outline=read_outline(_folder()),
    )
    return Response(script, mimetype="text/javascript")


@bp.get("/map/tiles/<name>/<int:zoom>/<int:column>/<int:row>")
@requires("shelter.read")
def tile(name: str, zoom: int, column: int, row: int) -> ResponseReturnValue:
    sets = list_tile_sets(_folder())
    tiles = next((each for each in sets if each.name == name), None) or abort(404)
    content = read_tile(_folder(), name, zoom, column, row)
    if content is None:
        abort(404)
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(content, mimetype=tiles.media_type, headers=headers)


def _tiles() -> tuple[list[TileSet], TileSet | None]:
    """Return the sets of tiles on this laptop and the one asked for, else the first."""
    sets = list_tile_sets(_folder())
    named = [each for each in sets if each.name == request.args.get("tiles")]
    return sets, next(iter(named or sets), None)


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER
