"""What people need, what they answer, and what others say of them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.core.scopes import current_scopes
from victim_support.victims.links import same_people
from victim_support.victims.models import Answer, Person, PersonNeed, Statement
from victim_support.victims.queries import list_people
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    NeedKind,
    StatementKind,
)
from victim_support.victims.services.sealing import statement_scope, writing_scope


def change_needs(
    person: Person, *, added: Collection[NeedKind], ended: Collection[NeedKind]
) -> None:
    """Add and end needs (配慮) of a person, also where two records are one person.

    What nobody touched stays: another desk may have just written it.
    """
    over = dict.fromkeys(ended, False)
    _write_needs(person, over | dict.fromkeys(added, True))
    others = [record for record in same_people().records(person.id) if record != person.id]
    for other in list_people(others):
        _write_needs(other, over)


def add_needs(person: Person, kinds: Collection[NeedKind]) -> None:
    """Add needs (配慮) to those a person has; nothing known before is taken away."""
    _write_needs(person, dict.fromkeys(kinds, True))


def set_answers(
    person: Person,
    answers: Mapping[AnswerKind, AnswerValue | None],
    *,
    given_by: GivenBy,
    edition: Edition,
) -> None:
    """Keep a person's answers; None takes an answer back (未確認)."""
    scope = writing_scope(person)
    for kind, value in answers.items():
        answer_id = _id_of("answer", person.id, f"{edition}/{kind}")
        row = db.session.get(Answer, (scope, answer_id))
        if row is None and value is None:
            continue
        if row is None:
            row = Answer(scope=scope, id=answer_id, person_id=person.id, kind=kind, edition=edition)
            db.session.add(row)
        is_same = row.value == value and row.given_by == given_by and not row.is_withdrawn
        if not is_same:
            row.value = value
            row.given_by = given_by
            row.answered_at = clock.now()
            row.is_withdrawn = value is None


def record_statement(
    person: Person,
    *,
    kind: StatementKind,
    informant: str,
    occurred_at: datetime | None = None,
    informant_phone: str = "",
    place: str = "",
    note: str = "",
    shelter_id: UUID | None = None,
) -> Statement:
    """Write down what somebody says of a person who has not come (伝聞).

    It says where she may be, so of anybody protected it is sealed.
    """
    statement = Statement(
        scope=statement_scope(person),
        id=new_id(),
        person_id=person.id,
        kind=kind,
        informant=informant or None,
        informant_phone=informant_phone or None,
        occurred_at=occurred_at or clock.now(),
        place=place or None,
        note=note or None,
        shelter_id=shelter_id,
    )
    db.session.add(statement)
    return statement


def settle_statement(statement: Statement, *, how: str) -> None:
    """Say that a statement needs no more action (確認済), and how that is known."""
    statement.settled_at = clock.now()
    statement.settled_by = how


def _write_needs(person: Person, wanted: Mapping[NeedKind, bool]) -> None:
    scope = writing_scope(person)
    for kind, is_wanted in wanted.items():
        need_id = _id_of("need", person.id, kind)
        row = db.session.get(PersonNeed, (scope, need_id))
        if row is None and is_wanted:
            db.session.add(PersonNeed(scope=scope, id=need_id, person_id=person.id, kind=kind))
        elif row is not None and row.is_withdrawn is is_wanted:
            row.is_withdrawn = not is_wanted


def _id_of(kind: str, person_id: UUID, key: str) -> UUID:
    """Return the id of what a person can have once, the same on every laptop."""
    return natural_id(kind, current_scopes().municipality, f"{person_id}/{key}")
