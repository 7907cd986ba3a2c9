"""Capture: every change is journalled, and every way round it is refused or caught."""

import threading
from datetime import date
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import delete, insert, select, text, update

from tests.journal.conftest import SCOPES
from victim_support.core.actor import acting
from victim_support.core.db import (
    BulkWriteRefusedError,
    NotWritingError,
    current_write,
    db,
    transaction,
)
from victim_support.core.db.session import EarlyCommitError
from victim_support.core.db.tripwire import StrayWriteError
from victim_support.core.ids import new_id
from victim_support.core.node import this_node
from victim_support.damage.models import Dwelling
from victim_support.journal.capture import FactChangedError, WrongScopeError
from victim_support.journal.codec import REASON, unpack
from victim_support.journal.models import Chain
from victim_support.journal.store import read_ops
from victim_support.victims.models import Household, Person

pytestmark = pytest.mark.db
PERSON = {"name": 2, "kana": 4, "birth_date": 6, "birth_precision": 7, "phone": 15}


def ops():
    with db.engine.connect() as connection:
        return list(read_ops(connection))


def values(op):
    return {number: unpack(raw) for number, raw in op.payload.items()}


@pytest.fixture
def person(program):
    with transaction(reason="受付") as session:
        person = Person(scope=SCOPES.core, id=new_id(), name="架空 太郎", phone="000")
        session.add(person)
    return person


def change(person, **attributes):
    with transaction(reason="訂正") as session:
        there = session.get_one(Person, (person.scope, person.id))
        for name, value in attributes.items():
            setattr(there, name, value)


def test_a_new_row_is_one_operation_of_what_was_set(person):
    (op,) = ops()

    assert (op.tbl, op.row_id, op.seq, op.scope) == (31, person.id, 1, SCOPES.core)
    assert values(op)[PERSON["name"]] == "架空 太郎"
    assert values(op)[REASON] == "受付"
    assert PERSON["kana"] not in values(op)


def test_a_change_is_one_operation_of_the_changed_fields(person):
    change(person, phone="111")

    assert values(ops()[-1]) == {PERSON["phone"]: "111", REASON: "訂正"}


def test_an_empty_string_is_not_the_absence_of_a_value(person):
    change(person, phone="")

    assert values(ops()[-1])[PERSON["phone"]] == ""


def test_several_flushes_of_one_row_are_one_operation(person):
    with transaction() as session:
        there = session.get_one(Person, (person.scope, person.id))
        there.phone = "111"
        session.flush()
        there.phone = "222"
        there.kana = "カクウ"
        session.flush()

    assert len(ops()) == 2
    assert values(ops()[-1]) == {PERSON["phone"]: "222", PERSON["kana"]: "カクウ"}


def test_a_value_changed_and_changed_back_is_no_operation(person):
    with transaction() as session:
        there = session.get_one(Person, (person.scope, person.id))
        there.phone = "111"
        session.flush()
        there.phone = "000"

    assert len(ops()) == 1


def test_setting_the_same_value_is_no_operation(person):
    change(person, phone="000")

    assert len(ops()) == 1


def test_a_coupled_group_is_journalled_whole(person):
    change(person, birth_date=date(1980, 2, 3), birth_precision="day")
    change(person, birth_date=date(1981, 2, 3))

    assert values(ops()[-1])[PERSON["birth_date"]] == "1981-02-03"
    assert values(ops()[-1])[PERSON["birth_precision"]] == "day"


def test_a_review_field_names_what_was_there_before(person):
    change(person, name="架空 次郎")
    first, second = ops()

    assert second.seen_heads == {PERSON["name"]: [first.ref]}


def test_who_acts_is_recorded(program):
    actor = new_id()
    with acting(actor), transaction() as session:
        session.add(Household(scope=SCOPES.core, id=new_id(), note="x"))

    assert ops()[-1].actor == actor


def test_several_scopes_make_a_group_each_under_one_transaction(program):
    with transaction() as session:
        session.add(Person(scope=SCOPES.core, id=new_id(), name="a"))
        session.add(Person(scope=SCOPES.sealed, id=new_id(), name="b"))
        session.add(Dwelling(scope=SCOPES.base, id=new_id()))
        txn = current_write().id

    found = ops()
    assert {op.scope for op in found} == {SCOPES.core, SCOPES.sealed, SCOPES.base}
    assert {op.seq for op in found} == {1}
    assert {op.txn for op in found} == {txn}


def test_numbers_have_no_gaps_when_transactions_fail(person):
    class FailedError(Exception):
        pass

    def fail():
        with transaction() as session:
            session.add(Household(scope=SCOPES.core, id=new_id()))
            session.flush()
            raise FailedError

    for _ in range(3):
        with pytest.raises(FailedError):
            fail()
    change(person, phone="111")

    assert [op.seq for op in ops()] == [1, 2]


