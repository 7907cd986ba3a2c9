"""Whole shelter files, with the faults that real ones have."""

import json
from dataclasses import replace

import pytest

from tests.shelters.files import GSI, STANDARD, only, read, standard, standard_row
from victim_support.shelters.rules import (
    Hazard,
    ShelterKind,
    UnknownLayoutError,
    table_from_geojson,
)
from victim_support.shelters.rules.parsing import parse

SOUND = [
    standard_row(
        全国地方公共団体コード="170003",
        ID=f"CC{number:04}",
        名称=f"{name}小学校",
        名称_カナ=f"{kana}ショウガッコウ",
        所在地_全国地方公共団体コード="172022",
        所在地_連結表記=f"石川県七尾市{name}町{number}",
        所在地_都道府県="石川県",
        所在地_市区町村="七尾市",
        緯度=f"37.0{number}",
        経度=f"136.9{number}",
        標高="3",
        電話番号=f"0767-53-000{number}",
        災害種別_洪水="1",
        災害種別_地震="1",
        指定避難所との重複="1",
        想定収容人数=f"屋内{number}00人／屋外1,{number}00人",
    )
    for number, (name, kana) in enumerate(
        zip("東西南北中上", ["ヒガシ", "ニシ", "ミナミ", "キタ", "ナカ", "ウエ"], strict=True), 1
    )
]


def file_of(*rows):
    return "\n".join([STANDARD, *rows]) + "\n"


def reasons(parsed, row):
    return [repair.why for repair in parsed.repaired if repair.row == row]


def test_every_row_is_a_record_or_a_refusal():
    parsed = read(file_of(SOUND[0], "," * 38, "", standard_row(名称="", ID="X"), STANDARD))

    assert parsed.rows_read == 5
    assert len(parsed.records) == 1
    assert [(refusal.row, refusal.why) for refusal in parsed.refused] == [
        (3, "空行"),
        (4, "空行"),
        (5, "名称がない"),
        (6, "見出しの繰り返し"),
    ]


def test_row_with_nothing_but_a_dash_is_blank():
    parsed = read(file_of(standard_row(名称="", ID="", 標高="―")))

    assert [refusal.why for refusal in parsed.refused] == ["空行"]


def test_code_and_names_in_the_contact_columns_go_where_they_belong():
    text = standard(
        所在地_全国地方公共団体コード="172014",
        所在地_都道府県="石川県",
        所在地_市区町村="金沢市",
        内線番号="172014",
        連絡先メールアドレス="石川県",
        連絡先FormURL="金沢市",
    )

    moved = {repair.field: (repair.was, repair.now) for repair in read(text).repaired}

    assert moved["市区町村コード"] == ("", "172014")
    assert moved["地方公共団体名"] == ("", "金沢市")
    assert moved["内線番号"] == ("172014", "")
    assert moved["連絡先メールアドレス"] == ("石川県", "")
    assert moved["連絡先FormURL"] == ("金沢市", "")


def test_phone_number_in_the_column_beside_goes_back():
    text = file_of(*SOUND, standard_row(名称="浜小学校", 標高="0767-53-1111"))

    assert read(text).records[-1].phone == "0767-53-1111"


@pytest.mark.parametrize("position", [6, 12, 17, 19])
def test_lost_comma_is_found(position):
    cells = SOUND[-1].split(",")
    assert cells[position] == ""
    broken = ",".join(cells[:position] + cells[position + 1 :])

    parsed = read(file_of(*SOUND[:5], broken))

    assert parsed.records[-1] == replace(read(file_of(*SOUND)).records[-1], row=7)
    assert reasons(parsed, 7)


@pytest.mark.parametrize("position", [3, 7, 13, 16])
def test_doubled_comma_is_found(position):
    cells = SOUND[-1].split(",")
    broken = ",".join([*cells[:position], "", *cells[position:]])

    parsed = read(file_of(*SOUND[:5], broken))

    assert parsed.records[-1] == read(file_of(*SOUND)).records[-1]
    assert reasons(parsed, 7)


def test_unquoted_comma_inside_a_value_is_joined_again():
    parsed = read(file_of(*SOUND[:5], SOUND[-1].replace('"', "")))

    assert parsed.records[-1].capacity_text == "屋内600人／屋外1,600人"
    assert parsed.records[-1].capacity_outdoor == 1600


