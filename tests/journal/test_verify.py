"""Verify proves journal and rows, and finds every kind of tampering."""

import os
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select, text

from tests.journal.conftest import SCOPES, opened_program
from victim_support.core.actor import acting
from victim_support.core.db import db, open_engine, transaction
from victim_support.core.ids import natural_id, new_id
from victim_support.damage.models import Dwelling
from victim_support.journal.models import Op
from victim_support.journal.undo import NothingToUndoError, last_action, undo
from victim_support.journal.verify import verify
from victim_support.victims.models import Answer, Person, PersonNeed
from victim_support.victims.rules import AnswerKind, AnswerValue, NeedKind, Protection, Sex

pytestmark = pytest.mark.db
ROUNDS = int(os.environ.get("VICTIM_SUPPORT_SOAK", "1"))


def register():
    with transaction(reason="受付") as session:
        person = Person(
            scope=SCOPES.core,
            id=new_id(),
            name="架空 太郎",
            sex=Sex.MALE,
            birth_date=date(1950, 1, 2),
            household_id=new_id(),
        )
        session.add(person)
        session.add(
            Answer(
                scope=SCOPES.core,
                id=new_id(),
                person_id=person.id,
                kind=AnswerKind.FAMILY,
                value=AnswerValue.NO,
                answered_at=datetime(2026, 7, 15, 1, 2, 3, 456, tzinfo=UTC),
            )
        )
    return person


def raw(program, statement):
    """Write as somebody with the key and a database shell would."""
    engine = open_engine(program.extensions["instance"])
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_an_untouched_instance_is_proven(program):
    register()

    report = verify(db.engine)

    assert report.is_ok
    assert report.ops == 2
    assert {table.table: table.rows for table in report.tables}["persons"] == 1
    assert list(report.chains) == [key for key in report.chains if key.endswith(" 2")]


SPELLINGS = {
    "sqlite": {"empty": "x'80'", "on_persons": ""},
    "postgresql": {"empty": "'\\x80'", "on_persons": " ON persons"},
}


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE persons SET phone = '9'", "台帳が記録と違います"),
        ("DELETE FROM persons", "台帳が記録と違います"),
        ("INSERT INTO persons (scope, id) VALUES ('x', '{0:032}')", "記録を通らず"),
        ("UPDATE ops SET data = {empty} WHERE seq = 1", "変えられています"),
        ("UPDATE ops SET actor = NULL, recorded_at = '2020-01-01 00:00:00' WHERE seq = 2", "変え"),
        ("DELETE FROM ops WHERE seq = 1", "1 番の記録がありません"),
        ("DELETE FROM ops WHERE seq = 2", "終わりが記録と合いません"),
        ("DELETE FROM ops", "記録がありません"),
        ("UPDATE chains SET seq = 1", "終わりが記録と合いません"),
        ("DELETE FROM chains", "終わりが記録と合いません"),
        ("DROP TRIGGER tripwire_persons_update{on_persons}", "見張り"),
    ],
)
def test_tampering_is_found(program, engine, tampering, words):
    register()
    db.session.rollback()
    raw(program, tampering.format(1, **SPELLINGS[engine]))

    problems = verify(db.engine).problems

    assert any(words in problem for problem in problems), problems


def test_the_records_that_differ_are_named(program):
    register()
    person = register()
    raw(program, f"UPDATE persons SET phone = '9' WHERE id = '{person.id.hex}'")  # noqa: S608
    raw(program, "DELETE FROM sync_dirty")

    assert verify(db.engine).problems == [f"persons {person.id.hex}: 台帳が記録と違います。"]


texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
STAFF = [new_id(), new_id()]


def raise_key_error():
    raise KeyError


class Writers(RuleBasedStateMachine):
    """Whatever people do, the journal rebuilds exactly the rows there are."""

    persons = Bundle("persons")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.program = opened_program(self.folder / "instance")
        self.program.__enter__()

    def teardown(self):
        self.program.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    @rule(target=persons, name=texts, phone=texts, is_sealed=st.booleans())
    def register(self, name, phone, is_sealed):
        scope = SCOPES.sealed if is_sealed else SCOPES.core
        person_id = new_id()
        with transaction(reason="受付") as session:
            session.add(Person(scope=scope, id=person_id, name=name, phone=phone))
            need = PersonNeed(scope=scope, id=new_id(), person_id=person_id, kind=NeedKind.CARE)
            session.add(need)
        return scope, person_id

    @rule(
        key=persons,
        actor=st.sampled_from(STAFF),
        name=texts,
        address=texts,
        age=st.one_of(st.none(), st.integers(0, 120)),
        protection=st.sampled_from(Protection),
    )
    def edit(self, key, actor, name, address, age, protection):
        with acting(actor), transaction(reason="訂正") as session:
            person = session.get_one(Person, key)
            person.name, person.address = name, address
            session.flush()
            person.age, person.protection = age, protection

    @rule(key=persons, is_withdrawn=st.booleans())
    def withdraw(self, key, is_withdrawn):
        with transaction() as session:
            session.get_one(Person, key).is_withdrawn = is_withdrawn

    @rule(number=st.integers(1, 3), address=texts)
    def survey(self, number, address):
        dwelling_id = natural_id("dwelling", SCOPES.municipality, str(number))
        with transaction() as session:
            dwelling = session.get(Dwelling, (SCOPES.base, dwelling_id))
            if dwelling is None:
                dwelling = Dwelling(scope=SCOPES.base, id=dwelling_id)
                session.add(dwelling)
            dwelling.address = address

    @rule(actor=st.sampled_from([None, *STAFF]))
    def take_back(self, actor):
        with acting(actor):
            action = last_action(actor)
            db.session.rollback()
            if action is None:
                return
            with suppress(NothingToUndoError), transaction(reason="取り消し"):
                undo(action.txn)

    @rule(key=persons)
    def fail(self, key):
        with suppress(KeyError), transaction() as session:
            session.get_one(Person, key).phone = "never"
            session.flush()
            raise_key_error()

    @invariant()
    def rows_are_what_the_journal_says(self):
        report = verify(db.engine)
        assert report.is_ok, report.problems
        with db.engine.connect() as connection:
            assert report.ops == connection.scalar(select(func.count()).select_from(Op))


Writers.TestCase.settings = settings(max_examples=5 * ROUNDS, stateful_step_count=15, deadline=None)
TestWriters = Writers.TestCase
