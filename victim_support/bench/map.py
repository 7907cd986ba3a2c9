"""Measure the map of 3,000 shelters: time to build, size on the wire, requests to other sites."""

import gzip
import random
import re
import resource
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask, render_template

from victim_support.core import dates
from victim_support.core.ids import natural_id
from victim_support.core.maps import map_script
from victim_support.core.paths import resource_dir
from victim_support.shelters.documents import MapPage, ShelterCount, map_features, map_page
from victim_support.shelters.models import Shelter, ShelterOperation
from victim_support.shelters.rules import OperationStatus

SHELTERS = 3000
OPEN_SHELTERS = 100
ROUNDS = 30
_PLACES = "東西南北中上下本新旧浜山川野原森谷島崎坂橋宮寺松竹梅桜柳杉楠"
_BUILDINGS = (
    "小学校",
    "中学校体育館",
    "公民館",
    "コミュニティセンター",
    "公園",
    "高等学校",
    "集会所",
)


def run() -> dict[str, Any]:
    """Return the figures of the map: seconds to build, kilobytes of page and script, addresses."""
    town = list(_invented_town())
    shelters = [shelter for shelter, _, _ in town]
    operations = {shelter.id: operation for shelter, operation, _ in town if operation}
    counts = {shelter.id: count for shelter, _, count in town if count}
    started = time.perf_counter()
    map_script(map_features(shelters[:1], operations, counts))
    first = time.perf_counter() - started
    seconds, script = [], ""
    for _ in range(ROUNDS):
        started = time.perf_counter()
        script = map_script(map_features(shelters, operations, counts))
        seconds.append(time.perf_counter() - started)
    page = _page(map_page(shelters, operations, counts))
    return {
        "what": "map of shelters: folium, one layer, vendored Leaflet; page and script",
        "n": SHELTERS,
        "open": OPEN_SHELTERS,
        "rounds": ROUNDS,
        "first_seconds": round(first, 3),
        "median_seconds": round(statistics.median(seconds), 4),
        "p95_seconds": round(sorted(seconds)[int(ROUNDS * 0.95)], 4),
        "page_gzip_kb": _kilobytes(page),
        "script_gzip_kb": _kilobytes(script),
        "gzip_kb": round(_kilobytes(page) + _kilobytes(script), 1),
        "outside_addresses": len(_outside(page + script)),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "reach": {"median_seconds": 0.1, "gzip_kb": 100, "outside_addresses": 0},
    }


def _invented_town() -> Iterator[tuple[Shelter, ShelterOperation | None, ShelterCount | None]]:
    chance = random.Random(20260715)  # noqa: S311 - the same town in every run
    for number in range(SHELTERS):
        shelter_id = natural_id("shelter", "042072", f"bench:{number}")
        name = "".join(chance.choices(_PLACES, k=3)) + chance.choice(_BUILDINGS)
        shelter = Shelter(
            id=shelter_id,
            name=name,
            latitude=chance.uniform(38.0, 38.5),
            longitude=chance.uniform(140.5, 141.0),
            capacity_indoor=chance.randrange(20, 900),
        )
        is_open = number % (SHELTERS // OPEN_SHELTERS) == 0
        yield shelter, _operation(shelter_id) if is_open else None, _count(chance, is_open=is_open)


def _operation(shelter_id: UUID) -> ShelterOperation:
    return ShelterOperation(shelter_id=shelter_id, status=OperationStatus.OPEN)


def _count(chance: random.Random, *, is_open: bool) -> ShelterCount | None:
    if not is_open:
        return None
    needs = {"車いす": chance.randrange(4), "ミルク": chance.randrange(4)}
    as_of = datetime(2026, 7, 15, 9, chance.randrange(60), tzinfo=UTC)
    return ShelterCount(people=chance.randrange(900), needs=needs, as_of=as_of)


def _page(content: MapPage) -> str:
    """Render the page without a running program: its routes stand for themselves."""
    app = Flask(
        "bench",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
    )
    for rule, endpoint in (
        ("/shelters/<uuid:shelter_id>", "shelters.show"),
        ("/shelters/at/<latitude>/<longitude>", "shelters.at"),
        ("/preferences", "accounts.preferences"),
    ):
        app.add_url_rule(rule, endpoint)
    dates.init_app(app)
    app.jinja_env.globals["csrf_token"] = lambda: "x" * 91
    with app.test_request_context("/"):
        return render_template(
            "evacuees/shelter_map.html",
            map_page=content,
            script_url="/map/script",
            tiles=None,
            tile_sets=[],
            shown_at=datetime(2026, 7, 15, 9, tzinfo=UTC),
        )


def _kilobytes(text: str) -> float:
    return round(len(gzip.compress(text.encode(), 6)) / 1000, 1)


def _outside(text: str) -> list[str]:
    """Return the addresses of other sites that a browser would ask."""
    return re.findall(r"(?:src|href|url)\s*[=(:]\s*[\"']?(?:https?:)?//[^\s\"')]+", text)
