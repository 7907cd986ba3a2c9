"""Several machines that work alone and meet: what must be true of them at every moment."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from tests.journal.conftest import SCOPES, opened_program
from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import (
    Synced,
    current_write,
    db,
    synced_classes,
    synced_fields,
    transaction,
)
from victim_support.core.ids import new_id
from victim_support.core.scopes import using_scopes
from victim_support.journal.apply import apply_ops
from victim_support.journal.conflicts import Conflict, all_conflicts, open_conflicts, resolve
from victim_support.journal.merge import heads
from victim_support.journal.store import ops_of_row, read_heads, read_ops
from victim_support.journal.undo import undo
from victim_support.journal.verify import verify


class Machine:
    """One laptop: a program on files of its own, with a clock that may be wrong."""

    def __init__(self, app, offset, staff):
        self.app, self.offset, self.staff = app, offset, staff

    @contextmanager
    def here(self):
        """Work on this machine."""
        with self.app.app_context(), using_scopes(SCOPES), acting(self.staff):
            yield
            db.session.remove()

    @contextmanager
    def writing(self, reason="試験"):
        with self.here(), transaction(reason=reason) as session:
            yield session

    def add(self, row):
        """Write a new record; return class and key."""
        with self.writing() as session:
            session.add(row)
        return type(row), (row.scope, row.id)

    def edit(self, record, **values):
        """Change a record, and read one's own writes."""
        cls, key = record
        with self.writing("訂正") as session:
            row = session.get_one(cls, key)
            for name, value in values.items():
                setattr(row, name, value)
        return self.read(record)

    def read(self, record):
        cls, key = record
        with self.here():
            row = db.session.get(cls, key)
            return (
                None if row is None else {name: getattr(row, name) for name in synced_fields(cls)}
            )

    def decide(self, record, name, value):
        cls, key = record
        with self.writing() as session:
            resolve(session.get_one(cls, key), name, value, "確かめた")

    def conflicts(self) -> list[Conflict]:
        with self.here():
            return open_conflicts([SCOPES.core, SCOPES.sealed, SCOPES.base])

    def ops(self):
        with self.here():
            return list(read_ops(db.session.connection()))

    def take(self, ops):
        """Take in operations from elsewhere."""
        with self.writing() as session:
            applied = apply_ops(session.connection(), ops)
            current_write().ops += applied.ops
        return applied

    def take_back(self, txn):
        with self.writing("取り消し"):
            undo(txn)

    def last_txn(self):
        return self.ops()[-1].txn

    def heads_of(self, record, name):
        cls, (scope, row_id) = record
        number = synced_fields(cls)[name].number
        with self.here():
            ops = ops_of_row(db.session.connection(), cls.__sync__.number, row_id, [scope])
            return {op.ref for op in heads([op for _, op in ops], number)}

    def problems(self):
        with self.here():
            return verify(db.engine).problems

    def state(self):
        """Return everything that must be the same on all machines."""
        with self.here():
            connection = db.session.connection()
            rows = {cls.__tablename__: rows_of(cls) for cls in synced_classes()}
            chains = {key: (head.seq, head.hash) for key, head in read_heads(connection).items()}
            return rows, chains, all_conflicts(connection)


def rows_of(cls: type[Synced]) -> dict[tuple[str, UUID], tuple[str, ...]]:
    names = tuple(synced_fields(cls))
    columns = [getattr(cls, name) for name in names]
    rows = db.session.execute(select(cls.scope, cls.id, *columns)).all()
    return {(row[0], row[1]): tuple(repr(value) for value in row[2:]) for row in rows}


class World:
    """Machines that can meet; the clock of each is as wrong as it is."""

    def __init__(self, folder, offsets, patch):
        self.now = clock.now()
        self._contexts = []
        self.machines: list[Machine] = []
        for number, offset in enumerate(offsets):
            context = opened_program(folder / f"machine{number}")
            app = context.__enter__()
            self._contexts.append(context)
            self.machines.append(Machine(app, timedelta(seconds=offset), new_id()))
        self._patch = patch

    def at(self, number) -> Machine:
        """Go to a machine: its clock is the one that counts now."""
        machine: Machine = self.machines[number]
        moment = self.now + machine.offset
        self._patch(lambda: moment)
        return machine

    def pass_time(self, seconds=1):
        self.now += timedelta(seconds=seconds)

    def meet(self, *pairs):
        """Bring everything of the first machine of each pair to the second."""
        for giver, taker in pairs:
            ops = self.machines[giver].ops()
            self.at(taker).take(ops)

    def meet_all(self):
        everybody = range(len(self.machines))
        self.meet(*((giver, taker) for giver in everybody for taker in everybody if giver != taker))

    def close(self):
        for context in reversed(self._contexts):
            context.__exit__(None, None, None)

    def check(self):
        """All machines hold the same after all have met, and each proves itself."""
        self.meet_all()
        first = self.machines[0].state()
        for machine in self.machines:
            assert machine.problems() == []
            assert machine.state() == first
