"""Whatever order, portions and repetitions operations come in: the same rows, heads, conflicts."""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import victim_support.app  # noqa: F401 - brings the models of every slice
from victim_support.accounts.models import Staff
from victim_support.core.db import Base, Synced, synced_classes, synced_fields
from victim_support.core.db.sqlite import memory_engine
from victim_support.core.db.tripwire import install_tripwires
from victim_support.journal import apply, chain, conflicts
from victim_support.journal.apply import GapError, apply_ops
from victim_support.journal.codec import UNDOES, OpRecord, pack, pack_payload, pack_seen
from victim_support.journal.merge import FRONTIER, SEEN, WITHDRAWN, frontier, heads
from victim_support.journal.models import Erasure
from victim_support.journal.store import Head
from victim_support.victims.models import Answer, Person, PersonNeed
from victim_support.victims.rules import AnswerValue, NeedKind, Protection

ROUNDS = int(os.environ.get("VICTIM_SUPPORT_SOAK", "1"))
NODES = [UUID(int=number) for number in (100, 200, 300)]
SCOPE = "042072/20260715A/core"
ROWS = [UUID(int=number) for number in (1, 2)]
NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)
TEXTS = (None, "", "a", "b")
VALUES: dict[
    type[Synced], dict[str, Sequence[Any]]
] = {  # one or more fields of every class, A to F; G are rows of their own, like A
    Person: {
        "name": TEXTS,
        "phone": TEXTS,
        "register_link": (None, "matched", "absent", "newer"),
        "protection": [None, *map(str, Protection), "newer"],
        "address": TEXTS,
        "postal_code": TEXTS,
        "birth_date": (None, date(1950, 1, 2)),
        "is_withdrawn": (True, False),
    },
    PersonNeed: {"kind": [str(NeedKind.CARE)], "note": TEXTS, "is_withdrawn": (True, False)},
    Answer: {"edition": ("1",), "value": [None, *map(str, AnswerValue)], "answered_at": (NOON,)},
    Staff: {"expires_on": (None, date(2026, 7, 20), date(2026, 8, 1)), "login_name": TEXTS},
}


@dataclass
class Author:
    """A machine that writes what a clerk there may write, knowing what it has heard so far."""

    node: UUID
    known: list[OpRecord] = field(default_factory=list)
    head: Head | None = None

    def write(self, cls, row_id, values, clock, extra=None):
        there = [op for op in self.known if (op.tbl, op.row_id) == (cls.__sync__.number, row_id)]
        fields = synced_fields(cls)
        if not there:
            values = {"is_withdrawn": False} | values
        groups = {fields[name].group for name in values} - {None}
        values = dict.fromkeys(n for n, s in fields.items() if s.group in groups) | values
        payload = {fields[name].number: pack(value) for name, value in values.items()}
        reviewed = [fields[n].number for n in values if fields[n].field_class in SEEN]
        seen = {number: [op.ref for op in heads(there, number)] for number in reviewed}
        seen[WITHDRAWN] = [op.ref for op in heads(there, WITHDRAWN)]
        seen[FRONTIER] = frontier(there)
        self._append(
            cls.__sync__.number, row_id, payload | (extra or {}), seen if there else {}, clock
        )

    def undo(self, cls, clock):
        """Take back the last decision on a name, if it is this machine's."""
        number = synced_fields(cls)["name"].number
        mine = [op for op in self.known if op.node == self.node and number in op.payload]
        if mine and mine[-1].tbl == cls.__sync__.number:
            txn = {UNDOES: pack(mine[-1].txn)}
            self.write(cls, mine[-1].row_id, {"name": "undone"}, clock, txn)

    def _append(self, tbl, row_id, payload, seen, clock):
        head = self.head or Head(SCOPE, self.node)
        op = OpRecord(
            scope=SCOPE,
            node=self.node,
            seq=head.seq + 1,
            txn=UUID(int=self.node.int * 1000 + head.seq),
            hlc=max([clock, *(op.hlc + 1 for op in self.known)]),
            schema=1,
            tbl=tbl,
            row_id=row_id,
            data=pack_payload(payload),
            salt=bytes(12),
            seen=pack_seen(seen),
            actor=None,
            recorded_at=NOON,
            hash=b"",
        )
        op = msgspec.structs.replace(op, hash=chain.link(head.hash, op))
        self.head = head.after(op)
        self.known.append(op)


