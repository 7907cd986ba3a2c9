"""Eight months of a real disaster: 117 observations of the open shelters of a town."""

import csv
from collections import defaultdict
from datetime import datetime

import pytest

from tests.data_folder import open_data
from tests.evacuees.support import inside, pdf_text, stand_at
from victim_support.board.queries import read_board
from victim_support.core.db import transaction
from victim_support.shelters.services import import_shelters, read_list

TIMELINE = "shelters/nanao_2024_open_shelters_timeline.csv"


@pytest.fixture
def observed():
    """Return what the file says: people and shelters of each moment."""
    moments = defaultdict(list)
    with open_data(TIMELINE).open(encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            moments[datetime.fromisoformat(row["観測時点"])].append(int(row["人数"]))
    return {at: (sum(people), len(people)) for at, people in sorted(moments.items())}


@pytest.fixture
def town(app, observed):
    with inside(app):
        with open_data(TIMELINE).open("rb") as stream:
            parsed = read_list(stream)
        with transaction(reason="取込"):
            import_shelters(parsed)
    return app


def test_the_board_shows_what_was_observed_at_every_one_of_117_moments(town, observed):
    assert len(observed) == 117
    with inside(town):
        trend = read_board(max(observed)).trend

    shown = {at: (people, shelters) for at, people, shelters in trend.rows}
    assert {at: shown[at] for at in observed} == observed
    assert max(people for people, _shelters in observed.values()) == 1933
    assert "最大 2024/01/13 06:00 1,933人" in trend.people.words


def test_any_time_between_shows_what_was_known_then(town, observed, desk_of, tmp_path):
    with inside(town):
        shelter_id = read_board(max(observed)).lines[0].line.id
    hq = stand_at(desk_of("hq"), shelter_id)

    january = hq.get("/board/?as_of=2024-01-30T12:00")
    august = hq.get("/board/?as_of=2024-08-31T18:00")
    script = hq.get("/board/places.js?as_of=2024-01-30T12:00").body.decode()
    paper = pdf_text(hq.get("/board/board.pdf?as_of=2024-01-30T12:00").body, tmp_path)

    assert "避難者 1,060人" in january.visible
    assert "避難所 24か所" in january.visible
    assert "避難者 40人" in august.visible
    assert "矢田郷地区コミュニティセンター" in august.visible
    assert "山王小学校" not in august.visible
    assert script.count('"n": "') == script.count('"Point"') >= 24
    assert "1,060人" in paper
    assert "山王小学校" in paper
