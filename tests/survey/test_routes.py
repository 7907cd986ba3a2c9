"""The map on the route of a team: from coordinates alone, and with tiles and their source."""

import io
import sqlite3

import pytest
from PIL import Image

from tests.damage.support import inside, writing_in
from tests.evacuees.support import pdf_text
from tests.survey.test_views import STREET, plan, slot
from victim_support.core.clock import today
from victim_support.core.grounds import _pixel
from victim_support.core.plans import project, spread
from victim_support.damage.queries import get_dwelling
from victim_support.survey import documents, queries

SPOTS = [(36.2, 140.1), (36.2005, 140.1008), (36.2005, 140.1008)]


@pytest.fixture
def placed(app, apply):
    """Give three dwellings their place, and a fourth none."""
    ids = [apply(address)[0] for address in (*STREET, "架空市北浜5-1")]
    plan(app, *ids)
    with writing_in(app):
        for dwelling_id, (latitude, longitude) in zip(ids, SPOTS, strict=False):
            found = get_dwelling(dwelling_id)
            found.latitude, found.longitude = latitude, longitude


def tiles(folder):
    """Write one tile at every zoom that shows the dwellings."""
    folder.mkdir(exist_ok=True)
    tile = io.BytesIO()
    Image.new("RGB", (256, 256), "teal").save(tile, "PNG")
    with sqlite3.connect(folder / "town.mbtiles") as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        said = {"format": "png", "attribution": "<a>国土地理院</a>", "name": "標準地図"}
        file.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        for zoom in range(12, 19):
            x, y = (int(each // 256) for each in _pixel(*SPOTS[0], zoom))
            row = (1 << zoom) - 1 - y
            file.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (zoom, x, row, tile.getvalue()))


def test_the_route_has_a_map_without_and_with_tiles(app, desk_of, placed, tmp_path):
    with inside(app):
        plain = documents.route_map(queries.list_round(today(), "1班"), tmp_path / "none")
    assert [mark["number"] for mark in plain["marks"]] == [2, 3, 4]
    assert [mark["is_apart"] for mark in plain["marks"]] == [False, False, True]
    assert plain["ground"] == ""

    tiles(tmp_path / "maps")
    with inside(app):
        ground = documents.route_map(queries.list_round(today(), "1班"), tmp_path / "maps")
    assert ground["ground"].startswith("data:image/jpeg")
    assert ground["attribution"] == "国土地理院"

    text = pdf_text(desk_of("surveyor").get(slot("route.pdf")).body, tmp_path)
    assert "*位置がわからず地図にありません" in text
    assert "位置だけを示しています" in text


def test_marks_stand_apart_and_near_their_places():
    marks = spread([(10, 10)] * 5, 7)

    assert marks[0] == (10, 10)
    distances = [
        ((x - u) ** 2 + (y - v) ** 2) ** 0.5 for n, (x, y) in enumerate(marks) for u, v in marks[:n]
    ]
    assert min(distances) >= 6.8
    assert max(distances) <= 21


def test_the_scale_of_a_street_is_in_metres():
    on = project(SPOTS, 264, 118, 0.0008)
    bar, metres = on.metres

    assert metres in {50, 100}
    assert 0 < bar <= 88
    south, west, north, east = on.box
    assert south < 36.2 < north
    assert west < 140.1 < east
