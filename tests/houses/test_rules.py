import pytest

from victim_support.core.csv_io import CsvRow
from victim_support.core.mapping import RowRefusedError, find_layout
from victim_support.houses.rules import Doubt, HouseChoice, doubts_of, is_chosen, occupancy_of
from victim_support.houses.rules.rows import HouseReader, targets

HEADERS = "物件番号,所在地,所在地番,方書,所有者宛名番号,所有者,構造,階数,床面積,建築年,緯度,経度"


def read(row, headers=HEADERS):
    layout = find_layout(targets(), [headers.split(",")])
    reader = HouseReader(layout, year=2026)
    return reader.read(CsvRow(2, row.split(","))), reader.repaired


@pytest.mark.parametrize(
    ("cells", "place", "key"),
    [
        ("大字上郷,字山,0033,0024,", "大字上郷字山33番地24", "上郷山33-24"),
        ("上郷三丁目,,12,000,", "上郷三丁目12番地", "上郷3-12"),
        ("上郷,,33番地の24,,", "上郷33番地の24", "上郷33-24"),
        ("上郷,,架空市上郷5番,2,", "架空市上郷5番の2", "上郷5-2"),
    ],
)
def test_a_place_in_several_columns_is_put_together(cells, place, key):
    headers = "家屋物件番号,大字・町名,小字,本番,枝番,課税床面積(㎡)"
    found, _repaired = read(f"1,{cells}98.5", headers)

    assert (found.lot, found.lot_key, found.area) == (place, key, 98.5)


def test_a_row_is_read_with_owner_storeys_and_year():
    place = "架空市上郷1丁目2番3号,上郷字山5番地7"
    values, repaired = read(f"0012,{place},,0001,髙﨑　一郎,木造,2階,98.5㎡,昭和50年3月,38.1,140.8")

    assert (values.number, values.address_key, values.lot_key) == ("0012", "上郷1-2-3", "上郷山5-7")
    assert (values.storeys, values.area, values.built_year) == (2, 98.5, 1975)
    assert (values.latitude, values.longitude) == (38.1, 140.8)
    assert repaired == []


@pytest.mark.parametrize(
    ("built", "year"),
    [("1998", 1998), ("平成元年", 1989), ("H10.4.1", 1998), ("19980401", 1998), ("不明", None)],
)
def test_years_are_read_in_any_notation(built, year):
    values, repaired = read(f"1,上郷1,,,,,,,,{built},,")

    assert values.built_year == year
    assert repaired == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1,上郷1,,,,,,,,2090,,", "built"),
        ("1,上郷1,,,,,,二,,,,", "storeys"),
        ("1,上郷1,,,,,,,,,140.8,38.1", "latitude"),
        ("1,上郷1,,,,,,,,,1,2", "latitude"),
    ],
)
def test_what_cannot_be_is_reported(row, field):
    _, repaired = read(row)

    assert [one.field for one in repaired] == [field]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",上郷1,,,,,,,,,,", "物件番号"),
        ("1,,,,,,,,,,,", "所在地"),
        ("1.2E+11,上郷1,,,,,,,,,,", "指数"),
    ],
)
def test_a_house_without_number_or_place_is_refused(row, why):
    with pytest.raises(RowRefusedError, match=why):
        read(row)


def test_doubts_are_named():
    sure = doubts_of(
        likeness=["address"], households=1, houses=1, is_flat=False, owner_lives_there=True
    )
    doubtful = doubts_of(
        likeness=["lot", "near"], households=3, houses=2, is_flat=True, owner_lives_there=False
    )
    empty = doubts_of(likeness=[], households=0, houses=1, is_flat=False, owner_lives_there=False)

    assert sure == []
    assert set(doubtful) == set(Doubt) - {Doubt.NOBODY}
    assert empty == [Doubt.NOBODY]


@pytest.mark.parametrize(
    ("proposed", "decided", "words", "stands"),
    [
        (set(), {}, "わからない", {"nobody"}),
        ({"1"}, {}, "候補1世帯", set()),
        ({"1", "2"}, {}, "候補2世帯", {"doubtful"}),
        ({"1", "2"}, {"1": "lives"}, "1世帯、候補1世帯", set()),
        ({"1"}, {"1": "not"}, "わからない", {"nobody"}),
        ({"1", "2", "3"}, {"3": "not"}, "候補2世帯", set()),
        ({"1"}, {"9": "lives"}, "1世帯、候補1世帯", set()),
    ],
)
def test_a_list_tells_how_many_households_a_house_has(proposed, decided, words, stands):
    found = occupancy_of(proposed, decided)

    assert found.words == words
    assert {one for one in HouseChoice if is_chosen(one, found, is_missing=False)} == stands
    assert is_chosen(None, found, is_missing=True)
    assert {one for one in HouseChoice if is_chosen(one, found, is_missing=True)} == {"missing"}
