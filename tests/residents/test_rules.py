from datetime import date

import pytest

from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese import Precision
from victim_support.core.mapping import (
    LayoutError,
    MappingFile,
    RowRefusedError,
    layouts,
    read_mapping_file,
)
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.report import RegisterReport
from victim_support.residents.rules.rows import RowReader, town_of

TODAY = date(2026, 7, 15)


def find_layout(first_row, mapping=None):
    return layouts.find_layout(targets(), [first_row], mapping)


def read(headers, *cells, **mapping):
    """Read one row under these headers; return its values and what was put right."""
    layout = find_layout(headers.split(","), MappingFile(**mapping))
    reader = RowReader(layout, today=TODAY)
    return reader.read(CsvRow(2, list(cells))), reader.repaired


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("宛名番号,世帯番号,氏名,カナ", {"number": 0, "household_number": 1, "name": 2, "kana": 3}),
        ("識別番号,氏名（漢字）,氏名（カナ）", {"number": 0, "name": 1, "kana": 2}),
        (
            "氏名_フリガナ,宛名　番号,氏,名",
            {"kana": 0, "number": 1, "family_name": 2, "given_name": 3},
        ),
        ("宛名コード,氏名,DV等支援措置", {"number": 0, "name": 1, "protected": 2}),
        (
            "整理番号,宛名番号,氏名,続柄コード,続柄名,よみがな",
            {"number": 1, "name": 2, "relation": 4, "kana": 5},
        ),
    ],
)
def test_headers_are_understood_in_many_spellings(headers, fields):
    layout = find_layout(headers.split(","))

    assert layout.has_header
    assert dict(layout.positions) == fields


@pytest.mark.parametrize(
    "header",
    [
        "個人番号",
        "個人番号（マイナンバー）",
        "ﾏｲﾅﾝﾊﾞｰ",
        "住民票コード",
        "本籍",
        "本籍地番",
        "筆頭者氏名",
    ],
)
def test_forbidden_columns_are_skipped_by_name(header):
    layout = find_layout(["宛名番号", "氏名", "カナ", header])

    assert 3 not in layout.positions.values()
    assert layout.columns[3].note == "読みません"


@pytest.mark.parametrize("header", ["個人番号", "住民票コード", "本籍", "筆頭者"])
def test_a_mapping_file_cannot_ask_for_a_forbidden_column(header):
    with pytest.raises(LayoutError, match="使えません"):
        find_layout(["宛名番号", "氏名", header], MappingFile(columns={"relation": header}))


def test_forbidden_columns_are_skipped_by_position():
    layout = find_layout([""] * 64)

    assert not {4, 31, 32, 33} & set(layout.positions.values())
    with pytest.raises(LayoutError, match="使えません"):
        find_layout([""] * 64, MappingFile(layout="64", columns={"district": 5}))


def test_a_file_that_says_nothing_is_not_guessed():
    with pytest.raises(LayoutError, match="宛名番号と氏名の列がわかりません") as refused:
        find_layout(["1", "2", "山田"])

    assert "「宛名番号」「宛名コード」" in str(refused.value)
    assert "どの列が何かを選んで" in refused.value.on_screen
    assert "--mapping FILE" in refused.value.in_command


def test_a_mapping_file_names_columns_by_number_or_header():
    toml = b'header = false\n[columns]\nnumber = 2\nname = 1\n[values.sex]\n"9" = "other"\n'
    mapping = read_mapping_file(toml, "map.toml", targets())

    layout = find_layout(["山田", "7"], mapping)

    assert dict(layout.positions) == {"number": 1, "name": 0}
    assert layout.values["sex"]["9"] == "other"
    assert read_mapping_file(b'{"columns": {"name": "N"}}', "m.json", targets()).columns == {
        "name": "N"
    }


@pytest.mark.parametrize(
    "content", [b"[columns\n", b"unknown = 1\n", b"[columns]\nphone = 3\n", b"\xff"]
)
def test_a_wrong_mapping_file_is_refused(content):
    with pytest.raises(LayoutError, match="対応表"):
        read_mapping_file(content, "map.toml", targets())


@pytest.mark.parametrize(
    ("name", "shown", "has_gaiji"),
    [
        ("𠮷田　太郎", "𠮷田　太郎", False),
        ("葛\U000e0100城　葵", "葛\U000e0100城　葵", False),
        ("\ue123谷 花子", "〓谷　花子", True),
        ("マリア", "マリア", False),
        ("ＳＭＩＴＨ　ＪＯＨＮ　Ｍ", "ＳＭＩＴＨ　ＪＯＨＮ　Ｍ", False),
    ],
)
def test_names_are_kept_as_received_and_never_split(name, shown, has_gaiji):
    values, _ = read("宛名番号,氏名,カナ", "1", name, "カナ")

    assert values.name == name
    assert (values.name_display, values.has_gaiji) == (shown, has_gaiji)


def test_names_in_two_columns_are_joined():
    values, _ = read("宛名番号,氏,名,セイ,メイ", "1", "山田", "太郎", "ﾔﾏﾀﾞ", "ﾀﾛｳ")

    assert (values.name, values.kana) == ("山田　太郎", "ヤマダ　タロウ")


