"""Cells of shelter lists: flags, codes, positions, capacities, times, headers."""

from datetime import UTC, datetime

import pytest

from tests.shelters.files import GSI, only, read, standard
from victim_support.shelters.rules import Hazard, ShelterKind, UnknownLayoutError
from victim_support.shelters.rules.capacity import read_capacity
from victim_support.shelters.rules.cells import clean, read_flag, read_phone, undo_date
from victim_support.shelters.rules.columns import Column, column_of
from victim_support.shelters.rules.identity import fold_address, read_common_id, similar_name
from victim_support.shelters.rules.moments import read_moment
from victim_support.shelters.rules.places import find_place, read_code
from victim_support.shelters.rules.positions import read_position


@pytest.mark.parametrize("mark", ["1", "1.0", "１", "○", "◯", "〇", "●", "TRUE", "true", "有", "✓"])
def test_yes_marks(mark):
    assert read_flag(mark) is True


@pytest.mark.parametrize("mark", ["", "0", "0.0", "－", "―", "×", "FALSE", "なし", "無"])
def test_no_marks(mark):
    assert read_flag(mark) is False


def test_mark_that_says_neither_is_not_guessed():
    record = only(standard(災害種別_洪水="△", 災害種別_地震="1"))

    assert record.hazards == (Hazard.EARTHQUAKE,)
    assert record.note == "洪水: △"


@pytest.mark.parametrize(
    ("value", "code", "word"),
    [
        pytest.param("172014", "172014", "", id="6桁そのまま"),
        pytest.param("１７２０１４", "172014", "", id="全角"),
        pytest.param("92011", "092011", "先頭の0", id="先頭の0が落ちた宇都宮市"),
        pytest.param("92011.0", "092011", "先頭の0", id="表計算の小数"),
        pytest.param("13101", "131016", "検査数字を補った", id="検査数字のない千代田区"),
        pytest.param("1100", "011002", "先頭の0と検査数字", id="両方ない札幌市"),
        pytest.param("172015", "172014", "検査数字を正した", id="検査数字の誤り"),
        pytest.param("99999", "", "実在しない", id="実在しない"),
        pytest.param("金沢市", "", "読めない", id="コードでない"),
    ],
)
def test_municipality_codes(value, code, word):
    found, why = read_code(value)

    assert found == code
    assert word in why
    assert bool(why) == bool(word)


def test_prefecture_decides_between_two_readings_of_five_digits():
    assert read_code("11100", "埼玉県")[0] == "111007"
    assert read_code("11100", "北海道")[0] == "011100"


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        pytest.param("36.5", "136.6", (36.5, 136.6), id="10進"),
        pytest.param("３６．５", "１３６．６", (36.5, 136.6), id="全角"),
        pytest.param("136.6", "36.5", (36.5, 136.6), id="入れ替わり"),
        pytest.param("36度30分0秒", "136度36分0秒", (36.5, 136.6), id="度分秒"),
        pytest.param("36°30′00″", "136°36′00″", (36.5, 136.6), id="度分秒の記号"),
        pytest.param("36.30.00", "136.36.00", (36.5, 136.6), id="点で区切った度分秒"),
        pytest.param("36.5,136.6", "", (36.5, 136.6), id="1つの欄"),
        pytest.param("36,5", "136,6", (36.5, 136.6), id="小数コンマ"),
        pytest.param("36500000", "136600000", (36.5, 136.6), id="小数点が落ちた"),
        pytest.param("北緯36.5度", "東経136.6度", (36.5, 136.6), id="北緯東経"),
        pytest.param("", "", (None, None), id="空"),
        pytest.param("0", "0", (None, None), id="0と0"),
        pytest.param("51.5", "0.1", (None, None), id="日本の外"),
        pytest.param("36.5", "", (None, None), id="片方だけ"),
        pytest.param("不明", "不明", (None, None), id="文字"),
    ],
)
def test_positions(latitude, longitude, expected):
    position = read_position(latitude, longitude)

    assert (position.latitude, position.longitude) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (None, None, None)),
        ("－", (None, None, None)),
        ("1200", (None, None, 1200)),
        ("50,700 ", (None, None, 50700)),
        ("100.0", (None, None, 100)),
        ("屋内191人／屋外0人(面積の1/2)", (191, 0, 191)),
        ("屋内1,371人／屋外5,470人（面積の1/2）", (1371, 5470, 6841)),
        ("屋内2,736人屋外11,700人（面積の1/2）", (2736, 11700, 14436)),
        ("体育館200人、校庭1,000人", (200, 1000, 1200)),
        ("200人（屋内）／300人（屋外）", (200, 300, 500)),
        ("合計500人（屋内200人、屋外300人）", (200, 300, 500)),
        ("200人2.0㎡あたり1人", (None, None, 200)),
        ("467人　　（2㎡/人）", (None, None, 467)),
        ("452人　　（1駐車場区画あたり2人）", (None, None, 452)),
        ("513（2㎡/人）", (None, None, 513)),
        ("82人（2人/室）", (None, None, 82)),
        ("約６００名", (None, None, 600)),
        ("100～150人", (None, None, 100)),
        ("１００＋50人", (None, None, 150)),
        ("1,054㎡", (None, None, None)),
        ("100世帯", (None, None, None)),
    ],
)
def test_capacity_in_any_wording(text, expected):
    capacity = read_capacity(text)

    assert (capacity.indoor, capacity.outdoor, capacity.total) == expected


