"""Conflicts: who is asked what, deciding, taking a decision back, and the table itself."""

import pytest
from sqlalchemy import insert

from tests.journal.conftest import SCOPES, opened_program
from tests.journal.worlds import World
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.journal.conflicts import count_conflicts, is_open
from victim_support.journal.models import OpenConflict
from victim_support.journal.verify import verify
from victim_support.victims.models import Person
from victim_support.victims.rules import RegisterLink


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path, (0, 5), lambda now: monkeypatch.setattr(clock, "now", now))
    yield world
    world.check()
    world.close()


@pytest.fixture
def disputed(world):
    """Let two machines correct one name differently."""
    one = world.at(0).add(Person(scope=SCOPES.core, id=new_id(), name="架空 太郎"))
    world.meet_all()
    world.at(0).edit(one, name="架空 次郎")
    world.pass_time(60)
    world.at(1).edit(one, name="架空 三郎")
    world.meet_all()
    return one


def test_a_conflict_names_both_opinions_and_who_gave_them(world, disputed):
    for machine in world.machines:
        (conflict,) = machine.conflicts()
        assert (conflict.cls, conflict.row_id, conflict.name) == (Person, disputed[1][1], "name")
        opinions = [(each.value, each.actor, each.reason) for each in conflict.opinions]
        assert opinions == [
            ("架空 次郎", world.machines[0].staff, "訂正"),
            ("架空 三郎", world.machines[1].staff, "訂正"),
        ]
        with machine.here():
            assert is_open(Person, SCOPES.core, disputed[1][1])
            assert is_open(Person, SCOPES.core, disputed[1][1], "kana", "name")
            assert not is_open(Person, SCOPES.core, disputed[1][1], "kana")
            assert count_conflicts([SCOPES.core]) == 1
            assert count_conflicts([SCOPES.base]) == 0


@pytest.mark.parametrize("chosen", ["架空 次郎", "架空 三郎", "架空 四郎"])
def test_a_decision_closes_it_everywhere_and_taking_it_back_opens_it_again(world, disputed, chosen):
    in_force = world.machines[0].read(disputed)["name"]
    world.at(0).decide(disputed, "name", chosen)
    world.meet_all()
    assert [machine.conflicts() for machine in world.machines] == [[], []]
    assert world.machines[1].read(disputed)["name"] == chosen

    world.at(0).take_back(world.at(0).last_txn())
    world.meet_all()

    for machine in world.machines:
        assert len(machine.conflicts()) == 1
        assert machine.read(disputed)["name"] == in_force


def test_two_who_decide_it_differently_leave_a_new_one(world, disputed):
    world.at(0).decide(disputed, "name", "架空 次郎")
    world.at(1).decide(disputed, "name", "架空 三郎")
    world.meet_all()

    assert [len(machine.conflicts()) for machine in world.machines] == [1, 1]


def test_equal_decisions_are_one(world):
    one = world.at(0).add(Person(scope=SCOPES.core, id=new_id(), name="架空 太郎"))
    world.meet_all()
    for number in (0, 1):
        world.at(number).edit(one, name="架空 次郎")
    world.meet_all()

    assert [machine.conflicts() for machine in world.machines] == [[], []]


def test_an_import_says_nothing_against_a_decision_on_the_same_value(world):
    key = natural_id("person", SCOPES.municipality, "1")
    values = {"name": "架空 太郎", "register_link": RegisterLink.MATCHED}
    one = world.at(0).add(Person(scope=SCOPES.core, id=key, **values))
    world.at(0).edit(one, name="架空 太朗")
    world.at(1).add(Person(scope=SCOPES.core, id=key, **values))
    world.meet_all()

    assert [machine.conflicts() for machine in world.machines] == [[], []]
    assert {machine.read(one)["name"] for machine in world.machines} == {"架空 太朗"}


def test_who_was_registered_elsewhere_meanwhile_is_not_lost_by_a_withdrawal(world):
    key = natural_id("person", SCOPES.municipality, "2")
    one = world.at(0).add(Person(scope=SCOPES.core, id=key, name="架空 太郎"))
    world.at(0).edit(one, is_withdrawn=True)
    world.at(1).add(Person(scope=SCOPES.core, id=key, name="架空 太郎"))
    world.meet_all()

    for machine in world.machines:
        assert machine.read(one)["is_withdrawn"] is False
        assert [each.name for each in machine.conflicts()] == ["is_withdrawn"]


def test_verify_finds_a_table_of_conflicts_that_is_not_the_journals(tmp_path):
    with opened_program(tmp_path):
        values = {"scope": SCOPES.core, "tbl": 31, "row_id": new_id(), "field": 2, "opened_at": 1}
        with db.engine.begin() as connection:
            connection.execute(insert(OpenConflict).values(values))
        assert verify(db.engine).problems == ["食い違い: 1 件が記録と合いません。"]
