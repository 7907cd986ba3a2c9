"""The real lists of several publishers, through the whole import."""

import csv
from collections import Counter

import pytest

from tests.data_folder import open_data
from victim_support.core.db import transaction
from victim_support.shelters import queries
from victim_support.shelters.rules import ShelterKind
from victim_support.shelters.services import import_shelters, read_list

ISHIKAWA = "ishikawa_170003_evacuation_space.csv"
GSI_ISHIKAWA = "gsi_designated_shelters_ishikawa_17000_1.csv"
TIMELINE = "nanao_2024_open_shelters_timeline.csv"


def load(name):
    with open_data(f"shelters/{name}").open("rb") as stream:
        parsed = read_list(stream)
    with transaction():
        return import_shelters(parsed).as_dict()


def numbers(report):
    kinds = ("created", "updated", "unchanged")
    assert report["rows_read"] == sum(report[kind] for kind in kinds) + len(report["refused"])
    return report["rows_read"], *(report[kind] for kind in kinds), len(report["refused"])


def test_39_columns_of_a_prefecture_with_all_rows_slipped(program):
    report = load(ISHIKAWA)

    assert numbers(report) == (1528, 1525, 0, 0, 3)
    assert [refusal["why"] for refusal in report["refused"]] == ["空行"] * 3
    moved = Counter(entry["field"] for entry in report["repaired"])
    assert moved["市区町村コード"] == moved["内線番号"] == 1525
    shelters = queries.list_shelters()
    assert len({shelter.municipality for shelter in shelters}) == 19
    assert {shelter.kind for shelter in shelters} == {ShelterKind.EMERGENCY}
    assert sum(shelter.capacity_total is not None for shelter in shelters) == 870
    assert all(shelter.latitude and shelter.longitude for shelter in shelters)


def test_every_hazard_mark_of_the_prefecture_is_read(program):
    load(ISHIKAWA)

    marks = Counter(mark for shelter in queries.list_shelters() for mark in shelter.hazards)

    with open_data(f"shelters/{ISHIKAWA}").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert marks["tsunami"] == sum(row["災害種別_津波"] == "1" for row in rows) == 1212
    assert marks["volcano"] == sum(row["災害種別_火山現象"] == "1" for row in rows) == 143


def test_designated_shelters_of_a_prefecture(program):
    assert numbers(load(GSI_ISHIKAWA)) == (919, 919, 0, 0, 0)

    kinds = Counter(shelter.kind for shelter in queries.list_shelters())
    assert kinds == {ShelterKind.DESIGNATED: 859, ShelterKind.WELFARE: 60}


@pytest.mark.parametrize(
    ("name", "rows"),
    [("gsi_042072_natori_evacuation.geojson", 37), ("gsi_042072_natori_emergency.geojson", 44)],
)
def test_geojson_of_a_town(program, name, rows):
    assert numbers(load(name)) == (rows, rows, 0, 0, 0)
    assert {shelter.municipality for shelter in queries.list_shelters()} == {"042072"}


def test_eight_months_of_head_counts_of_a_real_disaster(program):
    load(ISHIKAWA)

    report = load(TIMELINE)

    assert numbers(report) == (1466, 3, 1463, 0, 0)
    assert report["head_counts"] == 1466
    assert len(queries.list_shelters()) == 1528
    last = queries.latest_head_counts().values()
    assert sum(count.count for count in last if f"{count.occurred_at:%m%d}" == "0831") == 40


@pytest.mark.parametrize("name", [ISHIKAWA, GSI_ISHIKAWA, TIMELINE])
def test_loading_again_changes_nothing(program, name):
    first = load(name)

    again = load(name)

    assert again["unchanged"] == first["rows_read"] - len(first["refused"])
    assert again["head_counts"] == again["created"] == again["updated"] == 0