def test_the_clock_never_goes_back(person):
    with time_machine.travel("2000-01-01T00:00:00Z"):  # the battery of the clock is dead
        change(person, phone="111")
    change(person, phone="222")

    clocks = [op.hlc for op in ops()]
    assert clocks == sorted(set(clocks))


def test_parallel_writers_get_gap_free_numbers(program):
    def register():
        with program.app_context():
            for _ in range(10):
                with transaction() as session:
                    session.add(Household(scope=SCOPES.core, id=new_id()))
            db.session.remove()

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [op.seq for op in ops()] == list(range(1, 41))
    assert db.session.get_one(Chain, (SCOPES.core, this_node().id)).seq == 40


def test_a_fact_is_never_changed(program):
    with transaction() as session:
        household = Household(scope=SCOPES.core, id=new_id(), register_number="1")
        session.add(household)

    with pytest.raises(FactChangedError), transaction() as session:
        session.get_one(Household, (household.scope, household.id)).register_number = "2"


@pytest.mark.parametrize("scope", ["042072/base", "", None])
def test_a_row_in_a_scope_of_another_kind_is_refused(program, scope):
    with pytest.raises(WrongScopeError), transaction() as session:
        session.add(Person(scope=scope or "", id=new_id()))


# The ways round.


def test_bulk_methods_of_the_session_are_refused(person):
    with transaction() as session:
        with pytest.raises(BulkWriteRefusedError):
            session.bulk_insert_mappings(Person, [])
        with pytest.raises(BulkWriteRefusedError):
            session.bulk_update_mappings(Person, [])
        with pytest.raises(BulkWriteRefusedError):
            session.bulk_save_objects([])


@pytest.mark.parametrize(
    "statement",
    [
        insert(Person).values(scope=SCOPES.core, id=UUID(int=1)),
        update(Person).values(phone="1"),
        delete(Person),
    ],
    ids=["insert", "update", "delete"],
)
def test_bulk_statements_are_refused(person, statement):
    with transaction() as session, pytest.raises(BulkWriteRefusedError):
        session.execute(statement)


def test_deleting_a_row_is_refused(person):
    with pytest.raises(BulkWriteRefusedError), transaction() as session:
        session.delete(session.get_one(Person, (person.scope, person.id)))


PERSONS = Person.metadata.tables["persons"]
RAW = [
    update(PERSONS).values(phone="9"),
    delete(PERSONS),
    insert(PERSONS).values(scope=SCOPES.core, id=UUID(int=1)),
    text("UPDATE persons SET phone = '9'"),
    text("DELETE FROM persons"),
    text("INSERT INTO persons (scope, id) VALUES ('x', '00000000000000000000000000000001')"),
]
WAYS = ["update", "delete", "insert", "text update", "text delete", "text insert"]


@pytest.mark.parametrize("statement", RAW, ids=WAYS)
def test_a_statement_on_the_connection_is_rolled_back(person, statement):
    with pytest.raises(StrayWriteError), transaction() as session:
        session.connection().execute(statement)

    assert_untouched(person)


@pytest.mark.parametrize("statement", RAW, ids=WAYS)
def test_a_statement_in_a_connection_of_its_own_is_rolled_back(person, statement):
    with pytest.raises(StrayWriteError), db.engine.begin() as connection:
        connection.execute(statement)

    assert_untouched(person)


@pytest.mark.parametrize("statement", RAW[3:], ids=WAYS[3:])
def test_a_statement_in_a_session_outside_a_transaction_is_rolled_back(person, statement):
    db.session.execute(statement)
    with pytest.raises(StrayWriteError):
        db.session.commit()
    db.session.rollback()

    assert_untouched(person)


def test_a_statement_on_a_row_that_is_also_changed_properly_is_caught(person):
    def write_both_ways():
        with transaction() as session:
            session.get_one(Person, (person.scope, person.id)).phone = "111"
            session.flush()
            session.execute(text("UPDATE persons SET kana = 'x'"))

    with pytest.raises(StrayWriteError):
        write_both_ways()

    assert_untouched(person)


def test_a_change_outside_a_transaction_is_refused(person):
    db.session.get_one(Person, (person.scope, person.id)).phone = "9"
    with pytest.raises(NotWritingError):
        db.session.commit()
    db.session.rollback()

    assert_untouched(person)


def test_a_service_cannot_commit_early(person):
    def commit_early():
        with transaction() as session:
            session.get_one(Person, (person.scope, person.id)).phone = "9"
            session.commit()

    with pytest.raises(EarlyCommitError):
        commit_early()

    assert_untouched(person)


def test_savepoints_are_refused(person):
    with pytest.raises(EarlyCommitError), transaction() as session:
        session.begin_nested()


def assert_untouched(person):
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(select(Person.phone)).all() == ["000"]
    assert len(ops()) == 1
    db.session.rollback()
    change(person, phone="still working")
    assert len(ops()) == 2
