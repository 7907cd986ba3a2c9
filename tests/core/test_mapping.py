"""The one importer: header guess, Excel, what is refused, saved ways to read."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from tests.prepared import SCOPES
from victim_support.core.csv_io import CsvError, CsvRow
from victim_support.core.db import transaction
from victim_support.core.mapping import (
    CellReader,
    IndividualNumberError,
    LayoutError,
    MappingFile,
    RowRefusedError,
    Suspicions,
    Targets,
    find_layout,
    read_table,
    workbooks,
)
from victim_support.core.mapping.profiles import (
    drop_profile,
    keep_profile,
    list_profiles,
    match_profile,
)
from victim_support.core.scopes import using_scopes

TARGETS = Targets(
    kind="things",
    required=(("number",), ("name", "kana")),
    fields={
        "number": {"label": "番号", "headers": ["番号", "整理番号"]},
        "name": {"label": "氏名", "headers": ["氏名", "名前"]},
        "kana": {"label": "フリガナ", "headers": ["フリガナ"]},
        "floors": {"label": "階数", "headers": ["階数"]},
        "postal_code": {"label": "郵便番号", "headers": ["郵便番号"]},
    },
    layouts={},
    values={"floors": {"平": "1"}},
)


def csv(text, mapping=None):
    return read_table(io.BytesIO(text.encode()), TARGETS, mapping)


def book(*rows, formats=(), title="名簿"):
    """Return a workbook as a file."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place, pattern in formats:
        sheet[place].number_format = pattern
    stream = io.BytesIO()
    made.save(stream)
    return stream


def cells_of(table):
    return [row.cells for row in table.rows]


def test_the_header_is_found_under_titles():
    table = csv("避難者名簿,,\n令和8年7月15日,,\n整理番号,名前,階数\n1,山田,2\n")

    assert table.layout.header_row == 3
    assert cells_of(table) == [["1", "山田", "2"]]


def test_a_required_column_may_be_one_of_a_group():
    assert csv("番号,フリガナ\n1,ヤマダ\n").layout.positions == {"number": 0, "kana": 1}
    with pytest.raises(LayoutError, match="氏名の列がわかりません"):
        csv("番号,階数,郵便番号\n1,2,3\n")


def test_exact_columns_leave_everything_else_unread():
    mapping = MappingFile(header_row=1, columns={"number": 2, "name": "だれ"}, is_exact=True)

    table = csv("番号,識別,だれ,階数\n1,7,山田,2\n", mapping)

    assert table.layout.positions == {"number": 1, "name": 2}
    assert [column.note for column in table.layout.columns] == [
        "使いません", "番号", "氏名", "使いません",
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["個人番号", "ﾏｲﾅﾝﾊﾞｰ", "住民票コード", "本籍", "筆頭者氏名"])
def test_what_is_never_read_is_not_read_in_any_table(header):
    with pytest.raises(LayoutError, match="使えません"):
        csv(f"番号,氏名,{header}\n1,山田,2\n", MappingFile(columns={"floors": header}))


def test_an_excel_sheet_is_read_as_people_see_it():
    stream = book(
        ["番号", "氏名", "階数", "郵便番号"],
        [7, "髙﨑　一郎", 2.0, 9811234],
        [8, "佐藤", 1.5, 201234],
        [None, None, None, None],
        formats=[("A2", "00000"), ("A3", "00000")],
    )

    table = read_table(stream, TARGETS)

    assert table.encoding == "Excel"
    assert cells_of(table) == [
        ["00007", "髙﨑　一郎", "2", "9811234"],
        ["00008", "佐藤", "1.5", "201234"],
    ]


def test_days_and_times_of_a_sheet_are_written_out():
    stream = book(["番号", "氏名"], [date(1950, 3, 1), datetime(2026, 7, 15, 9, 30)])  # noqa: DTZ001

    assert cells_of(read_table(stream, TARGETS)) == [["1950-03-01", "2026-07-15 09:30"]]


def test_a_number_that_a_spreadsheet_has_cut_is_refused():
    table = read_table(book(["番号", "氏名"], [12345678901234567, "山田"]), TARGETS)
    [row] = table.rows
    reader = CellReader(table.layout)

    with pytest.raises(RowRefusedError, match="指数の形"):
        reader.key(reader.cells(row.cells), "number")


