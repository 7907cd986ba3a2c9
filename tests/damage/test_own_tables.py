"""What the municipality decides on tables and edition: in the database, with its source."""

from datetime import date

import pytest

from tests.damage.support import inside, make_application, make_people, writing_in
from tests.prepared import SCOPES
from victim_support.core.clock import now
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.damage import own_tables
from victim_support.damage.models import TableDecision
from victim_support.damage.rules.editing import CellError, cells, typed

WEIGHTS = "/damage/tables/weights/2026-06-01"
ROW = f"{WEIGHTS}/flood_wooden_second"
GROUND = "/damage/tables/ground_first/2026-06-01/medium_half"
SOURCE = "令和8年6月版の原文と照合(税務課)"


def test_rows_are_confirmed_replaced_and_taken_back(app, desk_of):
    desk = desk_of("judge")
    listed = desk.get("/damage/tables")
    assert "令和8年6月版の表" in listed.visible
    assert "値が不明" in listed.visible

    page = desk.get(ROW)
    told = desk.submit(page, ROW, act="replace", source=SOURCE, **{"cells-0": "16"})
    assert "合わせて 100 ではありません" in told.visible
    assert "earthquake" not in told.visible
    assert 'value="16"' in told.text
    assert "出典を入れて" in desk.submit(page, ROW, act="confirm", source="").visible
    desk.submit(page, ROW, act="replace", source=SOURCE, **{"cells-0": "16", "cells-1": "14"})
    done = desk.submit(desk.get(GROUND), GROUND, act="confirm", source=SOURCE)
    assert "値の分からない行" in done.visible
    values = {"cells-0": "1/80", "cells-1": "基礎の天端下25cm"}
    desk.submit(desk.get(GROUND), GROUND, act="replace", source=SOURCE, **values)

    with inside(app):
        rows = own_tables.own_tables().by_name["weights"].editions[-1].rows
        assert rows["flood_wooden_second"]["parts"]["屋根"] == 16
        assert rows["wind_wooden_second"]["parts"]["屋根"] == 15
        ground = own_tables.own_tables().by_name["ground_first"].editions[-1].rows
        assert ground["medium_half"]["tilt_from"] == "1/80"
        newest = own_tables.list_decisions()[-1]
    listed = desk.get("/damage/tables")
    assert listed.visible.count("値を入れ替えた") == 2
    desk.submit(listed, f"/damage/tables/decisions/{newest.id}/withdraw")
    with inside(app):
        ground = own_tables.own_tables().by_name["ground_first"].editions[-1].rows
        assert ground["medium_half"]["unknown"]


def test_results_are_read_and_written_in_words():
    row = {
        "label": "表2",
        "from_m": [1.8, 0],
        "outcomes": ["total", "half"],
        "below_floor": "partial",
    }
    found = cells(row)

    assert [one.text for one in found] == ["1.8、0", "全壊、半壊", "準半壊に至らない(一部損壊)"]
    assert typed(row, ["2、0.1", "大規模半壊、準半壊", "半壊に至らない"]) == {
        "from_m": [2, 0.1],
        "outcomes": ["large_half", "quasi_half"],
        "below_floor": "below_half",
    }
    with pytest.raises(CellError, match="全壊、大規模半壊"):
        typed(row, ["2、0.1", "大破、準半壊", "半壊に至らない"])


def test_the_edition_of_a_disaster_is_fixed_and_used_by_the_worksheet(app, desk_of):
    with writing_in(app):
        dwelling = make_application(*make_people("佐藤 一郎")).dwelling_id
    desk, sheet = desk_of("judge"), f"/damage/dwellings/{dwelling}/calculation/direct"

    def edition():
        return dict(desk.get(sheet).form(sheet).values())["edition"]

    assert edition() == "令和8年6月"
    desk.submit(desk.get("/damage/tables"), "/damage/tables/edition", edition="令和7年7月")
    assert edition() == "令和7年7月"
    assert "令和7年7月版の表" in desk.get("/damage/tables").visible
    file = desk.get("/damage/tables.csv?edition=令和8年6月").body.decode("utf-8-sig")
    assert ["値が不明" in file, "未確認" in file, len(file.splitlines()) > 50] == [True] * 3


def test_a_whole_table_is_confirmed_in_one_act(app, desk_of):
    desk = desk_of("hq")
    desk.submit(desk.get("/damage/tables"), WEIGHTS, source=SOURCE)

    with inside(app):
        rows = own_tables.own_tables().by_name["weights"].editions[-1].rows
        assert all(row["confirmed"] and row["source"] == SOURCE for row in rows.values())


def test_a_decision_of_another_version_costs_nothing(app, desk_of):
    with writing_in(app):
        db.session.add(
            TableDecision(
                scope=SCOPES.base,
                id=new_id(),
                table_name="weights",
                effective_from=date(2026, 6, 1),
                row_name="of_tomorrow",
                source=SOURCE,
                decided_at=now(),
            )
        )
    with inside(app):
        assert [one.row_name for one in own_tables.list_unusable()] == ["of_tomorrow"]
    assert "合わない決定が1件" in desk_of("judge").get("/damage/tables").visible


@pytest.mark.parametrize("name", ["surveyor", "counter"])
def test_others_look_and_do_not_decide(desk_of, name):
    desk = desk_of(name)
    assert "決める" not in desk.get(ROW).visible
    assert desk.post(ROW, {"act": "confirm", "source": SOURCE}).status == 403