@pytest.mark.parametrize(
    ("text", "born", "precision"),
    [
        ("S25.3.1", date(1950, 3, 1), Precision.DAY),
        ("1950-03-01", date(1950, 3, 1), Precision.DAY),
        ("3250301", date(1950, 3, 1), Precision.DAY),
        ("1950/03/01 0:00:00", date(1950, 3, 1), Precision.DAY),
        ("19500300", None, Precision.MONTH),
        ("", None, None),
        ("00000000", None, None),
    ],
)
def test_birth_dates_of_a_register_are_read(text, born, precision):
    values, repaired = read("宛名番号,氏名,生年月日", "1", "山田", text)

    assert values.birth_date == born
    assert (values.birth_month == 3) == (precision is not None)
    assert values.birth_received == text
    assert repaired == []


@pytest.mark.parametrize("text", ["1950/2/30", "昭和64年2月1日", "72", "20270101", "きのう"])
def test_an_impossible_birth_date_is_kept_as_received_and_reported(text):
    values, repaired = read("宛名番号,氏名,生年月日", "1", "山田", text)

    assert (values.birth_date, values.birth_year) == (None, None)
    assert values.birth_received == text
    assert [(one.row, one.field, one.was) for one in repaired] == [(2, "birth", text)]


@pytest.mark.parametrize(("era", "year"), [("3", "25"), ("03", "25"), ("昭和", "25"), ("", "1950")])
def test_birth_dates_in_four_columns_are_read(era, year):
    headers = "宛名番号,氏名,年号,生年月日(年),生年月日(月),生年月日(日)"

    values, _ = read(headers, "1", "山田", era, year, "3", "1")

    assert values.birth_date == date(1950, 3, 1)


@pytest.mark.parametrize(
    ("flag", "is_protected"),
    [
        ("", False),
        ("0", False),
        ("０", False),
        ("0.0", False),
        ("該当なし", False),
        ("なし", False),
        ("1", True),
        ("有", True),
        ("2026-03-31", True),
    ],
)
def test_everything_but_a_clear_no_protects(flag, is_protected):
    values, _ = read("宛名番号,氏名,支援措置", "1", "山田", flag)

    assert values.is_protected is is_protected


def test_codes_are_understood_whatever_a_spreadsheet_made_of_them():
    values, repaired = read(
        "宛名番号,世帯番号,氏名,性別,元号,生年月日", "１２.0", "7.0", "山田", "２", "３", "250301"
    )

    assert read("宛名番号,氏名,生年月日", "1", "山田", "19500301.0")[0].birth_date is not None
    assert (values.number, values.household_number, values.sex) == ("12", "7", "female")
    assert values.birth_date == date(1950, 3, 1)
    assert repaired == []


def test_a_household_number_cut_by_a_spreadsheet_joins_no_strangers():
    with pytest.raises(RowRefusedError, match="世帯番号が指数の形"):
        read("宛名番号,世帯番号,氏名", "1", "1.23457E+14", "山田")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["", "山田", "ヤマダ"], "1列目: 宛名番号がありません"),
        (["1.2E+11", "山田", "ヤマダ"], "指数"),
        (["合計", "2人", ""], "宛名番号に数字がありません"),
        (["1", "", ""], "2列目: 氏名がありません"),
        (["1", "山田"], "列が2個で、3個ではありません"),
        (["1", "山田", "ヤマダ", "余り"], "列が4個"),
        (["", "", ""], "空行"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason(cells, why):
    with pytest.raises(RowRefusedError, match=why):
        read("宛名番号,氏名,カナ", *cells)


def test_empty_cells_too_many_do_no_harm():
    values, _ = read("宛名番号,氏名,カナ", "1", "山田", "ヤマダ", "", "")

    assert values.name == "山田"


def test_a_name_of_kana_only_and_a_missing_household_are_reported():
    values, repaired = read("宛名番号,世帯番号,氏名,カナ", "1", "", "", "ヤマダ")

    assert (values.name, values.household_number) == ("ヤマダ", "1")
    assert {one.field for one in repaired} == {"name", "household_number"}


def test_an_individual_number_in_an_address_is_masked():
    values, repaired = read("宛名番号,氏名,方書", "1", "山田", "番号123456789018")

    assert values.building == "番号************"
    assert "123456789018" not in str(repaired)


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("架空市上郷1丁目2番3号", "上郷"),
        ("宮城県架空市上郷飯沼２３３９番地", "上郷飯沼"),
        ("架空市緑ヶ丘三丁目5", "緑ヶ丘"),
        ("架空市一本松12番地", "一本松"),
        ("架空市本町1842番地", "本町"),
        ("四日市市本町5", "本町"),
        ("市川市八幡1-1", "八幡"),
        ("架空郡架空町大字上郷1", "大字上郷"),
        ("本町1842番地", "本町"),
        ("", ""),
    ],
)
def test_the_town_is_read_from_an_address(address, town):
    assert town_of(address) == town


def test_a_flag_that_would_hide_a_tenth_of_the_town_is_pointed_out():
    report = RegisterReport("抽出.csv", "utf-8", "表", is_dry_run=True, columns=[])
    report.rows_read, report.protected = 300, 20
    assert not report.protects_many

    report.protected = 31

    assert report.as_dict()["protects_many"]
