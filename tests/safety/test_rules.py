"""Pure rules of enquiries."""

import pytest

from victim_support.safety.rules import (
    Description,
    ExportItem,
    column_order,
    common_marks,
    names_one,
)
from victim_support.victims.likeness import Feature


@pytest.mark.parametrize(
    ("features", "is_enough"),
    [
        ({Feature.NAME, Feature.BIRTH}, True),
        ({Feature.READING, Feature.ADDRESS}, True),
        ({Feature.READING, Feature.PHONE}, True),
        ({Feature.NAME, Feature.READING}, False),
        ({Feature.NAME, Feature.AGE}, False),
        ({Feature.PART, Feature.BIRTH}, False),
        ({Feature.BIRTH, Feature.PHONE}, False),
        (set(), False),
    ],
)
def test_a_name_and_a_proof_are_needed(features, is_enough):
    assert names_one(features) is is_enough


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (("female", (1950, 1960), "赤い上着"), ("female", (1955, 1955), ""), ("性別", "年ごろ")),
        (("female", (1950, 1960), ""), ("male", (1955, 1955), ""), ()),
        (("female", (1950, 1960), "杖"), ("female", (1999, 1999), "杖"), ()),
        (("", None, "赤い上着、白髪"), ("", None, "白髪 メガネ"), ("白髪",)),
        (("", None, "赤い上着"), ("", None, "かばんと赤い上着を着用"), ("赤い上着",)),
        (("female", None, ""), ("female", None, ""), ()),
        (("", None, ""), ("", None, "白髪"), ()),
    ],
)
def test_descriptions_agree(one, other, reasons):
    assert common_marks(Description(*one), Description(*other)) == reasons


def test_columns_stand_in_the_order_of_their_numbers():
    orders = {ExportItem.NAME: "２", ExportItem.KANA: "1", ExportItem.SEX: " "}

    assert column_order(orders) == [ExportItem.KANA, ExportItem.NAME]


@pytest.mark.parametrize("text", ["a", "-1", "1.5", "1000"])
def test_an_order_that_is_no_number_is_said(text):
    with pytest.raises(ValueError, match="氏名"):
        column_order({ExportItem.NAME: text})
