"""A machine of an older version keeps and passes on what it does not know, and shows it later."""

import dataclasses

import pytest

from tests.journal.conftest import SCOPES
from tests.journal.worlds import World
from victim_support.core import clock
from victim_support.core.db import synced_classes, transaction
from victim_support.core.ids import new_id
from victim_support.journal import apply, conflicts, erasure, merge, newer, verify
from victim_support.journal.newer import replay_unknown, unknown_ops
from victim_support.victims.models import Household, Person

TOWN = 13


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path, (0, 5, -5), lambda now: monkeypatch.setattr(clock, "now", now))
    yield world
    world.close()


@pytest.fixture
def older():
    """Take the table of households and the town of a person away from this version."""
    with pytest.MonkeyPatch.context() as patch:
        known = [cls for cls in synced_classes() if cls is not Household]
        for module in (apply, conflicts, erasure, newer, verify):
            patch.setattr(module, "synced_classes", lambda: iter(known))
        plan_of = merge.plan_of

        def older_plan(cls):
            plan = plan_of(cls)
            hidden = TOWN if cls is Person else None
            slots = {number: slot for number, slot in plan.slots.items() if number != hidden}
            return dataclasses.replace(plan, slots=slots, known=plan.known - {hidden})

        patch.setattr(merge, "plan_of", older_plan)
        yield patch


def count_unknown(machine):
    with machine.here():
        return unknown_ops()


def upgraded(machine):
    with machine.here(), transaction() as session:
        return replay_unknown(session.connection())


def test_what_is_not_known_yet_is_kept_passed_on_and_shown_after_the_upgrade(world, older):
    household = Household(scope=SCOPES.core, id=new_id(), note="3人")
    person = Person(scope=SCOPES.core, id=new_id(), name="架空 太郎", town="北町", relation="妻")
    records = [world.at(0).add(household), world.at(0).add(person)]

    world.meet((0, 1), (1, 2))

    for machine in world.machines[1:]:
        assert count_unknown(machine) == 2
        assert machine.read(records[0]) is None
        assert (machine.read(records[1])["town"], machine.read(records[1])["relation"]) == (
            None,
            "妻",
        )
        assert machine.problems() == []
    older.undo()
    assert [upgraded(machine) for machine in world.machines] == [0, 2, 2]
    assert [upgraded(machine) for machine in world.machines] == [0, 0, 0]
    world.check()
    assert world.machines[2].read(records[0])["note"] == "3人"
    assert world.machines[2].read(records[1])["town"] == "北町"
    assert [count_unknown(machine) for machine in world.machines] == [0, 0, 0]


def test_a_later_edit_of_the_older_version_stands_beside_what_it_did_not_know(world, older):
    person = Person(scope=SCOPES.core, id=new_id(), name="架空 太郎", town="北町")
    one = world.at(0).add(person)
    world.meet((0, 1))
    world.at(1).edit(one, relation="夫")
    older.undo()
    upgraded(world.at(1))
    world.check()

    assert world.machines[0].read(one)["relation"] == "夫"
    assert world.machines[0].read(one)["town"] == "北町"


def test_a_value_that_only_a_newer_version_knows_is_shown_as_it_is(world):
    one = world.at(0).add(Person(scope=SCOPES.core, id=new_id(), sex="new_kind"))
    world.check()

    assert world.machines[1].read(one)["sex"] == "new_kind"
    assert count_unknown(world.machines[1]) == 0