@pytest.mark.parametrize(
    "text",
    [
        "令和6年1月14日午後6時",
        "令和６年１月１４日１８時００分現在",
        "R6.1.14 18:00",
        "2024-01-14T18:00+09:00",
        "2024/1/14 18:00",
        "2024/1/14 6:00 PM",
        "2024年1月14日（日）午後6時時点",
        "20240114 1800",
        "45305.75",
    ],
)
def test_times_of_observation(text):
    assert read_moment(text).isoformat() == "2024-01-14T09:00:00+00:00"


@pytest.mark.parametrize("text", ["", "午後6時", "1月14日", "2024-13-01", "調査中"])
def test_time_without_a_day_is_none(text):
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("E0420700001111", "E0420700001111"),
        ("e0420700001111", "E0420700001111"),
        ("Ｅ0420700001111", "E0420700001111"),
        ("E420700001111", "E0420700001111"),
        ("0420700001111", "E0420700001111"),
        ("420700001111", "E0420700001111"),
        ("1.72E+12", ""),
        ("E0420700001311", ""),
    ],
)
def test_common_ids(value, expected):
    assert read_common_id(value)[0] == expected


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("共通ＩＤ", Column.COMMON_ID),
        ("施設・場所名", Column.NAME),
        ("名 称", Column.NAME),
        ("避難所名（※必須）", Column.NAME),
        ("崖崩れ、土石流及び地滑り", Column.LANDSLIDE),
        ("災害種別＿崖崩れ,土石流及び地滑り", Column.LANDSLIDE),
        ("災害種別(土砂災害)", Column.LANDSLIDE),
        ("対象災害_津波", Column.TSUNAMI),
        ("想定収容人数（人）", Column.CAPACITY),
        ("都道府県コード又は市区町村コード", Column.PUBLISHER_CODE),
        ("名称_カナ", Column.KANA),
        ("標高(m)", Column.ELEVATION),
        ("緯度（世界測地系）", Column.LATITUDE),
        ("Longitude", Column.LONGITUDE),
        ("地震の適否", Column.EARTHQUAKE),
        ("津波対応", Column.TSUNAMI),
        ("№", Column.NUMBER),
        ("天気", None),
    ],
)
def test_headers_under_other_names(header, column):
    assert column_of(header) is column


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('="0123"', "0123"),
        ("\u3000東小\u3000", "東小"),
        ("nan", ""),
        ("#N/A", ""),
        ("\ufeffNO", "NO"),
    ],
)
def test_leavings_of_spreadsheets(cell, expected):
    assert clean(cell) == expected


def test_lost_zero_of_a_telephone_number_comes_back():
    assert read_phone("767742051") == ("0767742051", "失われた先頭の0を補った")
    assert read_phone("0767-74-2051") == ("0767-74-2051", "")


@pytest.mark.parametrize("mangled", ["1月2日", "2024/1/2", "2-Jan", "Jan-02"])
def test_house_number_that_became_a_date(mangled):
    assert undo_date(mangled) == "1-2"


def test_house_number_is_put_back_into_the_address():
    record = only(
        standard(
            所在地_都道府県="石川県",
            所在地_市区町村="七尾市",
            所在地_町字="本町",
            所在地_番地以下="1月2日",
        )
    )

    assert record.address == "石川県七尾市本町1-2"


def test_addresses_in_several_notations_are_one():
    assert fold_address("石川県七尾市本町１丁目２番地３") == fold_address("七尾市本町1-2-3")
    assert fold_address("七尾市大字本町1番2号") == fold_address("七尾市本町１－２")


def test_wordings_of_one_name():
    assert similar_name("田鶴浜高校", "県立田鶴浜高等学校")
    assert similar_name("中島小学校（体育館）", "中島小学校")
    assert not similar_name("山王小学校", "能登島生涯学習センター")


def test_name_of_several_towns_needs_its_prefecture():
    assert find_place("府中市") is None
    assert find_place("府中市", "東京都").code == "132063"
    assert find_place("穴水町字甲").code == "174611"


def test_kind_is_in_the_common_id():
    rows = [
        "1,E0420700001111,A小,名取市A1,1,,,,,,,,,38.1,140.8,",
        "2,E0420700002121,B園,名取市B1,,,,,,,,,,38.1,140.8,",
        "3,E0420700003201,C山,名取市C1,1,,,,,,,,,38.1,140.8,",
    ]

    kinds = [record.kind for record in read("\n".join([GSI, *rows])).records]

    assert kinds == [ShelterKind.DESIGNATED, ShelterKind.WELFARE, ShelterKind.EMERGENCY]


def test_file_that_is_no_list_of_shelters():
    with pytest.raises(UnknownLayoutError, match="避難所の一覧として読めません"):
        read("品目,数量\n毛布,100\n")


def test_list_of_people_is_no_list_of_shelters():
    with pytest.raises(UnknownLayoutError, match="人の名簿"):
        read("整理番号,名前,フリガナ,性別,生年月日,住所\n1,架空　太郎,カクウ,男,S25.3.1,名取市A1\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1月14日午後6時", "2024-01-14T09:00:00+00:00"),
        ("1/14 18:00時点", "2024-01-14T09:00:00+00:00"),
        ("12/30 9:00", "2023-12-30T00:00:00+00:00"),
        ("1/14 20:00", "2023-01-14T11:00:00+00:00"),
        ("2/29", "2020-02-28T15:00:00+00:00"),
        ("13/1", None),
        ("午後6時", None),
    ],
)
def test_a_time_without_its_year_is_the_last_one(text, expected):
    moment = read_moment(text, datetime(2024, 1, 14, 10, tzinfo=UTC))

    assert (moment and moment.isoformat()) == expected