def written(dice, steps):
    """Return what three machines wrote that now and then heard of each other."""
    authors = [Author(node) for node in NODES]
    for _ in range(steps):
        author, other = dice.sample(authors, 2)
        clock, action = dice.randint(1, 3), dice.random()
        if action < 0.2:
            known = {op.ref for op in author.known}
            author.known += [op for op in other.known if op.ref not in known]
        elif action < 0.27:
            author.undo(Person, clock)
        elif action < 0.32:
            people = {"requested_by": NODES[0], "approved_by": NODES[1]}
            target = {"target_table": 31, "target_id": ROWS[0], "target_fields": [2, 15]}
            author.write(Erasure, UUID(int=dice.randint(50, 51)), target | people, clock)
        elif action < 0.37:
            author.write(Person, dice.choice(ROWS), {}, clock, {900: pack("newer")})
        else:
            cls = dice.choice(list(VALUES))
            names = dice.sample(list(VALUES[cls]), dice.randint(1, len(VALUES[cls])))
            values = {name: dice.choice(VALUES[cls][name]) for name in names}
            author.write(cls, dice.choice(ROWS), values, clock)
    return list({op.ref: op for author in authors for op in author.known}.values())


def in_portions(connection, ops, dice):
    """Apply in random order and portions, some twice, some before their turn."""
    waiting = {node: [op for op in ops if op.node == node] for node in NODES}
    came: list[OpRecord] = []
    while any(waiting.values()):
        node = dice.choice([node for node in NODES if waiting[node]])
        if dice.random() < 0.3 and len(waiting[node]) > 1:
            with pytest.raises(GapError), connection.begin_nested():
                apply_ops(connection, waiting[node][1:])
        size = dice.randint(1, 4)
        portion, waiting[node] = waiting[node][:size], waiting[node][size:]
        portion += dice.choices(came, k=dice.randint(0, 3)) if came else []
        came += portion
        apply_ops(connection, dice.sample(portion, len(portion)))


def state(connection):
    names = ("chains", "conflicts", "unknown_ops", "erased_values", "ops")
    tables = [Base.metadata.tables[name] for name in names]
    tables += [Base.metadata.tables[cls.__tablename__] for cls in synced_classes()]
    found = {}
    for table in tables:
        columns = [column for column in table.columns if column.name != "lsn"]
        found[table.name] = sorted(map(repr, connection.execute(select(*columns))))
    return found


@pytest.fixture(scope="module")
def database():
    engine = memory_engine()
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        install_tripwires(connection)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def applied(connection, work):
    connection.exec_driver_sql("BEGIN")
    try:
        work(connection)
        return state(connection)
    finally:
        connection.rollback()


def compare(database, seed, steps):
    dice = random.Random(seed)  # noqa: S311 - a test
    ops = written(dice, steps)
    once = applied(database, lambda connection: apply_ops(connection, ops))
    for _ in range(2):
        assert applied(database, lambda connection: in_portions(connection, ops, dice)) == once


def compare_many(database):
    for seed in range(40):
        compare(database, seed, 30)


@settings(max_examples=25 * ROUNDS, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_order_portions_and_repetition_make_no_difference(database, seed, steps):
    compare(database, seed, steps)


def ties_by_arrival(patch):
    patch.setattr(OpRecord, "stamp", property(lambda op: op.hlc))


def later_operations_not_erased(patch):
    patch.setattr(apply, "erased_on_arrival", lambda _connection, ops: ops)


def earlier_operations_forgotten(patch):
    patch.setattr(apply, "ops_of_rows", lambda *_: {})


def conflicts_only_opened(patch):
    patch.setattr(conflicts, "_conflicts_of", lambda *_: {})


@pytest.mark.parametrize(
    "mutant",
    [
        ties_by_arrival,
        later_operations_not_erased,
        earlier_operations_forgotten,
        conflicts_only_opened,
    ],
)
def test_a_deliberate_fault_is_found(database, mutant):
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        with pytest.raises((AssertionError, IntegrityError)):
            compare_many(database)


def test_the_histories_hold_what_they_are_to_try(database):
    """Histories without conflicts, ties or erasures would try nothing."""
    totals = dict.fromkeys(("conflicts", "erased_values", "unknown_ops"), 0)
    ties = 0
    for seed in range(40):
        ops = written(random.Random(seed), 25)  # noqa: S311 - a test
        ties += len({op.hlc for op in ops}) < len(ops)
        found = applied(database, lambda connection, ops=ops: apply_ops(connection, ops))
        for name in totals:
            totals[name] += len(found[name])

    assert min(*totals.values(), ties) > 10
