"""Dated tables: the right edition for the day of the disaster, and no sloppy files."""

from datetime import date
from enum import StrEnum

import pytest

from victim_support.core.tables import NoEditionError, TableError, load_override, parse_table


class Grade(StrEnum):
    TOTAL = "total"
    HALF = "half"


OLD = {
    "effective_from": date(2013, 6, 21),
    "source": "指針（平成25年6月）",
    "confirmed": True,
    "rows": {"total": {"from_percent": 50}, "half": {"from_percent": 20}},
}
NEW = OLD | {"effective_from": date(2020, 6, 30), "source": "指針（令和2年3月）"}


def content(*editions):
    return {"title": "損害割合", "editions": list(editions)}


def test_edition_is_chosen_by_the_day_of_the_disaster():
    table = parse_table("grades", content(NEW, OLD), Grade)

    assert table.on(date(2020, 6, 29)).source == "指針（平成25年6月）"
    assert table.on(date(2020, 6, 30)).source == "指針（令和2年3月）"


def test_day_before_the_first_edition_has_none():
    table = parse_table("grades", content(OLD))

    with pytest.raises(NoEditionError, match="損害割合"):
        table.on(date(2000, 1, 1))


@pytest.mark.parametrize(
    ("editions", "word"),
    [
        pytest.param([OLD | {"source": ""}], "source", id="出典がない"),
        pytest.param([{"effective_from": date(2020, 1, 1)}], "confirmed", id="確認の印がない"),
        pytest.param([OLD | {"effective_until": date(2021, 1, 1)}, NEW], "重な", id="重なり"),
        pytest.param([OLD, OLD], "重な", id="同じ日に始まる"),
        pytest.param([OLD | {"rows": {"total": {}}}], "half", id="行が足りない"),
    ],
)
def test_sloppy_table_is_refused(editions, word):
    with pytest.raises(TableError, match=word):
        parse_table("grades", content(*editions), Grade)


def test_municipality_may_have_its_own_edition(tmp_path):
    path = tmp_path / "grades.toml"
    path.write_text(
        'title = "損害割合"\n[[editions]]\neffective_from = 2024-01-01\nsource = "町の要綱"\n'
        "confirmed = false\n[editions.rows.total]\nfrom_percent = 45\n",
        encoding="utf-8",
    )

    table = load_override(path)

    assert table is not None
    assert table.on(date(2024, 5, 1)).rows["total"]["from_percent"] == 45
    assert load_override(tmp_path / "none.toml") is None
