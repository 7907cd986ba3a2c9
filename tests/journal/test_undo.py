"""Undo: a new transaction that takes back what its author did, and leaves what others did."""

import pytest

from tests.journal.conftest import SCOPES
from victim_support.core.actor import acting
from victim_support.core.db import current_write, db, transaction
from victim_support.core.ids import new_id
from victim_support.journal.history import history_of
from victim_support.journal.undo import (
    UNDO_REASON,
    NothingToUndoError,
    NotLastError,
    NotYoursError,
    last_action,
    undo,
    undo_last,
)
from victim_support.journal.verify import verify
from victim_support.victims.models import Household, Person

pytestmark = pytest.mark.db
ANNA, BEN = new_id(), new_id()


def register(who=ANNA):
    with acting(who), transaction(reason="受付") as session:
        person = Person(scope=SCOPES.core, id=new_id(), name="架空 太郎", phone="000")
        session.add(person)
        txn = current_write().id
    return person, txn


def edit(person, who=ANNA, **attributes):
    with acting(who), transaction(reason="訂正") as session:
        there = session.get_one(Person, (person.scope, person.id))
        for name, value in attributes.items():
            setattr(there, name, value)
        return current_write().id


def take_back(txn, who=ANNA):
    with acting(who), transaction(reason=UNDO_REASON):
        return undo(txn)


def now(person):
    db.session.expire_all()
    there = db.session.get_one(Person, (person.scope, person.id))
    found = (there.phone, there.kana, there.is_withdrawn)
    db.session.rollback()
    return found


def test_undoing_a_registration_withdraws_its_rows(program):
    person, txn = register()

    take_back(txn)

    assert now(person) == ("000", None, True)
    assert [change.why for change in history_of(Person, [SCOPES.core], person.id)] == [
        "受付",
        UNDO_REASON,
    ]


def test_undoing_an_edit_puts_the_old_values_back(program):
    person, _ = register()
    txn = edit(person, phone="111", kana="カクウ")

    take_back(txn)

    assert now(person) == ("000", None, False)
    assert verify(db.engine).is_ok


def test_what_somebody_changed_since_stands(program):
    person, _ = register()
    txn = edit(person, phone="111", kana="カクウ")
    edit(person, who=BEN, phone="222")

    report = take_back(txn)

    assert now(person) == ("222", None, False)
    assert len(report.kept) == 1


def test_a_record_that_somebody_else_worked_on_is_not_withdrawn(program):
    person, txn = register()
    edit(person, who=BEN, phone="222")

    with pytest.raises(NothingToUndoError):
        take_back(txn)

    assert now(person) == ("222", None, False)


def test_only_the_author_takes_an_action_back(program):
    person, txn = register()

    with pytest.raises(NotYoursError):
        take_back(txn, who=BEN)

    assert now(person) == ("000", None, False)


def test_actions_are_taken_back_one_after_the_other(program):
    person, _ = register()
    edit(person, phone="111")
    edit(person, phone="222")
    found = []
    for _ in range(3):
        with acting(ANNA), transaction(reason=UNDO_REASON):
            undo_last(ANNA)
        found.append(now(person))

    assert found == [("111", None, False), ("000", None, False), ("000", None, True)]
    assert last_action(ANNA) is None


def test_records_that_must_stand_are_kept(program, monkeypatch):
    """A number that was drawn is never taken back."""
    monkeypatch.setattr(Household, "__undo__", False, raising=False)
    with acting(ANNA), transaction() as session:
        household = Household(scope=SCOPES.core, id=new_id())
        person = Person(scope=SCOPES.core, id=new_id(), phone="000")
        session.add_all([household, person])
        txn = current_write().id

    report = take_back(txn)

    assert len(report.kept) == 1
    assert now(person) == ("000", None, True)
    assert not db.session.get_one(Household, (household.scope, household.id)).is_withdrawn


def test_only_the_last_action_that_stands_is_taken_back(program):
    first, old = register()
    _, newer = register()

    with pytest.raises(NotLastError):
        take_back(old)
    before = now(first)
    take_back(newer)
    take_back(old)

    assert (before[2], now(first)[2]) == (False, True)


def test_what_somebody_else_did_since_does_not_hold_ones_own_action(program):
    person, txn = register()
    register(who=BEN)

    take_back(txn)

    assert now(person)[2]
