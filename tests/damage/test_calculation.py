"""The worksheet beside a judgement: it calculates, says why, and never stands in the way."""

import pytest

from tests.damage.support import inside, make_application, make_people, writing_in
from victim_support.damage import queries

SECOND = "earthquake_wooden_second"
PARTS = ["屋根", "柱(又は耐力壁)", "床(階段を含む)", "外壁", "内壁", "天井", "建具"]


@pytest.fixture
def dwelling(app):
    with writing_in(app):
        return make_application(*make_people("佐藤 一郎")).dwelling_id


@pytest.fixture
def surveyor(desk_of):
    return desk_of("surveyor")


@pytest.fixture
def calculate(surveyor, dwelling):
    """Return a function that fills in a worksheet as it is offered, and sends it."""

    def send(key=SECOND, **values):
        path = f"/damage/dwellings/{dwelling}/calculation/{key}"
        typed = {"edition": "令和7年7月"} | values
        return surveyor.submit(surveyor.get(path), path, **typed)

    return send


def share(part, degree, percent):
    return {f"shares-{PARTS.index(part)}-{degree}": percent}


def corners(millimetres):
    return {f"corners-{place}": millimetres for place in range(4)}


def test_the_page_of_a_dwelling_leads_to_the_worksheet(surveyor, dwelling):
    page = surveyor.get(f"/damage/dwellings/{dwelling}")

    assert f"/damage/dwellings/{dwelling}/calculation/flood_wooden_second" in page.text


def test_it_calculates_and_says_why(calculate, app, dwelling):
    page = calculate(**share("建具", "fifth", "100"), **share("床(階段を含む)", "third", "１００"))

    assert "計算の結果: 半壊" in page.text
    assert "損害割合 20 %" in page.text
    assert "部位別構成比" in page.text
    with inside(app):
        assert queries.list_judgements(dwelling) == []


def test_tilt_gives_at_least_half_in_an_earthquake(calculate):
    assert "計算の結果: 半壊" in calculate(**corners("20")).text
    assert "計算の結果: 準半壊" in calculate("flood_wooden_second", **corners("20")).text


def test_what_nobody_compared_is_acknowledged_first(calculate):
    roof = share("屋根", "fifth", "100") | {"edition": "令和8年6月"}

    withheld = calculate(**roof)
    shown = calculate(**roof, acknowledged="y")

    assert "公式の文書と照合していない値" in withheld.text
    assert "計算の結果" not in withheld.text
    assert "計算の結果: 準半壊" in shown.text
    assert "(未確認)" in shown.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param(share("屋根", "fifth", "101"), "屋根 Ⅴ: 0～100 の数", id="範囲"),
        pytest.param(share("屋根", "fifth", "全部"), "数", id="文字"),
        pytest.param(
            share("屋根", "fifth", "60") | share("屋根", "first", "41"), "100 % を超え", id="合計"
        ),
        pytest.param({"corners-0": "20"}, "四隅の4つ", id="傾斜が一つ"),
        pytest.param(corners("20") | {"height": ""}, "入力してください", id="高さ"),
    ],
)
def test_bad_input_is_told_and_kept(calculate, values, words):
    page = calculate(**values)

    assert page.status == 422
    assert words in page.text
    assert all(f'value="{value}"' in page.text for value in values.values())


def test_equipment_is_told_floor_by_floor_by_the_formula_alone(calculate):
    floors = {"main_equipment_percent": "60", "other_equipment_percent": "10"}
    house = floors | {"storeys": "2", "one_household": "yes", "acknowledged": "y"}

    found = calculate(**house)
    wrong = [
        calculate(**house, method="survey_sheet_table"),
        calculate(**house, **{"rates-1": "30"}),
        calculate(other_equipment_points="3"),
    ]

    assert "設備: 主たる居住階 60 %、その他の階 10 %" in found.visible
    assert 'value="60"' in found.text
    assert [one.status for one in wrong] == [422] * 3
    told = ("設備は点数の欄に", "「設備: 損傷率」の欄を空に", "階ごとの損傷率の欄に")
    assert [words in page.text for page, words in zip(wrong, told, strict=True)] == [True] * 3
    assert "階ごとの設備" in calculate("flood_wooden_second").text
    assert "main_equipment_percent" not in calculate("flood_non_wooden_second").text


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("earthquake_columns_first", "柱(又は梁)"),
        ("wind_non_wooden_second", "外部仕上・雑壁・屋根"),
    ],
)
def test_every_survey_has_its_own_parts(surveyor, dwelling, key, part):
    assert part in surveyor.get(f"/damage/dwellings/{dwelling}/calculation/{key}").text


def test_a_survey_that_does_not_exist_is_not_found(surveyor, dwelling):
    page = surveyor.get(f"/damage/dwellings/{dwelling}/calculation/none")

    assert page.status == 404


def test_the_counter_does_not_calculate(desk_of, dwelling):
    page = desk_of("counter").get(f"/damage/dwellings/{dwelling}/calculation/{SECOND}")

    assert page.status == 403
