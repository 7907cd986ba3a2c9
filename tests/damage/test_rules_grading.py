"""The guideline's calculation: the worked cases, both sides of every limit, more is never less."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.damage.cases import (
    FORCE,
    SHALLOW,
    WOODEN_SECOND,
    case,
    graded,
    label,
    marks,
    same,
    severity,
    tilt,
)
from tests.data_folder import open_data
from victim_support.damage.rules.cases import Foundation, Mark
from victim_support.damage.rules.errors import CaseError, UnknownCellError
from victim_support.damage.rules.grading import edition_names, grade_case
from victim_support.damage.rules.measures import damaged_length, half_up, loss_rate, sheet_points
from victim_support.damage.rules.reading import read_case
from victim_support.damage.rules.tables import load_tables

FIRST = {"survey_round": "第1次"}
NON_WOODEN = {"structure": "非木造"}
FLOOD = {"disaster_kind": "水害"}
WIND = {"disaster_kind": "風害", "survey_round": "調査"}
GROUND = {"disaster_kind": "地盤被害"} | FIRST
SHEET = {"calculation_method": "survey_sheet_table"}
DEGREES = "ⅠⅡⅢⅣⅤ"


def test_every_worked_case_agrees():
    text = open_data("damage/damage_cases_sample.json").read_text(encoding="utf-8")
    worked = json.loads(text, parse_float=Decimal)

    wrong = [one["id"] for one in worked if not _agrees(one)]

    assert len(worked) > 90
    assert wrong == []


def _agrees(one):
    result = grade_case(read_case(one), load_tables())
    decision = result.decision
    found = {
        **decision.details,
        "grade": decision.outcome.label,
        "percent": result.percent,
        "computed_total_percent": decision.total,
        "decided_by": decision.decided_by,
    }
    return all(same(value, found.get(name)) for name, value in one["expected"].items())


@pytest.mark.parametrize(
    ("percent", "grade"),
    [
        (Decimal(100), "全壊"),
        (Decimal(50), "全壊"),
        (Decimal("49.9999999999"), "大規模半壊"),
        (Decimal(40), "大規模半壊"),
        (Decimal("39.9999999999"), "中規模半壊"),
        (Decimal(30), "中規模半壊"),
        (Decimal("29.9999999999"), "半壊"),
        (Decimal(20), "半壊"),
        (Decimal("19.9999999999"), "準半壊"),
        (Decimal(10), "準半壊"),
        (Decimal("9.9999999999"), "準半壊に至らない(一部損壊)"),
        (Decimal(0), "準半壊に至らない(一部損壊)"),
    ],
)
def test_limits_belong_to_the_heavier_grade(percent, grade):
    assert label({"house_damage_percent_already_calculated": percent}) == grade


@pytest.mark.parametrize(
    ("percent", "grade"),
    [(70, "全壊"), (69, "大規模半壊"), (50, "大規模半壊"), (49, "中規模半壊"), (30, "中規模半壊"),
     (29, "半壊"), (20, "半壊"), (19, "準半壊"), (10, "準半壊"), (9, "準半壊に至らない(一部損壊)")],
)  # fmt: skip
def test_the_destroyed_floor_area_has_limits_of_its_own(percent, grade):
    assert label({"destroyed_floor_area_percent_of_total_floor_area": percent}) == grade


@pytest.mark.parametrize(
    ("version", "percent", "grade"),
    [
        ("平成25年6月", 19, "半壊に至らない"),
        ("平成30年3月", 35, "半壊"),
        ("平成30年3月", 19, "半壊に至らない"),
        ("令和2年3月", 35, "半壊"),
        ("令和2年3月", 15, "準半壊"),
        ("令和3年3月", 35, "中規模半壊"),
        ("令和8年6月", 35, "中規模半壊"),
    ],
)
def test_every_edition_has_its_own_grades(version, percent, grade):
    given_ = {"house_damage_percent_already_calculated": percent}

    assert label(given_, rule_version=version) == grade


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2018-02-28", "平成25年6月"),
        ("2018-03-01", "平成30年3月"),
        ("2020-06-30", "令和2年3月"),
        ("2020-07-04", "令和2年3月(中規模半壊を適用)"),
        ("2024-05-30", "令和3年3月"),
        ("2024-05-31", "令和6年5月"),
        ("2026-05-31", "令和7年7月"),
        ("2026-07-28", "令和8年6月"),
    ],
)
def test_without_a_choice_the_edition_is_that_of_the_day(day, version):
    result = graded(
        {"house_damage_percent_already_calculated": 50}, disaster_date=day, rule_version=None
    )

    assert result.edition == version
    assert result.is_edition_by_day
    assert version in edition_names(load_tables())


@pytest.mark.parametrize(
    ("millimetres", "header", "grade"),
    [
        (60, {}, "全壊"),
        (Decimal("59.999"), {}, "半壊"),
        (20, {}, "半壊"),
        (Decimal("19.999"), {}, "準半壊に至らない(一部損壊)"),
        (20, FIRST, "半壊"),
        (60, FLOOD, "全壊"),
        (Decimal("59.999"), FLOOD, "準半壊"),
        (Decimal("19.999"), FLOOD, "準半壊に至らない(一部損壊)"),
        (20, WIND, "準半壊"),
        (40, NON_WOODEN, "全壊"),
        (Decimal("39.999"), NON_WOODEN, "半壊"),
        (20, NON_WOODEN | WIND, "半壊"),
        (Decimal("19.999"), NON_WOODEN, "準半壊に至らない(一部損壊)"),
        (40, NON_WOODEN | FLOOD, "全壊"),
        (20, {"rule_version": "令和6年5月"}, "準半壊"),
    ],
)
def test_tilt_decides_on_both_sides_of_its_limits(millimetres, header, grade):
    assert label({"parts": {}, "tilt": tilt(millimetres)}, **header) == grade


def test_two_directions_combine_and_corners_are_averaged():
    corners = [[12, 16], [-12, 16], [16, -12], [0, 20]]
    leaning = {"plumb_length_mm": 1200, "horizontal_offset_xy_mm_at_four_corners": corners}
    mixed = {"plumb_length_mm": 1200, "horizontal_offset_mm_at_four_corners": [0, 0, 40, 39]}

    assert graded({"parts": {}, "tilt": leaning}).decision.total == 15
    assert graded({"parts": {}, "tilt": mixed}).decision.total == 0


def test_tilt_replaces_parts_and_is_never_added():
    parts = {"柱(又は耐力壁)": marks("Ⅲ", 100), "屋根": marks("Ⅴ", 100)}

    result = graded({"parts": parts, "tilt": tilt(30)})

    assert result.percent == 30
    assert graded({"parts": parts}).percent == Fraction(45, 2)


@pytest.mark.parametrize(
    ("percent", "grade"), [(75, "全壊"), (Decimal("74.99"), "準半壊に至らない(一部損壊)")]
)
def test_three_quarters_of_the_foundation_are_a_total_loss(percent, grade):
    foundation = {"foundation": {"loss_rate_percent_by_external_force": percent}}

    assert label(foundation) == grade
    assert label(foundation, **FLOOD) == grade


def test_mud_does_not_count_for_the_three_quarters():
    foundation = {"loss_rate_percent_by_external_force": 70, "mud_under_floor": True}

    result = graded({"foundation": foundation}, **FLOOD)

    assert result.percent == 8
    assert result.decision.outcome.label == "準半壊に至らない(一部損壊)"


def test_seventy_percent_of_the_columns_differ_between_sheet_and_formula():
    share = {"柱(又は耐力壁)": [*marks("Ⅴ", 60), *marks("Ⅱ", 40)]}
    on_sheet = {
        "storeys": 1,
        "one_household_uses_all_floors": False,
        "main_floor_area_share": 1,
        "main_floor_roof_area_share": 1,
        "main_floor_marks": {
            "柱": [*marks("Ⅴ", 60, "band_upper_percent"), *marks("Ⅱ", 40, "band_upper_percent")]
        },
    }

    assert graded({"parts": share}).percent == Fraction(21, 2)
    assert graded(on_sheet, **SHEET).decision.decided_by == "柱の部位別損害割合11以上"


def test_floors_never_make_a_total_loss_but_beams_do():
    whole = {"parts": {"床・梁": marks("Ⅴ", 100)}}

    assert label(whole | {"floor_beam_rate_is_from": "床"}, **NON_WOODEN) == "準半壊"
    assert label(whole | {"floor_beam_rate_is_from": "梁"}, **NON_WOODEN) == "全壊"
    unsaid = graded(whole, **NON_WOODEN)
    assert unsaid.decision.outcome.label == "準半壊"
    assert "床のものとみなします" in unsaid.unconfirmed[-1]


@pytest.mark.parametrize(
    ("seen", "rate"), [(4, Fraction(25)), (3, Fraction(100, 3)), (2, Fraction(50))]
)
def test_columns_count_among_those_seen_or_the_outer_wall_stands_for_them(seen, rate):
    columns = {"total": 5, "seen": seen, "damaged": [{"degree": "Ⅲ", "count": 2}]}
    inputs = {"columns": columns, "parts": {"外壁": marks("Ⅲ", 100)}}

    result = graded(inputs)

    assert result.decision.details["part_loss_rate_percent"]["柱(又は耐力壁)"] == rate


@pytest.mark.parametrize(
    ("depth", "light", "heavy"),
    [
        (Decimal("1.8"), "大規模半壊", "全壊"),
        (Decimal("1.799"), "中規模半壊", "大規模半壊"),
        (1, "中規模半壊", "大規模半壊"),
        (Decimal("0.999"), "半壊", "中規模半壊"),
        (Decimal("0.5"), "半壊", "中規模半壊"),
        (Decimal("0.499"), "半壊", "半壊"),
        (Decimal("0.1"), "半壊", "半壊"),
        (Decimal("0.099"), "準半壊", "半壊"),
        (Decimal("0.001"), "準半壊", "半壊"),
    ],
)
def test_depth_decides_on_both_sides_of_its_limits(depth, light, heavy):
    deep = {"depth_above_floor_m_at_shallowest_point": depth}

    assert label(SHALLOW | deep, **FLOOD, **FIRST) == light
    assert label(FORCE | deep, **FLOOD, **FIRST) == heavy


@pytest.mark.parametrize(
    ("version", "depth", "light", "heavy"),
    [
        ("平成30年3月", Decimal("1.8"), "第2次調査で判定", "全壊"),
        ("平成30年3月", Decimal("0.9"), "第2次調査で判定", "半壊"),
        ("令和3年3月", Decimal("0.5"), "第2次調査で判定", "中規模半壊"),
        ("令和6年5月", Decimal("0.5"), "半壊", "中規模半壊"),
    ],
)
def test_depth_without_force_is_decided_since_2024(version, depth, light, heavy):
    deep = {"depth_above_floor_m_at_shallowest_point": depth}
    header = FLOOD | FIRST | {"rule_version": version}

    assert label(SHALLOW | deep, **header) == light
    assert label(FORCE | deep, **header) == heavy


def test_force_counts_only_when_wall_and_opening_are_both_damaged():
    one = {"depth_above_floor_m_at_shallowest_point": 2} | {
        "opening_has_degree3_to_5_damage_not_from_soaking": False
    }

    assert label(FORCE | one, **FLOOD, **FIRST) == "大規模半壊"


@pytest.mark.parametrize(
    ("depths", "force", "suitable", "grade"),
    [
        ([Decimal("1.8")] * 4, True, True, "全壊"),
        ([Decimal("1.8")] * 4, False, True, "大規模半壊"),
        ([2, 2, 2, Decimal("1.79")], True, True, "個別調査"),
        ([2, 2, 2, 2], True, False, "個別調査"),
    ],
)
def test_four_corners_decide_an_area(depths, force, suitable, grade):
    area = {
        "all_houses_wooden_detached_1_or_2_storeys": suitable,
        "force_damage_to_wall_and_opening": force,
        "four_corner_houses_depth_m": depths,
    }

    assert label({"area_sample_survey": area}, **FLOOD, **FIRST) == grade


@pytest.mark.parametrize(
    ("millimetres", "sunk", "grade"),
    [
        (60, None, "全壊"),
        (Decimal("59.9"), None, "大規模半壊"),
        (20, None, "大規模半壊"),
        (Decimal("19.9"), None, "半壊"),
        (12, None, "半壊"),
        (Decimal("11.9"), None, "判定に至らない(通常の調査へ)"),
        (12, "床上1mまで", "全壊"),
        (12, "床まで", "大規模半壊"),
        (0, "基礎の天端下25cmまで", "半壊"),
        (0, "基礎の天端下25cm未満", "判定に至らない(通常の調査へ)"),
    ],
)
def test_ground_damage_takes_the_heavier_of_tilt_and_sinking(millimetres, sunk, grade):
    inputs = {"tilt": tilt(millimetres), "whole_house_sunk_to": sunk}

    assert label(inputs, **GROUND) == grade
    assert label(inputs, **GROUND, **NON_WOODEN) == grade


def test_ground_tilt_needs_foundation_and_columns_to_lean_together():
    inputs = {"tilt": tilt(60), "foundation_and_columns_tilt_together": False}

    assert label(inputs, **GROUND) == "判定に至らない(通常の調査へ)"


def test_mud_counts_only_where_it_lies_evenly():
    mud = {"sediment_reaches": "床上1mまで"}

    even = {"sediment_uniformly_deposited_in_and_around_house": True} | mud
    uneven = {"sediment_uniformly_deposited_in_and_around_house": False} | mud
    assert label(even, **GROUND) == "全壊"
    assert label(uneven, **GROUND) == "判定に至らない(通常の調査へ)"


@pytest.mark.parametrize(
    ("millimetres", "sunk", "more", "percent"),
    [
        (30, "床まで", {}, 55),
        (30, "床まで", {"uneven_settlement": False}, 45),
        (15, "床まで", {"column_points": 5}, 45),
        (5, "床まで", {}, 40),
        (30, "基礎の天端下25cmまで", {"part_points": {"外壁": 4, "内壁": 2}}, 41),
        (15, "基礎の天端下25cmまで", {}, 20),
        (5, "基礎の天端下25cmまで", {"first_floor_share_of_total_floor_area": Decimal("0.5")}, 15),
        (30, None, {"other_part_points": 6}, 41),
        (15, None, {"part_points": {"基礎": 3}}, 13),
        (5, None, {"part_points": {"床": 3, "基礎": 3}}, 6),
    ],
)
def test_the_second_ground_survey_follows_its_patterns(millimetres, sunk, more, percent):
    inputs = {
        "tilt": tilt(millimetres),
        "whole_house_sunk_to": sunk,
        "uneven_settlement": True,
        "first_floor_share_of_total_floor_area": 1,
        "other_part_points": 0,
    } | more

    result = graded(inputs, disaster_kind="地盤被害", **SHEET)

    assert result.percent == percent
    assert any("早見表" in words for words in result.unconfirmed)


@pytest.mark.parametrize(("points", "total"), [(10, False), (11, True)])
def test_the_column_of_the_second_ground_survey_may_decide(points, total):
    inputs = {"tilt": tilt(15), "other_part_points": 0, "column_points": points}

    assert (label(inputs, disaster_kind="地盤被害", **SHEET) == "全壊") is total


@pytest.mark.parametrize(
    ("change", "grade"),
    [
        ({}, "半壊"),
        ({"roof_tiles_shifted_percent": 29}, "半壊に至らない"),
        ({"rain_would_enter": False}, "半壊に至らない"),
        ({"outer_wall_degree3_or_more_percent": 19}, "半壊に至らない"),
        ({"openings_degree4_or_more_percent": 19}, "半壊に至らない"),
        (
            {"openings_degree4_or_more_percent": 10, "openings_degree4_or_more_places": 2},
            "半壊",
        ),
    ],
)
def test_sheet_c_needs_all_three(change, grade):
    three = {
        "roof_tiles_shifted_percent": 30,
        "rain_would_enter": True,
        "outer_wall_degree3_or_more_percent": 20,
        "openings_degree4_or_more_percent": 20,
    }
    header = FIRST | {"survey_sheet": "C", "calculation_method": "direct_rule"}

    assert label({"simplified_check": three | change}, **header) == grade
    assert label({"simplified_check": three | change, "tilt": tilt(20)}, **header) == "半壊"


@pytest.mark.parametrize(
    ("points", "lean", "percent"),
    [
        ({"基礎": 4, "壁": 30, "屋根": 6}, 0, 40),
        ({"基礎": 7, "壁": 8, "屋根": 15}, 30, 30),
        ({"基礎": 0, "壁": 0, "屋根": 2}, 30, 17),
    ],
)
def test_sheet_b_adds_the_pictures(points, lean, percent):
    header = FIRST | SHEET | {"survey_sheet": "B"}

    assert graded({"sheet_points": points, "tilt": tilt(lean)}, **header).decision.total == percent


@pytest.mark.parametrize(
    ("points", "grade"),
    [({"柱": 37}, "中規模半壊"), ({"柱": 38}, "全壊"), ({"柱": 10, "建具": 5}, "準半壊")],
)
def test_points_may_be_read_off_a_sheet(points, grade):
    assert label({"sheet_points": points}, **NON_WOODEN, **SHEET) == grade


def test_a_house_without_a_first_flood_survey_goes_to_the_second():
    assert label({"detached_house": False}, **FLOOD, **FIRST) == "第2次調査で判定"
    assert label(SHALLOW | {"storeys": 3}, **FLOOD, **FIRST) == "第2次調査で判定"
    assert label(SHALLOW, **FLOOD, **FIRST, **NON_WOODEN) == "第2次調査で判定"


def test_what_another_survey_needs_is_said_to_change_nothing():
    result = graded({"parts": {}, "depth_above_floor_m_at_shallowest_point": 2})

    assert "使わない項目" in result.reasons[0].words


def test_an_unhurt_exterior_ends_a_wind_survey():
    unhurt = {"roof_wall_openings_have_loss_or_breakage": False, "water_may_enter": False}
    wet = unhurt | {"water_may_enter": True, "parts": {"屋根": marks("Ⅴ", 100)}}

    assert label(unhurt, **WIND) == "準半壊に至らない(一部損壊)"
    assert label(wet, **WIND) == "準半壊"


def test_equipment_has_shares_of_its_own():
    three = {"浴室": 30, "台所": 20, "その他": 40}

    assert graded({"equipment_loss_rate_percent": three}).percent == 9
    with pytest.raises(CaseError, match="30 % まで"):
        graded({"equipment_loss_rate_percent": {"浴室": 31}})


def test_cracks_near_each_other_count_once():
    lengths = load_tables().row("foundation", "lengths", read_case(case({"parts": {}})).day)
    cracks = Foundation(
        crack_count=2,
        crack_positions_m=(Fraction(5), Fraction(11, 2), Fraction(13, 2), Fraction(9)),
        affected_m=(Fraction(2),),
    )

    assert damaged_length(cracks, lengths) == 2 + (Fraction(3, 2) + 1) + 1 + 2


def test_the_unknown_cells_of_2026_block_what_depends_on_them():
    new = GROUND | {"rule_version": "令和8年6月"}

    assert label({"tilt": tilt(60)}, **new) == "全壊"
    with pytest.raises(UnknownCellError, match="分かっていない"):
        graded({"tilt": tilt(30)}, **new)
    with pytest.raises(UnknownCellError, match="地盤被害 第2次"):
        graded(
            {"tilt": tilt(30), "other_part_points": 0},
            disaster_kind="地盤被害",
            rule_version="令和8年6月",
            **SHEET,
        )


def test_what_nobody_compared_is_said():
    parts = {"parts": {"屋根": marks("Ⅴ", 100)}}

    assert graded(parts).unconfirmed == ()
    assert any(
        "部位別構成比" in words for words in graded(parts, rule_version="令和8年6月").unconfirmed
    )


def test_every_reason_from_a_table_names_its_source():
    result = graded({"parts": {"屋根": marks("Ⅴ", 100)}, "tilt": tilt(30)})

    from_tables = [reason for reason in result.reasons if reason.table]
    assert len(from_tables) >= 3
    assert all(reason.row and "令和7年7月" in reason.source for reason in from_tables)


damage_of_a_part = st.tuples(st.sampled_from(DEGREES), st.integers(0, 100))
houses = st.dictionaries(st.sampled_from([*WOODEN_SECOND]), damage_of_a_part, max_size=7)
leans = st.integers(0, 70)
kinds = st.sampled_from([{}, FLOOD, WIND])


def _house(parts, lean):
    return {
        "parts": {part: marks(degree, share) for part, (degree, share) in parts.items()},
        "tilt": tilt(lean),
    }


@given(houses, leans, kinds, st.sampled_from([*WOODEN_SECOND]), st.integers(0, 100), leans)
def test_more_damage_never_gives_a_lower_grade(parts, lean, kind, part, more, lean_more):
    degree, share = parts.get(part, ("Ⅰ", 0))
    worse = DEGREES[min(DEGREES.index(degree) + 1, 4)]
    heavier = parts | {part: (worse, min(100, share + more))}

    before = severity(_house(parts, lean), **kind)
    after = severity(_house(heavier, min(lean + lean_more, 200)), **kind)

    assert after >= before


concrete = ["柱(又は耐力壁)", "外部仕上・雑壁・屋根", "内部仕上・天井", "建具"]


@given(
    st.dictionaries(st.sampled_from(concrete), damage_of_a_part),
    leans,
    kinds,
    st.sampled_from(concrete),
    st.integers(0, 100),
)
def test_more_damage_never_gives_a_lower_grade_in_concrete(parts, lean, kind, part, more):
    degree, share = parts.get(part, ("Ⅰ", 0))
    heavier = parts | {part: (degree, min(100, share + more))}

    before = severity(_house(parts, lean), **NON_WOODEN, **kind)
    after = severity(_house(heavier, lean + 1), **NON_WOODEN, **kind)

    assert after >= before


@given(houses, houses, leans, st.sampled_from([*WOODEN_SECOND]), st.integers(0, 100))
def test_more_damage_on_a_floor_never_gives_a_lower_grade(main, other, lean, part, more):
    degree, share = main.get(part, ("Ⅰ", 0))
    worse = main | {part: (degree, min(100, share + more))}

    assert severity(_two_floors(worse, other, lean)) >= severity(_two_floors(main, other, lean))


def _two_floors(main, other, lean):
    shares = dict.fromkeys(["main_floor_area_share", "main_floor_roof_area_share"], Decimal("0.6"))
    floors = {"storeys": 2, "one_household_uses_all_floors": True}
    return (
        shares
        | floors
        | {
            "main_floor_parts": _house(main, 0)["parts"],
            "other_floor_parts": _house(other, 0)["parts"],
            "tilt": tilt(lean),
        }
    )


def test_floors_weigh_in_the_formula_too():
    details = graded(_two_floors({"内壁": ("Ⅴ", 100)}, {}, 0)).decision.details

    assert details["unweighted_total"] == 6
    assert details["weighted_total"] == Fraction(15, 2)


def test_equipment_weighs_by_its_floor_and_as_a_whole_it_is_told_as_unconfirmed():
    house = _two_floors({"内壁": ("Ⅴ", 60)}, {}, 0)
    name = "floor_equipment_loss_rate_percent"
    by_floor = graded(house | {f"main_{name}": 60, f"other_{name}": 10})
    as_whole = graded(house | {"equipment_loss_rate_percent": 70})

    assert by_floor.decision.details["weighted_total"] == Fraction(25, 2)
    assert by_floor.decision.details["part_points"]["設備"] == 7
    assert as_whole.decision.details["weighted_total"] == Fraction(23, 2)
    assert not any("設備が階ごとに" in each for each in by_floor.unconfirmed)
    assert any("設備が階ごとに" in each for each in as_whole.unconfirmed)
    for wrong in (
        {f"main_{name}": 60, f"other_{name}": 50},
        {f"main_{name}": 60, "equipment_loss_rate_percent": 10},
    ):
        with pytest.raises(CaseError):
            graded(house | wrong)


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=2), st.sampled_from([SHALLOW, FORCE]))
def test_deeper_water_never_gives_a_lower_grade(millimetres, force):
    shallow, deep = sorted(each + 1 for each in millimetres)

    def at(depth):
        metres = Decimal(depth) / 1000
        return severity(
            force | {"depth_above_floor_m_at_shallowest_point": metres}, **FLOOD, **FIRST
        )

    assert at(deep) >= at(shallow)


cells = st.tuples(st.sampled_from(DEGREES), st.sampled_from([10, 20, 40, 60, 80, 100]))


@given(
    st.dictionaries(st.sampled_from([*WOODEN_SECOND]), cells),
    st.dictionaries(st.sampled_from([*WOODEN_SECOND]), cells),
    st.integers(0, 10),
)
def test_weights_of_floors_stay_within_the_parts(main, other, share):
    inputs = {
        "storeys": 2,
        "one_household_uses_all_floors": True,
        "main_floor_area_share": Decimal(share) / 10,
        "main_floor_roof_area_share": Decimal(share) / 10,
        "main_floor_marks": {p: marks(d, b, "band_upper_percent") for p, (d, b) in main.items()},
        "other_floor_marks": {p: marks(d, b, "band_upper_percent") for p, (d, b) in other.items()},
    }

    details = graded(inputs, **SHEET).decision.details

    points = details["sheet_points"]
    assert all(0 <= value <= WOODEN_SECOND[part] for part, value in points.items())
    assert details["unweighted_total"] == sum(points.values())
    assert details["weighted_total"] <= sum(WOODEN_SECOND.values())


@given(st.sampled_from([5, 10, 15, 25, 50, 60, 75, 85]), cells)
def test_a_cell_of_the_sheet_is_the_formula_at_the_edge_of_its_band_rounded(weight, cell):
    tables, day = load_tables(), read_case(case({"parts": {}})).day
    degrees, bands = (tables.row("degrees", name, day) for name in ("degrees", "bands"))
    mark = Mark(cell[0], Fraction(cell[1]))

    points = sheet_points([mark], "壁", Fraction(weight), degrees, bands)

    exact = loss_rate([mark], "壁", degrees.numbers("percent")) * weight / 100
    assert points == half_up(exact)
    assert abs(points - exact) <= Fraction(1, 2)


def test_the_degrees_rise():
    grades = [severity({"parts": {"建具": marks(d, 100), "柱": marks("Ⅱ", 100)}}) for d in DEGREES]

    assert all(lighter <= heavier for lighter, heavier in pairwise(grades))
    assert grades[0] < grades[-1]