def test_a_formula_is_never_calculated_and_one_without_value_is_refused():
    table = read_table(
        book(["番号", "氏名", "階数"], ["1", '=A2&"様"', "2"], ["2", "佐", "1"]), TARGETS
    )
    first, second = table.rows
    reader = CellReader(table.layout)

    with pytest.raises(RowRefusedError, match="2列目: 計算式に値が残っていません"):
        reader.check(first)
    reader.check(second)


def test_a_broken_cell_of_a_column_that_nobody_reads_does_no_harm():
    table = read_table(book(["番号", "氏名", "メモ"], ["1", "山田", "=B2"]), TARGETS)
    [row] = table.rows

    CellReader(table.layout).check(row)


def test_a_sheet_is_chosen_by_name_and_a_hidden_one_is_not_guessed():
    made = openpyxl.Workbook()
    made.active.title = "設定"
    made.active.sheet_state = "hidden"
    made.create_sheet("名簿").append(["番号", "氏名"])
    made.create_sheet("控え").append(["番号", "フリガナ"])
    stream = io.BytesIO()
    made.save(stream)

    assert workbooks.list_sheets(stream) == ["名簿", "控え"]
    assert "name" in read_table(stream, TARGETS).layout.positions
    assert "kana" in read_table(stream, TARGETS, MappingFile(sheet="控え")).layout.positions
    with pytest.raises(CsvError, match="というシートがありません"):
        read_table(stream, TARGETS, MappingFile(sheet="なし"))


def packed(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (io.BytesIO(b"\xd0\xcf\x11\xe0" + bytes(20)), "パスワード"),
        (io.BytesIO(b"%PDF-1.7"), "PDF"),
        (io.BytesIO(b"PK\x03\x04 broken"), "壊れています"),
        (packed(readme="text"), "圧縮ファイル"),
        (packed(**{"xl/workbook.xml": "<workbook/>"}), "読めません"),
        (
            packed(**{"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'}),
            "DOCTYPE",
        ),
    ],
)
def test_a_file_that_is_no_table_says_what_it_is(stream, words):
    with pytest.raises(CsvError, match=words):
        read_table(stream, TARGETS)


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_BYTES", 100_000)
    parts = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": "0" * 200_000}

    with pytest.raises(CsvError, match="大きすぎます"):
        read_table(packed(**parts), TARGETS)


def test_empty_rows_end_a_sheet_but_stand_inside_it():
    blank = [None, None]
    stream = book(["番号", "氏名"], ["1", "山田"], blank, ["2", "佐藤"], blank, blank)

    assert [row.line for row in read_table(stream, TARGETS).rows] == [2, 3, 4]


def test_numbers_are_read_with_separators_and_units():
    layout = find_layout(TARGETS, [["番号", "氏名", "階数", "郵便番号"]])
    reader = CellReader(layout)
    get = reader.cells(["1", "山", "２階", "012345"])

    assert reader.whole(2, get, "floors") == 2
    assert reader.postal_code(2, get) == "0012345"
    assert reader.whole(2, get | {"floors": "二"}, "floors") is None
    assert [(one.field, one.was) for one in reader.repaired] == [
        ("postal_code", "012345"), ("floors", "二"),
    ]  # fmt: skip


def test_a_column_of_individual_numbers_stops_every_kind_of_table():
    suspicions = Suspicions(find_layout(TARGETS, [["番号", "氏名"]]))
    for number in ("123456789018", "987654321093", "111111111118"):
        suspicions.add(CsvRow(2, [number, "山田"]))

    with pytest.raises(IndividualNumberError, match="個人番号"):
        suspicions.stop_if_any()


@pytest.fixture
def office(app):
    with app.app_context(), using_scopes(SCOPES):
        yield


def test_a_way_to_read_is_kept_found_by_its_headers_and_forgotten(office):
    mapping = MappingFile(columns={"number": "識別"}, confirmed=["number"])
    with transaction(reason="試験"):
        keep_profile(kind="things", name="県の様式", mapping=mapping, headers=["識別", "だれ"])

    [kept] = list_profiles("things")
    assert kept.mapping.columns == {"number": "識別"}
    assert kept.mapping.confirmed == []
    assert match_profile(TARGETS, [["表題"], ["識　別", "だれ", ""]]) == kept
    assert match_profile(TARGETS, [["識別", "氏名"]]) is None
    assert list_profiles("others") == []


def test_a_forgotten_way_to_read_is_gone(office):
    with transaction(reason="試験"):
        keep_profile(kind="things", name="一", mapping=MappingFile(), headers=["番号"])
        drop_profile(kind="things", name="一")

    assert list_profiles("things") == []
