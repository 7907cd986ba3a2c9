"""Which records look like one person, and which never do."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.core.japanese import BirthValue, Precision, parse_birth
from victim_support.victims.likeness import Facts, Feature, common_features, find_alike

TODAY = date(2026, 7, 15)
BORN = BirthValue(date=date(1954, 4, 1), year=1954, month=4, precision=Precision.DAY)
TYPED = Facts(UUID(int=2), name="髙橋　実", kana="タカハシ　ミノル", birth=BORN, sex="male")
OTHER = Facts(UUID(int=1), name="高橋実", kana="たかはし みのる", birth=BORN, sex="male")


def born(text):
    return {"birth": parse_birth(text, TODAY), "told_on": TODAY}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {Feature.NAME, Feature.READING, Feature.BIRTH}),
        ({"name": ""}, {Feature.READING, Feature.BIRTH}),
        ({"name": "", "kana": "タカハシ"}, {Feature.PART, Feature.BIRTH}),
        (born("72"), {Feature.NAME, Feature.READING, Feature.AGE}),
        (born("s29"), {Feature.NAME, Feature.READING, Feature.AGE}),
        ({"sex": None}, {Feature.NAME, Feature.READING, Feature.BIRTH}),
    ],
)
def test_the_same_person_written_differently_is_a_candidate(change, expected):
    assert set(common_features(TYPED, replace(OTHER, **change))) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"sex": "female"},
        {"kana": "スズキ　ミノル", "name": "鈴木実"},
        {"name": "高橋薫", "kana": "タカハシ　カオル"},  # twins
        born("s30.4.1"),
        born("40"),
        born("70代"),  # a band is no evidence
        born("s29.5"),
        {"birth": BirthValue()},
        {"name": "", "kana": "タ"},
        {"name": "", "kana": ""},
    ],
)
def test_somebody_else_is_no_candidate(change):
    assert common_features(TYPED, replace(OTHER, **change)) == ()


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"phone": "090-1234-5678"}, {"phone": "０９０１２３４５６７８"}),
        ({"address": "名取市手倉田字山三丁目1番地2"}, {"address": "手倉田字山3-1-2"}),
    ],
)
def test_a_name_with_the_same_telephone_or_house_is_a_candidate_whatever_the_birth(mine, theirs):
    one = replace(TYPED, **mine)
    other = replace(OTHER, birth=parse_birth("s31.1.1", TODAY), **theirs)

    assert Feature.READING in common_features(one, other)


def test_no_telephone_is_nothing_in_common():
    one, other = (replace(each, birth=BirthValue(), phone="なし") for each in (TYPED, OTHER))

    assert common_features(one, other) == ()


def test_two_residents_are_two_people_and_one_number_is_one():
    one, other = replace(TYPED, register_number="1"), replace(OTHER, register_number="2")
    stranger = Facts(UUID(int=9), name="別", kana="ベツ", register_number="1")

    assert common_features(one, other) == ()
    assert common_features(one, stranger) == (Feature.NUMBER,)
    assert common_features(replace(TYPED), replace(stranger, register_number="1")) == ()


PEOPLE = st.builds(
    Facts,
    id=st.uuids(),
    name=st.sampled_from(["", "高橋実", "髙橋　実", "佐藤花子"]),
    kana=st.sampled_from(["", "タカハシミノル", "たかはし みのる", "サトウ", "サトウハナコ"]),
    birth=st.sampled_from([BirthValue(), BORN, parse_birth("72", TODAY)]),
    told_on=st.just(TODAY),
    sex=st.sampled_from([None, "male", "female"]),
    phone=st.sampled_from(["", "090-1234-5678"]),
    register_number=st.sampled_from([None, "1", "2"]),
)


@given(st.lists(PEOPLE, max_size=8, unique_by=lambda one: one.id), st.randoms())
def test_every_laptop_finds_the_same_pairs_and_misses_none(people, chance):
    shuffled = people[:]
    chance.shuffle(shuffled)

    found = find_alike(people)

    assert found == find_alike(shuffled)
    every = {
        (one.id, other.id)
        for one in people
        for other in people
        if one.id < other.id and common_features(one, other)
    }
    assert {(pair.first_id, pair.second_id) for pair in found} == every
