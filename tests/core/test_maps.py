"""Maps: harmless pins, no address of another site, tiles from files."""

import json
import re
import sqlite3

import pytest

from victim_support.core.maps import (
    MapFileError,
    Pin,
    TileSet,
    list_tile_sets,
    list_unusable_sets,
    map_script,
    read_outline,
    read_tile,
    read_tile_set,
)

EVIL = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{# x #}",
    "${alert(1)}",
    "\\u003cb\\u003e",
    "'\"`;alert(1)//",
    "小学校<b id=x>",
    "\u2028alert(1)",
]
TILES = TileSet("town", "まち", "出典 {{ 7*7 }}<b>", "image/png", 5, 14)


def properties(script):
    """Return the properties of all pins, as a browser reads them from the script."""
    found = re.search(r"_add\((\{.*\})\);", script)
    return [feature["properties"] for feature in json.loads(found[1])["features"]]


@pytest.mark.parametrize("name", EVIL)
def test_names_are_harmless_as_markup_and_as_template(name):
    (pin,) = properties(map_script([Pin(37.0, 136.9, {"n": name})]))

    assert not re.search(r"[<>\"'{}]", pin["n"])
    assert "49" not in pin["n"]


def test_numbers_stay_and_nothing_is_left_out():
    (pin,) = properties(map_script([Pin(37.0, 136.9, {"n": "東小", "p": 3, "c": None})]))

    assert pin == {"n": "東小", "p": 3}


def test_script_names_no_other_site():
    script = map_script(
        [Pin(37.0, 136.9, {"n": "東小"})], tile_url="/tiles/{z}/{x}/{y}", tiles=TILES
    )

    assert "http" not in script
    assert "cdn" not in script
    assert "/tiles/{z}/{x}/{y}" in script
    assert "\\u51fa\\u5178" in script
    assert "49" not in script


def test_same_map_is_the_same_script():
    pins = [Pin(37.0, 136.9, {"n": "東小"})]

    assert map_script(pins) == map_script(pins)


def test_map_without_pins_and_tiles_still_draws():
    script = map_script([])

    assert "L.map(" in script
    assert "ShelterMap.start(map, false);" in script


def test_outline_is_drawn_below_and_made_harmless():
    outline = {
        "type": "Feature",
        "properties": {"name": "<b>{{ 7*7 }}"},
        "geometry": {"type": "Polygon", "coordinates": [[[136, 37], [137, 37], [137, 38]]]},
    }

    script = map_script([Pin(37.0, 136.9, {"n": "東小"})], outline=outline)

    assert script.index("Polygon") < script.index('"Point"')
    assert "<b>" not in script
    assert "49" not in script


@pytest.fixture
def maps(tmp_path):
    folder = tmp_path / "maps"
    folder.mkdir()
    return folder


def make_tiles(folder, name="town", **metadata):
    said = {"name": "まちの地図", "format": "png", "attribution": "<a href=x>国土地理院</a>"}
    connection = sqlite3.connect(folder / f"{name}.mbtiles")
    connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    connection.execute(
        "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)"
    )
    connection.executemany(
        "INSERT INTO metadata VALUES (?, ?)",
        [pair for pair in (said | metadata).items() if pair[1] is not None],
    )
    connection.executemany(
        "INSERT INTO tiles VALUES (?, ?, ?, ?)", [(3, 7, 4, b"north"), (3, 7, 3, b"south")]
    )
    connection.commit()
    connection.close()
    return folder / f"{name}.mbtiles"


def test_rows_are_counted_from_the_north_for_the_web(maps):
    make_tiles(maps)

    assert read_tile(maps, "town", 3, 7, 3) == b"north"
    assert read_tile(maps, "town", 3, 7, 4) == b"south"
    assert read_tile(maps, "town", 3, 0, 0) is None


def test_tile_set_says_its_source_without_markup(maps):
    path = make_tiles(maps)

    assert read_tile_set(path) == TileSet("town", "まちの地図", "国土地理院", "image/png", 3, 3)


@pytest.mark.parametrize(
    ("metadata", "word"),
    [({"attribution": None}, "出典"), ({"attribution": ""}, "出典"), ({"format": "pbf"}, "画像")],
)
def test_tiles_without_source_or_pictures_are_not_shown(maps, metadata, word):
    path = make_tiles(maps, **metadata)

    with pytest.raises(MapFileError, match=word):
        read_tile_set(path)
    assert list_tile_sets(maps) == []


def test_file_that_is_no_database_is_left_out_and_told(maps):
    (maps / "broken.mbtiles").write_bytes(b"not a database")
    make_tiles(maps)

    assert [one.name for one in list_tile_sets(maps)] == ["town"]
    [words] = list_unusable_sets(maps)
    assert "broken.mbtiles" in words


def test_the_source_may_stand_beside_the_file_and_the_kind_in_its_tiles(maps):
    path = make_tiles(maps, attribution=None, format=None)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE tiles SET tile_data = ?", [b"\xff\xd8\xff"])
    connection.commit()
    connection.close()
    assert "town.txt" in list_unusable_sets(maps)[0]

    path.with_suffix(".txt").write_text("地理院タイル\n（国土地理院）\n", encoding="utf-8-sig")

    [tiles] = list_tile_sets(maps)
    assert (tiles.attribution, tiles.media_type) == ("地理院タイル （国土地理院）", "image/jpeg")
    assert list_unusable_sets(maps) == []


@pytest.mark.parametrize("name", ["../town", "town/..", "", "a" * 61, "town.mbtiles", "none"])
def test_no_file_outside_the_folder_is_read(maps, name):
    make_tiles(maps)
    make_tiles(maps.parent)

    assert read_tile(maps, name, 3, 7, 3) is None


def test_outline_is_optional_and_may_be_broken(maps):
    assert read_outline(maps) is None

    (maps / "outline.geojson").write_text("{", encoding="utf-8")
    assert read_outline(maps) is None

    (maps / "outline.geojson").write_text('{"type": "Polygon"}', encoding="utf-8")
    assert read_outline(maps) == {"type": "Polygon"}