def test_column_without_header_is_named_in_the_report():
    parsed = read("名称,住所\n東小,名取市東1,12\n西小,名取市西1,13\n南小,名取市南1\n")

    assert [record.name for record in parsed.records] == ["東小", "西小", "南小"]
    assert [record.address for record in parsed.records] == ["名取市東1", "名取市西1", "名取市南1"]
    assert parsed.unknown_columns == ("見出しのない列",)


def test_comma_in_an_address_of_the_last_column():
    parsed = read("名称,住所\n東小,名取市東1,2階\n西小,名取市西1\n南小,名取市南1\n")

    assert parsed.records[0].address == "名取市東1,2階"
    assert "ほかの列からずれていた値を戻した" in reasons(parsed, 2)


def test_marks_beside_a_slip_are_to_be_compared_with_the_original():
    rows = [f"{n},E0420700{n:03}201,公園{n},名取市A{n},1,1,,,,,,,,38.1,140.8," for n in range(1, 9)]
    rows[3] = rows[3].replace(",1,1,", ",1,", 1)

    parsed = read("\n".join([GSI, *rows]))

    assert [one.why[:6] for one in parsed.repaired if one.field == "災害種別"] == ["すぐ右の値が"]
    assert parsed.records[3].latitude == 38.1


def test_sound_rows_are_left_alone():
    parsed = read(file_of(*SOUND))

    assert {repair.why for repair in parsed.repaired} == {"屋内と屋外に分けた"}


def test_whole_file_slipped_by_one_column():
    rows = [row.replace("0767-53-", ",0767-53-") for row in SOUND]

    records = read(file_of(*rows)).records

    assert [record.phone for record in records] == [f"0767-53-000{n}" for n in range(1, 7)]
    assert all(record.hazards == (Hazard.FLOOD, Hazard.EARTHQUAKE) for record in records)


def test_older_recommended_headers_use_the_number_as_id():
    text = (
        "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,方書,緯度,経度,"
        "標高,電話番号,内線番号,市区町村コード,都道府県名,市区町村名,災害種別_洪水,災害種別_地震,"
        "指定避難所との重複,想定収容人数,備考\n"
        "92011,0000000001,栃木県,宇都宮市,中央小学校,チュウオウショウガッコウ,栃木県宇都宮市中央本町1-29,,"
        "36.55925966,139.8847723,,028-635-3043,,92011,栃木県,宇都宮市,1,1,1,,\n"
    )

    record = only(text)

    assert (record.municipality, record.municipal_id) == ("092011", "0000000001")
    assert record.kind is ShelterKind.EMERGENCY
    assert record.hazards == (Hazard.FLOOD, Hazard.EARTHQUAKE)


def test_ids_get_their_zeros_back_when_others_still_show_them():
    parsed = read("ID,名称,住所\n0001,東小,名取市東1\n2,西小,名取市西1\n0103,南小,名取市南1\n")

    assert [record.municipal_id for record in parsed.records] == ["0001", "0002", "0103"]


def test_list_under_title_lines_with_other_words():
    text = (
        "○○市 指定避難所等一覧,,,,\n令和8年4月1日現在,,,,\n"
        "番号,避難所名,所在地,電話,収容人員(人)\n1,東小学校,名取市東1-1,022-000-0000,250\n"
        "合計,合計,,,250\n"
    )

    parsed = read(text)

    assert parsed.rows_read == 2
    assert parsed.records[0].row == 4
    assert parsed.records[0].capacity_total == 250
    assert [refusal.why for refusal in parsed.refused] == ["合計の行"]


def test_header_in_two_rows_is_read_as_one():
    text = (
        "一宮町 避難所一覧\n№,施設名称,所在地,災害種別,,収容人数,\n,,,洪水,地震,屋内,屋外\n"
        "1,ひばり小,一宮町A1,○,×,100,200\n"
    )

    record = only(text)

    assert (record.name, record.row, record.hazards) == ("ひばり小", 4, (Hazard.FLOOD,))
    assert (record.capacity_indoor, record.capacity_outdoor) == (100, 200)


def test_whole_address_in_the_city_column():
    text = standard(所在地_都道府県="栃木県", 所在地_市区町村="宇都宮市中央本町1-29")

    parsed = read(text)

    assert parsed.records[0].municipality == "092011"
    assert "市区町村の欄に住所まで入っていた" in reasons(parsed, 2)


