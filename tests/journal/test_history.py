"""History, version tokens of edit forms, and what two people at once see."""

import pytest
from sqlalchemy import select

from tests.journal.conftest import SCOPES
from victim_support.core.actor import acting
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.journal.history import check_version, history_of, version_of
from victim_support.journal.merge import heads
from victim_support.journal.store import ops_of_row
from victim_support.journal.verify import verify
from victim_support.journal.versions import BadTokenError
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

pytestmark = pytest.mark.db
ANNA, BEN = new_id(), new_id()
NAME = 2


@pytest.fixture
def person(program):
    with acting(ANNA), transaction(reason="受付") as session:
        person = Person(scope=SCOPES.core, id=new_id(), name="架空 太郎", phone="000")
        session.add(person)
    return person


def save(person, token=None, who=BEN, **attributes):
    """Save a form that was rendered with a token."""
    with acting(who), transaction(reason="訂正") as session:
        there = session.get_one(Person, (person.scope, person.id))
        meanwhile = check_version(there, token, attributes) if token else []
        for name, value in attributes.items():
            setattr(there, name, value)
    return meanwhile


def token_of(person):
    token = version_of(person)
    db.session.rollback()
    return token


def name_heads(person):
    ops = ops_of_row(db.session.connection(), 31, person.id, [person.scope])
    return [op.ref for op in heads([op for _, op in ops], NAME)]


def test_the_history_tells_who_when_before_after_and_why(person):
    save(person, phone="111")

    made, changed = history_of(Person, [SCOPES.core], person.id)

    assert (made.who, made.why, made.is_creation) == (ANNA, "受付", True)
    assert (changed.who, changed.why, changed.is_creation) == (BEN, "訂正", False)
    (field,) = changed.fields
    assert (field.name, field.before, field.after) == ("phone", "000", "111")
    assert made.when <= changed.when


def test_the_history_shows_only_the_scopes_asked_for(person):
    with transaction() as session:
        session.add(Person(scope=SCOPES.sealed, id=person.id, name="架空 花子"))

    assert len(history_of(Person, [SCOPES.core], person.id)) == 1
    assert len(history_of(Person, [SCOPES.core, SCOPES.sealed], person.id)) == 2


def test_a_form_learns_what_others_changed_meanwhile(person):
    token = token_of(person)
    save(person, phone="111", kana="カクウ", who=ANNA)

    (change,) = save(person, token, phone="222")

    assert change.who == ANNA
    assert [(each.name, each.before, each.after) for each in change.fields] == [
        ("phone", "000", "111")
    ]


def test_a_form_that_nobody_overtook_learns_nothing(person):
    save(person, kana="カクウ")

    assert save(person, token_of(person), phone="222") == []


def test_a_token_of_another_record_is_refused(person):
    with transaction() as session:
        other = Person(scope=SCOPES.core, id=new_id(), name="x")
        session.add(other)
    token = token_of(other)

    with pytest.raises(BadTokenError):
        save(person, token, phone="1")


def test_two_who_decide_at_once_on_a_review_field_leave_two_heads(person):
    token = token_of(person)
    save(person, token, who=ANNA, name="架空 次郎")
    save(person, token, who=BEN, name="架空 三郎")

    assert len(name_heads(person)) == 2
    assert verify(db.engine).is_ok


def test_who_saw_the_other_decision_replaces_it(person):
    token = token_of(person)
    save(person, token, who=ANNA, name="架空 次郎")
    save(person, token, who=BEN, name="架空 三郎")
    save(person, token_of(person), who=ANNA, name="架空 四郎")

    assert len(name_heads(person)) == 1


def test_the_most_restrictive_of_two_decisions_is_in_force(person):
    token = token_of(person)
    save(person, token, who=ANNA, protection=Protection.HIDE_PRESENCE)
    save(person, token, who=BEN, protection=Protection.HIDE_ADDRESS)

    db.session.expire_all()
    assert db.session.scalars(select(Person.protection)).one() == Protection.HIDE_PRESENCE
    db.session.rollback()
    assert verify(db.engine).is_ok


def test_lifting_a_protection_that_one_saw_works(person):
    save(person, protection=Protection.HIDE_PRESENCE)
    save(person, token_of(person), protection=Protection.NONE)

    db.session.expire_all()
    assert db.session.scalars(select(Person.protection)).one() == Protection.NONE
