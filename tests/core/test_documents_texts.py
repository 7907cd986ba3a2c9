"""Small text filters of printed templates."""

import pytest

from victim_support.core.documents.texts import in_two, kana_row


@pytest.mark.parametrize(
    ("lengths", "rows"),
    [
        ([], []),
        ([3], [[3]]),
        ([3, 3, 3], [[3, 3], [3]]),
        ([3, 20, 3, 3], [[3], [20], [3, 3]]),
        ([20, 20], [[20], [20]]),
    ],
)
def test_a_long_name_has_a_row_alone_and_the_order_stays(lengths, rows):
    found = in_two([{"name": "名" * length} for length in lengths], 12)

    assert [[len(one["name"]) for one in row] for row in found] == rows


@pytest.mark.parametrize(
    ("kana", "row"),
    [("ガルシア", "か行"), ("ヴィ", "あ行"), ("んだ", "わ行"), ("", "その他"), ("Smith", "その他")],
)
def test_a_reading_belongs_to_a_row_of_the_syllabary(kana, row):
    assert kana_row(kana) == row
