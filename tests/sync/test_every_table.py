"""Every synced table takes part in the exchange, on both engines, whatever its fields are."""

import random

import pytest
from sqlalchemy import inspect

from tests.sync import any_row
from tests.sync.kit import exchange
from tests.sync.test_receive import digest
from tests.sync.test_state_machine import Desks
from victim_support.core.db import db, synced_classes, synced_fields
from victim_support.journal.conflicts import all_conflicts

CLASSES = list(synced_classes())
EDITS = 3


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__tablename__)
def test_the_state_machine_writes_every_table(cls):
    """A new table takes part by itself, unless a column is of a kind that nobody knows here."""
    act = any_row.BY_ACTS.get(cls)
    if act is not None:
        assert hasattr(getattr(Desks, act), "hypothesis_stateful_rule"), act
        return
    columns = inspect(cls).columns
    assert [name for name in synced_fields(cls) if not any_row.samples_of(columns[name])] == []


@pytest.mark.db
def test_rows_of_every_table_are_the_same_after_machines_met(headquarters, laptops):
    dice = random.Random(7)  # noqa: S311 - the same in every run
    for laptop in laptops * EDITS:
        _write_everything(laptop, dice)
    for laptop in (*laptops, *laptops):
        exchange(laptop, headquarters)
    state = digest(headquarters)
    assert digest(laptops[0]) == digest(laptops[1]) == state
    assert {table for table, (rows, _) in state.items() if rows} >= {
        cls.__tablename__ for cls in any_row.written_from_metadata()
    }
    assert len({_tasks(machine) for machine in (headquarters, *laptops)}) == 1


def _write_everything(machine, dice):
    """Make or change every row in one transaction, and see at once what was saved."""
    places = [
        (cls, any_row.key_of(cls, number, is_sealed=number == 1))
        for cls in any_row.written_from_metadata()
        for number in range(any_row.ROWS_OF_TABLE)
    ]
    with machine.writing() as session:
        written = [(*place, any_row.write(session, *place, dice)) for place in places]
    with machine.inside():
        for cls, key, values in written:
            assert any_row.read(cls, key, list(values)) == values


def _tasks(machine):
    with machine.inside():
        return tuple(sorted(all_conflicts(db.session.connection()).items()))
