"""Machines that work alone and meet hold the same; deliberate faults in the journal are found.

The drill visits what the rules of exchange are about. Each mutant breaks one rule; a drill that
passes with it would prove nothing.
"""

from contextlib import suppress

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from tests.journal.conftest import SCOPES
from tests.journal.worlds import World
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import natural_id, new_id
from victim_support.journal import apply, capture, codec, conflicts, merge, store
from victim_support.journal.apply import BrokenChainError, ForkError, GapError
from victim_support.journal.clock import next_hlc
from victim_support.journal.codec import OpRecord
from victim_support.victims.models import Household, Person, PersonNeed
from victim_support.victims.rules import NeedKind, Protection

OFFSETS = (0, -2 * 86400, 7)


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path, OFFSETS, lambda now: monkeypatch.setattr(clock, "now", now))
    yield world
    world.close()


def person(**values):
    return Person(scope=SCOPES.core, id=new_id(), **values)


def opened(machine):
    return {(each.cls, each.row_id, each.name) for each in machine.conflicts()}


def ordinary_and_empty(world):
    """Different fields of one record are both kept; who saw a value can replace it; empty stays."""
    one = world.at(0).add(person(name="架空 太郎", name_note="眼鏡", town="北町"))
    world.meet((0, 1), (0, 2))
    assert world.at(1).edit(one, relation="世帯主")["relation"] == "世帯主"  # two days behind
    assert world.at(1).edit(one, name_note="")["name_note"] == ""
    world.at(2).edit(one, kana="カクウ タロウ")
    world.meet_all()
    for machine in world.machines:
        values = machine.read(one)
        assert (values["relation"], values["kana"]) == ("世帯主", "カクウ タロウ")
        assert values["name_note"] == ""


def telephones(world):
    """Two numbers told at once are both kept, until somebody who saw both says otherwise."""
    one = world.at(0).add(person(name="架空 九郎", phone="0228-11-1111"))
    world.meet_all()
    world.at(0).edit(one, phone="0228-22-2222")
    world.pass_time(60)
    world.at(2).edit(one, phone="090-3333-3333")
    world.meet_all()
    for machine in world.machines:
        assert machine.read(one)["phone"] == "0228-22-2222、090-3333-3333"
        assert opened(machine) == set()
    world.at(1).edit(one, phone="090-3333-3333")
    world.meet_all()
    assert {machine.read(one)["phone"] for machine in world.machines} == {"090-3333-3333"}


def ties(world):
    """The same instant on two machines ends the same everywhere."""
    record = Household, (SCOPES.core, natural_id("household", SCOPES.municipality, str(world.now)))
    world.pass_time(3600)
    world.machines[2].offset = world.machines[0].offset
    for number in (0, 2):
        world.at(number).add(Household(scope=SCOPES.core, id=record[1][1], note=str(number)))
    world.meet_all()
    assert world.machines[0].read(record) == world.machines[2].read(record)


def decisions(world):
    """Two who decide differently leave a task; one who saw both, or the only one, leaves none."""
    one = world.at(0).add(person(name="架空 花子"))
    world.meet_all()
    world.pass_time()
    world.at(0).edit(one, name="架空 ハナ子")
    world.meet_all()
    assert opened(world.machines[1]) == set()
    world.at(0).edit(one, name="架空 華子")
    world.at(2).edit(one, name="架空 花代")
    world.meet_all()
    for machine in world.machines:
        assert opened(machine) == {(Person, one[1][1], "name")}
        assert len(machine.heads_of(one, "name")) == 2
    world.pass_time()
    world.at(1).decide(one, "name", "架空 華子")
    world.meet_all()
    assert [opened(machine) for machine in world.machines] == [set(), set(), set()]


def protection(world):
    """The most restrictive value is in force while people disagree."""
    hide, show = (0, Protection.HIDE_PRESENCE), (2, Protection.HIDE_ADDRESS)
    for first, second in ((hide, show), (show, hide)):
        one = world.at(0).add(person(name="架空 三郎"))
        world.meet_all()
        world.at(first[0]).edit(one, protection=first[1])
        world.pass_time(60)
        world.at(second[0]).edit(one, protection=second[1])
        world.meet_all()
        for machine in world.machines:
            assert machine.read(one)["protection"] is Protection.HIDE_PRESENCE
        world.at(2).decide(one, "protection", Protection.HIDE_ADDRESS)
        world.meet_all()
        assert world.machines[0].read(one)["protection"] is Protection.HIDE_ADDRESS


def withdrawals(world):
    """A record withdrawn by one and worked on by another is a task; one that knew is none."""
    lost = world.at(0).add(person(name="架空 四郎"))
    known = world.at(0).add(person(name="架空 五郎"))
    world.meet_all()
    world.pass_time()
    world.at(2).edit(lost, town="南町")
    world.at(2).edit(known, town="南町")
    world.meet((2, 1))
    world.at(0).edit(lost, is_withdrawn=True)
    world.at(1).edit(known, is_withdrawn=True)
    world.meet_all()
    assert opened(world.machines[1]) == {(Person, lost[1][1], "is_withdrawn")}
    world.at(1).decide(lost, "is_withdrawn", False)
    world.meet_all()
    assert opened(world.machines[0]) == set()


