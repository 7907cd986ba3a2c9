"""The worksheets of the screen make the cases of the command: every survey, both methods."""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from victim_support.core.paths import PACKAGE
from victim_support.damage.calculation import calculate, case_of, list_worksheets, without_names
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.tables import load_tables
from victim_support.damage.rules.worksheet_words import LABELS, entered
from victim_support.damage.rules.worksheets import SHEETS

DAY = date(2025, 9, 15)
RULES = PACKAGE / "damage" / "rules"
MARK = {"degree": "Ⅴ", "share_percent": 20}
TILTED = {"height": 1200, "corners": [20] * 4}
FORCE = {"is_detached": True, "storeys": 2, "wall_force": True, "opening_force": True}
SOAKED = FORCE | {"wall_force": False}
PILES = {"has_piles": True, "settlement_cm": 30}
SOUND = {"exterior_damaged": False, "water_may_enter": False}
LEAKING = {"exterior_damaged": True, "water_may_enter": True}
SUNK = {"sunk_to": "床", "first_floor_percent": Decimal(100), "other_points": 0}
LIGHTEST = "準半壊に至らない(一部損壊)"
ROOMS = {"内壁": {"Ⅴ": [Decimal(100)]}, "床(階段を含む)": {"Ⅲ": [Decimal(100)]}}
BY_FLOOR = {
    "storeys": 2, "one_household": True, "main_percent": Decimal(60), "main_roof_percent": 20,
}  # fmt: skip


def _deep(centimetres):
    return {"is_above_floor": True, "depth_cm": Decimal(centimetres)}


def empty(key):
    """Return a worksheet on which nothing was entered."""
    found: dict[str, Any] = defaultdict(lambda: None, corners=[None] * 4, across=[None] * 4)
    found |= {"column_counts": [None] * 5, "corner_depths": [None] * 4, "rates": {}}
    return found | {"shares": {}, "other_shares": {}, "part_points": {}, "pictures": {}}


def outcome(key, *, is_sheet=False, **given):
    sheet = next(each for each in SHEETS if each.key == key)
    case = case_of(sheet, "令和7年7月", DAY, empty(key) | given, is_sheet=is_sheet)
    return calculate(load_tables(), case).decision


@pytest.mark.parametrize(
    ("key", "given", "grade"),
    [
        ("earthquake_wooden_first", {"appearance": ["一見して住家全部が倒壊"]}, "全壊"),
        ("earthquake_wooden_first", {"shares": {"壁(外壁)": {"Ⅲ": [20, 10]}}}, "準半壊"),
        ("earthquake_wooden_first", {"rates": {"基礎": Decimal(75)}}, "全壊"),
        (
            "earthquake_wooden_pictures",
            {"pictures": {"基礎": 4, "壁(外壁)": 30, "屋根": 6}},
            "大規模半壊",
        ),
        (
            "earthquake_wooden_simplified",
            {"roof_percent": 30, "rain_enters": True, "wall_percent": 20, "opening_places": 2},
            "半壊",
        ),
        ("earthquake_wooden_second", TILTED, "半壊"),
        (
            "earthquake_wooden_second",
            {"columns_total": 10, "columns_seen": 8, "column_counts": [0, 0, 0, 0, 6]},
            "全壊",
        ),
        (
            "earthquake_wooden_second",
            {"perimeter_m": 40, "cracks": 10, "crack_positions_m": [30, 31], "affected_m": [18]},
            "全壊",
        ),
        ("earthquake_columns_first", {"shares": {"柱(又は梁)": {"Ⅴ": [75]}}}, "全壊"),
        ("earthquake_walls_first", TILTED, "半壊"),
        ("earthquake_non_wooden_second", TILTED | PILES, "全壊"),
        ("flood_wooden_depth", SOAKED | _deep(180), "大規模半壊"),
        ("flood_wooden_depth", FORCE | _deep(50), "中規模半壊"),
        ("flood_wooden_depth", FORCE | {"is_above_floor": False}, LIGHTEST),
        (
            "flood_area",
            {"are_all_suitable": True, "has_force": True, "corner_depths": [180, 190, 200, 210]},
            "全壊",
        ),
        ("flood_wooden_second", {"shares": ROOMS, "has_mud": True}, "準半壊"),
        ("flood_non_wooden_second", TILTED, "半壊"),
        ("wind_wooden_second", SOUND, LIGHTEST),
        ("wind_non_wooden_second", TILTED | LEAKING, "半壊"),
        ("ground_wooden_first", TILTED | {"sunk_to": "床上1m", "tilts_together": True}, "全壊"),
        ("ground_non_wooden_first", TILTED | {"tilts_together": True}, "大規模半壊"),
        (
            "ground_wooden_second",
            TILTED | SUNK | {"is_uneven": True},
            "全壊",
        ),
        ("ground_non_wooden_second", SUNK | {"part_points": {"柱": 28}}, "全壊"),
        ("direct", {"percent": 20}, "半壊"),
        ("direct", {"area_percent": Decimal(70)}, "全壊"),
    ],
)  # fmt: skip
def test_every_survey_is_graded_from_its_worksheet(key, given, grade):
    assert outcome(key, **given).outcome.label == grade


