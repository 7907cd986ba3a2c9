import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from victim_support.core.csv_io import CsvError, Unwritable, read_csv, sniff_encoding, write_csv


def rows_of(content):
    return [row.cells for row in read_csv(io.BytesIO(content))]


@pytest.mark.parametrize(
    ("encoding", "sniffed"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp932", "cp932"), ("utf-16", "utf-16")],
)
def test_encoding_is_found_and_vendor_characters_survive(encoding, sniffed):
    content = "氏名,番号\r\n髙﨑①,007\r\n".encode(encoding)

    assert sniff_encoding(io.BytesIO(content)) == sniffed
    assert rows_of(content) == [["氏名", "番号"], ["髙﨑①", "007"]]


def test_private_use_of_cp932_is_kept():
    assert rows_of("\ue000谷,1\n".encode("cp932")) == [["\ue000谷", "1"]]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\n\xff\xfd\n", 2),
        ("氏名\n漢\ufffd字\n".encode(), 2),
        (b"name\n\x81\n", 2),
    ],
)
def test_unreadable_files_are_refused_with_the_line(content, line):
    with pytest.raises(CsvError, match=f"{line}行目に読めない文字"):
        rows_of(content)


def test_an_open_quote_breaks_its_own_row_only():
    rows = list(read_csv(io.BytesIO(b'a,b\n"x,1\ny,2\nz,3\n')))

    assert [row.problem is None for row in rows] == [True, False, True, True]
    assert [row.line for row in rows] == [1, 2, 3, 4]
    assert rows[3].cells == ["z", "3"]


def test_a_cell_may_hold_line_breaks():
    rows = list(read_csv(io.BytesIO(b'a,b\n"x\ny",2\nz,3\n')))

    assert [(row.line, row.cells) for row in rows] == [
        (1, ["a", "b"]),
        (2, ["x\ny", "2"]),
        (4, ["z", "3"]),
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"]
)
def test_formulas_are_neutralised(text):
    content, _ = write_csv([[text]])

    [[cell]] = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert cell == f"'{text}"


def test_numbers_and_leading_zeros_stay():
    content, _ = write_csv([["007", -5, None, "あ"]])

    assert content == '"007","-5","","あ"\r\n'.encode("utf-8-sig")


def test_what_cp932_lacks_is_listed():
    names = ["氏名", "𠮷田", "髙﨑〜", "葛\U000e0100城", "〓田𠮷"]

    content, lost = write_csv([[name] for name in names], "cp932")

    written = ["氏名", "〓田", "髙﨑～", "葛城", "〓田〓"]
    assert content.decode("cp932").split() == [f'"{each}"' for each in written]
    assert lost == [Unwritable(place + 1, 1, names[place], written[place]) for place in (1, 3, 4)]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00\ufffd"), max_size=8)


@example([[";", ";"]])
@example([[";;;", "\t\t\t"]])
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4))
def test_what_is_written_is_read_back(rows):
    content, _ = write_csv(rows)

    back = [row.cells for row in read_csv(io.BytesIO(content))]
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