def sets(world):
    """An element added and removed at once is there."""
    one = world.at(0).add(person(name="架空 六郎"))
    need_id = natural_id("need", SCOPES.municipality, f"{one[1][1]}/care")
    need = {"person_id": one[1][1], "kind": NeedKind.CARE}
    record = world.at(0).add(PersonNeed(scope=SCOPES.core, id=need_id, **need))
    world.at(0).edit(record, is_withdrawn=True)
    world.at(2).add(PersonNeed(scope=SCOPES.core, id=need_id, **need))
    world.meet_all()
    assert [machine.read(record)["is_withdrawn"] for machine in world.machines] == [False] * 3


def portions(world):
    """What is missing in between is asked for; what came twice or from another past is seen."""
    before = len(world.machines[0].ops())
    one = world.at(0).add(person(name="架空 七郎"))
    world.at(0).edit(one, town="西町")
    world.at(0).edit(one, town="東町")
    came = world.machines[0].ops()[before:]
    with suppress(GapError):
        world.at(1).take(came[1:])
    assert world.machines[1].read(one) is None
    assert world.at(1).take(came).count == 3
    assert world.at(1).take(came[1:]).count == 0
    assert world.machines[1].read(one)["town"] == "東町"


def failures(world):
    """A commit that fails leaves nothing behind."""
    machine = world.at(0)
    one = machine.add(person(name="架空 八郎"))
    with machine.here(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.session(), "commit", _full)
        with suppress(OperationalError), transaction() as session:
            session.get_one(*one).town = "どこか"
    machine.edit(one, town="中町")
    assert machine.problems() == []


def _full():
    raise OperationalError("COMMIT", {}, Exception("disk is full"))


PARTS = (
    ordinary_and_empty,
    telephones,
    decisions,
    protection,
    withdrawals,
    sets,
    portions,
    failures,
    ties,
)


def drill(world):
    for part in PARTS:
        world.pass_time()
        part(world)
    world.check()


def test_machines_that_meet_hold_the_same(world):
    drill(world)


def test_the_kinds_of_broken_chains_are_told_apart(world):
    one = world.at(0).add(person(name="架空 太郎"))
    world.at(0).edit(one, town="西町")
    first, second = world.machines[0].ops()
    forked = msgspec.structs.replace(first, hash=b"x" * 32)

    with pytest.raises(GapError) as gap:
        world.at(1).take([second])
    with pytest.raises(BrokenChainError):
        world.at(1).take([forked])
    world.at(1).take([first])
    with pytest.raises(ForkError) as fork:
        world.at(1).take([forked, second])

    assert (gap.value.node, gap.value.have, gap.value.got) == (first.node, 0, 2)
    assert (fork.value.scope, fork.value.node, fork.value.seq) == (first.scope, first.node, 1)
    assert len(world.machines[1].ops()) == 1


def gaps_accepted(patch):
    def following(head, ops, _is_proven):
        yield from (op for op in ops if op.seq > head.seq)

    patch.setattr(apply, "_following", following)


def tie_by_arrival(patch):
    patch.setattr(OpRecord, "stamp", property(lambda op: op.hlc))


def clock_without_receive_rule(patch):
    patch.setattr(capture, "next_hlc", lambda _newest: next_hlc(0))


def heads_without_supersession(patch):
    def writers(ops, number):
        return [op for op in ops if number in op.payload]

    for module in (merge, conflicts):
        patch.setattr(module, "heads", writers)


def seen_emptied(patch):
    patch.setattr(codec, "pack_seen", lambda _seen: None)


def known_edits_forgotten(patch):
    patch.setattr(capture, "frontier", lambda _ops: [])


def empty_text_elided(patch):
    pack_payload, empty = codec.pack_payload, codec.pack("")

    def short(values):
        return pack_payload({number: raw for number, raw in values.items() if raw != empty})

    patch.setattr(codec, "pack_payload", short)


def vector_committed_apart(patch):
    write_head = store.write_head
    last: list[store.Head] = []

    def late(connection, head):
        while last:
            write_head(connection, last.pop())
        last.append(head)

    patch.setattr(capture, "write_head", late)


def one_table_not_captured(patch):
    changed = capture._changed_values

    def most(change):
        return None if isinstance(change.row, PersonNeed) else changed(change)

    patch.setattr(capture, "_changed_values", most)


def restriction_by_clock(patch):
    patch.setattr(merge, "_restriction", lambda _slot, _value: 0)


def conflicts_not_kept_here(patch):
    patch.setattr(capture, "keep_conflicts", lambda *_: (0, 0))


MUTANTS = (
    gaps_accepted,
    tie_by_arrival,
    clock_without_receive_rule,
    heads_without_supersession,
    seen_emptied,
    known_edits_forgotten,
    empty_text_elided,
    vector_committed_apart,
    one_table_not_captured,
    restriction_by_clock,
    conflicts_not_kept_here,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_deliberate_fault_is_found(world, mutant):
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever shows it
            drill(world)