def test_floors_count_more_where_people_live_by_both_methods():
    given = {"shares": ROOMS, "other_shares": {}, "rates": {"設備": Decimal(10)}}
    plain = outcome("flood_wooden_second", **given)
    weighted = outcome("flood_wooden_second", **given, **BY_FLOOR)
    marked = outcome("flood_wooden_second", is_sheet=True, **given, **BY_FLOOR)

    assert plain.total == 16
    assert weighted.total == Decimal("12.25")  # 1.25 × 0.6 × 15, and 1 for the equipment
    assert marked.total == 8 + 4 + 10  # g of each part rounded: 7.5, 3.75; the points of the sheet


def test_equipment_by_floor_has_the_weight_of_its_floor():
    floors = {"main_equipment_percent": Decimal(10), "other_equipment_percent": Decimal(20)}
    found = outcome("flood_wooden_second", shares=ROOMS, **BY_FLOOR, **floors)
    alone = outcome("flood_wooden_second", **floors, storeys=2, one_household=True)

    assert found.total == Decimal("13.5")  # 11.25, and 1.25 × 1 + 0.5 × 2 for the equipment
    assert alone.total == 3  # what is heavier counts: without weights
    with pytest.raises(CaseError, match="主たる居住階の割合"):
        outcome("flood_wooden_second", shares=ROOMS, storeys=2, one_household=True, **floors)


def test_the_same_house_has_another_grade_by_the_paper_sheet():
    wall = {"壁(外壁)": {"Ⅰ": [10]}}
    shares = {"shares": wall | {"屋根": {"Ⅲ": [100]}}, "rates": {"基礎": 10}}

    assert outcome("earthquake_wooden_first", **shares).total == Decimal("9.25")
    assert outcome("earthquake_wooden_first", is_sheet=True, **shares).total == 10


def test_what_is_missing_is_told_without_the_names_of_the_file():
    with pytest.raises(CaseError) as told:
        outcome("ground_wooden_second", **TILTED, sunk_to="床", first_floor_percent=Decimal(50))

    words = without_names(str(told.value))
    assert words == "不同沈下があるかを入れてください。"


def test_every_worksheet_has_the_parts_of_its_tables():
    sheets = {each.key: each for each in list_worksheets(load_tables())}

    assert sheets["earthquake_walls_first"].parts == ("外壁",)
    assert sheets["ground_wooden_second"].points == ("外壁", "内壁", "床", "基礎", "柱")
    assert all(one.findings for one in sheets.values() if one.has("appearance"))


def test_every_name_of_a_case_has_words():
    text = " ".join(path.read_text(encoding="utf-8") for path in RULES.glob("worksheet_inputs.py"))
    names = set(re.findall(r'f?"([a-z][a-z_0-9]{6,})":', text)) - {"pictures"}

    assert {name for name in names if name not in LABELS} <= {"degree", "horizontal"}


def test_what_was_entered_is_said_in_words():
    found = entered({"tilt": {"plumb_length_mm": 1200}, "parts": {"屋根": [MARK, MARK]}})

    assert found == [("傾斜 下げ振りの長さ(mm)", "1200"), ("部位 屋根", "Ⅴ 20 %、Ⅴ 20 %")]
    assert entered({"detached_house": True}) == [("一戸建て", "はい")]