def test_separate_columns_for_indoor_and_outdoor():
    record = only('名称,住所,収容人数（屋内）,収容人数（屋外）\n東小,名取市東1,"1,200",300\n')

    assert (record.capacity_indoor, record.capacity_outdoor, record.capacity_total) == (
        1200,
        300,
        1500,
    )


def test_hazards_in_one_column_of_words():
    record = only("名称,住所,対象災害\n東小,名取市東1,洪水・土砂災害・津波\n")

    assert record.hazards == (Hazard.FLOOD, Hazard.LANDSLIDE, Hazard.TSUNAMI)


@pytest.mark.parametrize("mark", ["○※1", "可(2階以上)", "1（高台）"])
def test_mark_with_a_condition_counts_and_keeps_the_condition(mark):
    record = only(standard(災害種別_津波=mark, 災害種別_洪水="△"))

    assert record.hazards == (Hazard.TSUNAMI,)
    assert record.note == f"洪水: △ 津波: {mark}"


@pytest.mark.parametrize(
    "text",
    [
        "名称,指定避難所,指定緊急避難場所\nひばり小,○,○\n",
        "名称,種別\nひばり小,指定緊急避難場所・指定避難所\n",
    ],
)
def test_place_of_both_kinds_in_one_row_says_so(text):
    record = only(text)

    assert (record.kind, record.overlaps_other_kind) == (ShelterKind.DESIGNATED, True)


def test_head_count_named_in_the_header():
    record = only('ID,名称,人数_令和6年1月9日午後6時時点\nNEW001,みそぎ,"1,040"\n')

    assert [(count.people, count.observed_at.isoformat()) for count in record.counts] == [
        (1040, "2024-01-09T09:00:00+00:00")
    ]


def test_head_count_without_a_time_is_not_recorded_but_reported():
    parsed = read("ID,名称,人数\nNEW001,みそぎ,40\n")

    assert parsed.records[0].counts == ()
    assert reasons(parsed, 2) == ["時点がないため人数は記録していない"]


def test_municipality_of_the_file_wins_over_that_of_the_instance():
    assert only(GSI + "\n1,E1720200003111,東小,七尾市東1,,,,,,,,,,,,").municipality == "172022"
    assert only("名称,住所\n東小,石川県輪島市東1\n").municipality == "172049"
    assert only("名称,住所\n東小,東1\n").municipality == "042072"


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


def read_features(*features):
    content = {"type": "FeatureCollection", "features": list(features)}
    return parse(table_from_geojson(json.dumps(content, ensure_ascii=False)), "042072")


def test_geojson_with_numbers_nulls_and_booleans():
    parsed = read_features(
        feature(
            point(140.8, 38.2), NO=1, 共通ID="E0420700001201", 名称="東小", 洪水=1.0, 地震=True
        ),
        feature(
            point("140.9", "38.3"), NO=2, 共通ID="E0420700002201", 名称="西小", 洪水=None, 地震=0
        ),
    )

    assert [(one.latitude, one.longitude) for one in parsed.records] == [
        (38.2, 140.8),
        (38.3, 140.9),
    ]
    assert [one.hazards for one in parsed.records] == [(Hazard.FLOOD, Hazard.EARTHQUAKE), ()]


def test_geojson_without_geometry_keeps_the_row_and_says_so():
    parsed = read_features(feature(None, 名称="東小", 住所="名取市東1"))

    assert parsed.records[0].latitude is None
    assert reasons(parsed, 1) == ["座標がないため、地図には出さない"]


def test_geojson_with_swapped_coordinates_and_an_area():
    area = {"type": "Polygon", "coordinates": [[[140, 38], [141, 38], [141, 39], [140, 39]]]}

    parsed = read_features(
        feature(point(38.2, 140.8), 名称="東小", 住所="a"), feature(area, 名称="公園", 住所="b")
    )

    assert [(one.latitude, one.longitude) for one in parsed.records] == [
        (38.2, 140.8),
        (38.5, 140.5),
    ]


def test_geojson_in_plane_coordinates_uses_latitude_and_longitude_of_the_properties():
    parsed = read_features(
        feature(point(-17507.7, 114708.2), 名称="東小", 住所="a", 緯度=37.03, 経度=136.96)
    )

    assert (parsed.records[0].latitude, parsed.records[0].longitude) == (37.03, 136.96)


@pytest.mark.parametrize("text", ["{", '{"type": "FeatureCollection", "features": []}', "[]"])
def test_json_that_is_no_list_of_places(text):
    with pytest.raises(UnknownLayoutError):
        table_from_geojson(text)
