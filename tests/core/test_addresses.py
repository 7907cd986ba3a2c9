import pytest

from victim_support.core.japanese.addresses import (
    address_key,
    dwelling_key,
    near_key,
    street_order,
    town_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "架空市上郷1丁目2番3号",
        "上郷一丁目2-3",
        "宮城県架空市大字上郷１－２－３",
        "架空市上郷1丁目2番地の3 コーポ架空101",
        "上郷１丁目２番地３",
        "上郷1ー2ー3",
    ],
)
def test_one_address_in_many_spellings_has_one_key(text):
    assert address_key(text) == "上郷1-2-3"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("架空市緑ヶ丘5番地", "緑ケ丘5"),
        ("架空市緑ケ丘5", "緑ケ丘5"),
        ("架空市上郷十二丁目4番", "上郷12-4"),
        ("架空市上郷字山1", "上郷山1"),
        ("架空市上郷", ""),
        ("", ""),
    ],
)
def test_towns_and_numbers_are_folded(text, key):
    assert address_key(text) == key


def test_a_key_without_its_last_number():
    assert (near_key("上郷1-2-3"), near_key("上郷5")) == ("上郷1-2", "")


def test_a_town_is_what_stands_before_the_numbers():
    assert [town_of(key) for key in ("上郷1-2-3", "上郷山1", "")] == ["上郷", "上郷山", ""]
    assert sorted(("上郷1-10", "上郷1-9", "上郷", "上山2"), key=street_order) == [
        "上山2",
        "上郷",
        "上郷1-9",
        "上郷1-10",
    ]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("架空市上郷三丁目２番１号", None), ("上郷3-2-1", ""), True),
        (("架空市大字港町９９９番地の３", "コーポ １０１"), ("港町999-3", "コーポ101"), True),
        (("架空市上郷3丁目2番1号　コーポ101", None), ("上郷3-2-1コーポ101", None), True),
        (("上郷3-2-1コーポ101", None), ("上郷3-2-1コーポ102", None), False),
        (("上郷3-2-1", "101"), ("上郷3-2-1", "102"), False),
        (("上郷3-2-1", "101"), ("上郷3-2-1", None), False),
        (("上郷3-2-1", None), ("上郷3-2-11", None), False),
        (("上郷1番地", None), ("上郷1", None), False),  # no house number: only what is alike
        (("上郷", "コーポ"), ("上郷", "コーポ"), True),
        (("上郷", None), ("上郷", ""), True),
    ],
)
def test_two_notations_of_one_dwelling_are_one(one, other, is_same):
    assert (dwelling_key(*one) == dwelling_key(*other)) is is_same
