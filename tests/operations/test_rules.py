"""Rules of space: free places, warnings, areas that suit, groups that were divided."""

from uuid import UUID

import pytest

from victim_support.operations.rules import AreaKind, Room, divided_groups, unsuited
from victim_support.victims.rules import NeedKind

ONE, TWO = UUID(int=1), UUID(int=2)
EAST, WEST = UUID(int=11), UUID(int=12)


@pytest.mark.parametrize(
    ("people", "capacity", "free"),
    [(0, 20, 20), (19, 20, 1), (20, 20, 0), (23, 20, 0), (5, None, None)],
)
def test_free_places_are_never_below_zero(people, capacity, free):
    assert Room(people, capacity).free == free


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (Room(20, 20), []),
        (Room(23, 20), ["入れる人数を3人超えています"]),
        (Room(10, None, 35), []),
        (Room(11, None, 35), ["1人あたり3.2平方メートルです（目安 3.5）"]),
        (Room(0, 0, 1), []),
    ],
    ids=str,
)
def test_too_full_is_said_in_numbers(room, words):
    assert room.warnings(3.5) == words


@pytest.mark.parametrize(
    ("needs", "kind", "there", "wanted"),
    [
        ([NeedKind.ILL], AreaKind.GENERAL, [AreaKind.INFECTIOUS], [NeedKind.ILL]),
        ([NeedKind.ILL], AreaKind.INFECTIOUS, [AreaKind.INFECTIOUS], []),
        ([NeedKind.ILL], AreaKind.GENERAL, [AreaKind.FAMILIES], []),
        ([NeedKind.CARE], AreaKind.CARE, [AreaKind.CARE, AreaKind.BARRIER_FREE], []),
        ([NeedKind.FOOD, "newer"], AreaKind.GENERAL, list(AreaKind), []),
        (
            [NeedKind.INFANT, NeedKind.ANIMAL],
            AreaKind.GENERAL,
            [AreaKind.FAMILIES, AreaKind.ANIMALS],
            [NeedKind.INFANT, NeedKind.ANIMAL],
        ),
    ],
)
def test_an_area_is_proposed_only_where_there_is_one(needs, kind, there, wanted):
    assert unsuited(needs, kind, there) == wanted


def test_a_group_in_two_areas_is_divided_but_the_ill_lie_apart_on_purpose():
    general, infectious = AreaKind.GENERAL, AreaKind.INFECTIOUS

    assert divided_groups([(ONE, EAST, general), (ONE, WEST, general)]) == {ONE}
    assert divided_groups([(ONE, EAST, general), (ONE, WEST, infectious)]) == set()
    assert divided_groups([(ONE, EAST, general), (TWO, WEST, general)]) == set()
    assert divided_groups([(None, EAST, general), (None, WEST, general)]) == set()
