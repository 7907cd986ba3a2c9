"""What was entered wrongly is refused in Japanese, and never graded as if it were missing."""

from decimal import Decimal

import pytest

from tests.damage.cases import FORCE, case, graded, marks, tilt
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.reading import read_case

FIRST_FLOOD = {"disaster_kind": "水害", "survey_round": "第1次"}
DEPTH = "depth_above_floor_m_at_shallowest_point"
SHEET = {"calculation_method": "survey_sheet_table"}


@pytest.mark.parametrize(
    ("inputs", "header", "words"),
    [
        pytest.param({"parts": {"屋根": marks("Ⅵ", 10)}}, {}, "Ⅰ～Ⅴ", id="損傷程度"),
        pytest.param({"parts": {"屋根": marks("全壊", 10)}}, {}, "Ⅰ～Ⅴ", id="損傷程度に等級"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", 101)}}, {}, "0～100", id="割合"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", -1)}}, {}, "0～100", id="負の割合"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", "10")}}, {}, "数で", id="割合が文字"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", True)}}, {}, "数で", id="割合が真偽"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", float("nan"))}}, {}, "使えない数", id="非数"),
        pytest.param({"parts": {"屋根": marks("Ⅴ", 60) * 2}}, {}, "100 % を超え", id="合計"),
        pytest.param({"parts": {"煙突": marks("Ⅴ", 10)}}, {}, "屋根", id="部位"),
        pytest.param({"parts": []}, {}, "組", id="部位の形"),
        pytest.param({"part": {}}, {}, "知らない項目", id="項目のつづり"),
        pytest.param({}, {}, "部位の損傷", id="何もない"),
        pytest.param({"parts": {}}, {"structure": "石造"}, "非木造", id="構造"),
        pytest.param({"parts": {}}, {"disaster_kind": "雪害"}, "地震", id="種類"),
        pytest.param({"parts": {}}, {"survey_round": "第3次"}, "第2次", id="調査の回"),
        pytest.param({"parts": {}}, {"calculation_method": "目分量"}, "算定式", id="計算方法"),
        pytest.param({"parts": {}}, {"rule_version": "令和9年1月"}, "令和7年7月", id="版"),
        pytest.param({"parts": {}}, {"disaster_date": "昨日"}, "日付", id="災害の日"),
        pytest.param(
            {"parts": {}}, {"disaster_date": "1995-01-17", "rule_version": None}, "版", id="昔"
        ),
        pytest.param({"parts": {}}, SHEET, "calculation_method", id="式の入力を調査票で"),
        pytest.param({"wall_marks": []}, {}, "calculation_method", id="調査票の入力を式で"),
        pytest.param({"parts": {}, "tilt": {"plumb_length_mm": 0}}, {}, "範囲", id="下げ振り"),
        pytest.param({"parts": {}, "tilt": {"plumb_length_mm": 1200}}, {}, "四隅", id="傾斜なし"),
        pytest.param(
            {"tilt": {"plumb_length_mm": 1200, "horizontal_offset_mm_at_four_corners": [1, 2, 3]}},
            {},
            "4つ",
            id="三隅",
        ),
        pytest.param(FORCE | {DEPTH: -1}, FIRST_FLOOD, "範囲", id="負の深さ"),
        pytest.param(FORCE | {DEPTH: 180}, FIRST_FLOOD, "メートル", id="センチの深さ"),
        pytest.param(FORCE | {DEPTH: None}, FIRST_FLOOD, "床上浸水なのに", id="深さがない"),
        pytest.param(
            FORCE | {DEPTH: 1, "flooded_above_floor": False},
            FIRST_FLOOD,
            "床下浸水なのに",
            id="床下",
        ),
        pytest.param(
            {"detached_house": True, "storeys": 1, DEPTH: 1}, FIRST_FLOOD, "外壁と建具", id="外力"
        ),
        pytest.param({"storeys": Decimal("1.5"), "parts": {}}, {}, "整数", id="階数"),
        pytest.param({"appearance_findings": ["古い"]}, {}, "倒壊", id="外観"),
        pytest.param(
            {"parts": {"柱": marks("Ⅳ", 10)}, "steel_brace_method": True},
            {"structure": "非木造"},
            "Ⅲまで",
            id="ブレース",
        ),
        pytest.param(
            {"foundation": {"damaged_length_m": 41, "outer_perimeter_length_m": 40}},
            {},
            "外周",
            id="基礎の長さ",
        ),
        pytest.param(
            {"foundation_stones": {"damaged_stones": 17, "total_stones": 16}}, {}, "束石", id="束石"
        ),
        pytest.param(
            {"sheet_points": {"壁": 31}},
            SHEET | {"survey_round": "第1次", "survey_sheet": "B"},
            "調査票B",
            id="図の点数",
        ),
        pytest.param(
            {"wall_marks": marks("Ⅲ", 30, "area_band_upper_percent")},
            SHEET | {"survey_round": "第1次"},
            "区分",
            id="区分",
        ),
        pytest.param(
            {"foundation_points": 11, "main_floor_marks": {}}, SHEET, "構成比", id="点数が多い"
        ),
        pytest.param(
            {"foundation_points": 8, "main_floor_marks": {}},
            SHEET | {"disaster_kind": "水害"},
            "泥",
            id="泥を含むか",
        ),
        pytest.param(
            {"whole_house_sunk_to": "屋根まで"},
            {"disaster_kind": "地盤被害"} | SHEET,
            "床上1m",
            id="沈下",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_told(inputs, header, words):
    with pytest.raises(CaseError, match=words):
        graded(inputs, **header)


@pytest.mark.parametrize("value", [None, 3, "事例", [], {}])
def test_what_is_no_case_is_told(value):
    with pytest.raises(CaseError):
        read_case(value)


def test_an_enormous_number_is_no_burden():
    with pytest.raises(CaseError, match="使えない数"):
        read_case(case({"house_damage_percent_already_calculated": Decimal("1e999999")}))


def test_every_spelling_of_a_bracket_is_the_same_part():
    full_width = graded({"parts": {"柱（又は耐力壁）": marks("Ⅲ", 100)}, "tilt": tilt(0)})

    assert full_width.percent == graded({"parts": {"柱": marks("Ⅲ", 100)}}).percent
