"""Reads of households and persons; of a protected person the fullest row this machine holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.japanese.dates import BirthValue
from victim_support.core.scopes import Scopes, current_scopes
from victim_support.core.search import SearchDocument
from victim_support.core.tables import load_table
from victim_support.disasters.queries import get_current_disaster
from victim_support.journal.merge import BETWEEN
from victim_support.place_names.queries import list_aliases
from victim_support.victims.links import same_people
from victim_support.victims.models import (
    PERSON_INDEX,
    SEALED_INDEX,
    Answer,
    Household,
    Person,
    PersonNeed,
    Statement,
    birth_of,
)
from victim_support.victims.rules import (
    AnswerForm,
    AnswerKind,
    AnswerValue,
    Edition,
    GivenAnswer,
    GivenBy,
    NeedKind,
    Protection,
    Sex,
    member_order,
)

CHUNK = 500
MANY = 4000
"""Of more ids than this, all rows of the disaster are read: naming each one costs more."""
Hanging = TypeVar("Hanging", PersonNeed, Answer, Statement)


@dataclass(frozen=True, slots=True)
class Features:
    """What is counted of a person; nobody is named."""

    id: UUID
    sex: Sex | str | None
    birth: BirthValue


_FEATURES = (
    Person.id,
    Person.sex,
    Person.birth_precision,
    Person.birth_date,
    Person.birth_year,
    Person.birth_month,
    Person.age,
    Person.age_months,
    Person.age_band,
)


def disaster_scopes(scopes: Scopes | None = None) -> tuple[str, str]:
    """Return the open and the sealed scope of the disaster."""
    scopes = scopes or current_scopes()
    return scopes.core, scopes.sealed


def get_household(household_id: UUID) -> Household:
    """Return a household or 404."""
    return find_household(household_id) or abort(404)


def find_household(household_id: UUID) -> Household | None:
    """Return a household, or None."""
    household = db.session.get(Household, (current_scopes().core, household_id))
    return None if household is None or household.is_withdrawn else household


def get_person(person_id: UUID) -> Person:
    """Return a person or 404."""
    return find_person(person_id) or abort(404)


def find_person(person_id: UUID) -> Person | None:
    """Return a person, or None."""
    return next(iter(list_people([person_id])), None)


def list_people(person_ids: Collection[UUID]) -> list[Person]:
    """Return the persons with these ids, in the order of the ids."""
    ids = list(dict.fromkeys(person_ids))
    by_id = fullest(person for each in among(Person.id, ids) for person in _people(each))
    return [by_id[person_id] for person_id in ids if person_id in by_id]


def list_features(person_ids: Collection[UUID]) -> list[Features]:
    """Return what is counted of the persons with these ids: single columns, for they are many."""
    ids = list(dict.fromkeys(person_ids))
    rows: dict[UUID, Any] = {}
    for condition in among(Person.id, ids):
        statement = (
            select(*_FEATURES)
            .where(Person.scope.in_(disaster_scopes()), Person.is_withdrawn.is_(False), condition)
            .order_by(Person.id, Person.scope)  # the sealed row of a person comes last, and counts
        )
        rows |= {row.id: row for row in db.session.execute(statement)}
    return [Features(each, rows[each].sex, birth_of(rows[each])) for each in ids if each in rows]


def among(column: InstrumentedAttribute[Any], ids: Sequence[UUID]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together find the rows of these ids; of very many, others', too."""
    if len(ids) > MANY:
        yield true()
        return
    for start in range(0, len(ids), CHUNK):
        yield column.in_(ids[start : start + CHUNK])


def list_linked(register_numbers: Collection[str]) -> dict[str, Person]:
    """Return who in the ledger is which resident (宛名番号), however they were written down."""
    found: list[Person] = []
    numbers = list(dict.fromkeys(register_numbers))
    for start in range(0, len(numbers), CHUNK):
        found += _people(Person.register_number.in_(numbers[start : start + CHUNK]))
    return {person.register_number: person for person in found if person.register_number}


def list_sealed_people() -> list[Person]:
    """Return the persons of whom anything is kept in the sealed scope (支援措置対象者)."""
    return _people(Person.scope == current_scopes().sealed)


def list_members(household_id: UUID) -> list[Person]:
    """Return the members of a household, in the order they were written down."""
    return list_members_of([household_id])[household_id]


def list_members_of(household_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    """Return the members of several households, each person once."""
    same = same_people()
    members: dict[UUID, list[Person]] = defaultdict(list)
    people = fullest(_people(Person.household_id.in_(household_ids)))
    today = clock.today()
    ordered = sorted(
        people.values(), key=lambda person: member_order(person.relation, person.birth, today)
    )
    for person in ordered:
        if person.household_id is not None:
            members[person.household_id].append(person)
    for household_id, found in members.items():
        members[household_id] = same.once(found, lambda person: person.id)
    return members


def search_people(text: str, limit: int, *, has_sealed: bool = False) -> tuple[list[Person], int]:
    """Return the people of this disaster that fit a query, and how many fit in all.

    Args:
        text: Words of the one box.
        limit: People at most.
        has_sealed: Whether the viewer may see people whose presence is hidden.
    """
    owners, total = search_ids(text, limit, has_sealed=has_sealed)
    return list_people(owners)[:limit], total


def search_ids(text: str, limit: int, *, has_sealed: bool = False) -> tuple[list[UUID], int]:
    """Return the ids of who fits a query; as ``search_people``, without reading any row."""
    owners: list[UUID] = []
    total, aliases = 0, list_aliases()
    for index in (PERSON_INDEX, SEALED_INDEX) if has_sealed else (PERSON_INDEX,):
        hits = index.find(
            db.session.connection(), text, today=clock.today(), limit=limit, aliases=aliases
        )
        owners += [UUID(owner) for owner in hits.owners]
        total += hits.total
    return owners, total


def document_of(person: Any) -> SearchDocument:
    """Return what a person is found by; a hidden address is not confirmed by finding it, either.

    Args:
        person: A ``Person``, or a row with its columns.
    """
    has_address = person.protection is not Protection.HIDE_ADDRESS
    return SearchDocument(
        names=[person.name] if person.name else [],
        kanas=[person.kana] if person.kana else [],
        places=[place for place in (person.address, person.town) if place and has_address],
        birth=birth_of(person),
        phones=person.phone.split(BETWEEN) if person.phone and has_address else [],
        numbers=[person.tag_number] if person.tag_number else [],
    )


def list_needs(person_ids: Collection[UUID]) -> dict[UUID, list[NeedKind | str]]:
    """Return the needs of each person, in the order of the desk's keys."""
    needs: dict[UUID, list[NeedKind | str]] = defaultdict(list)
    for person_id, row in _hanging_on(PersonNeed, person_ids):
        if row.kind not in needs[person_id]:
            needs[person_id].append(row.kind)
    order = tuple(NeedKind)
    for kinds in needs.values():
        kinds.sort(key=lambda kind: order.index(kind) if kind in order else len(order))
    return needs


def get_answer_form() -> AnswerForm:
    """Return the questions of the current disaster: those of 国民保護, or of natural disasters.

    Of what stands in the law, that of today holds: it is today that somebody asks.
    """
    disaster = get_current_disaster()
    is_civil = disaster is not None and disaster.is_civil_protection
    edition = Edition.CIVIL_PROTECTION if is_civil else Edition.NATURAL_DISASTER
    table = load_table("victims", "answers", Edition).on(clock.today())
    row = table.rows[edition]
    return AnswerForm(
        edition,
        words={kind: row["words"][kind] for kind in AnswerKind},
        unasked={kind: row[kind] for kind in AnswerKind},
        source=table.source,
        is_confirmed=table.confirmed,
    )


def list_answers(person_ids: Collection[UUID]) -> dict[UUID, list[Answer]]:
    """Return the answers of each person to every edition of the form."""
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    order = tuple(AnswerKind)
    rows = _hanging_on(Answer, person_ids)
    for person_id, row in sorted(
        rows, key=lambda each: order.index(each[1].kind) if each[1].kind in order else len(order)
    ):
        answers[person_id].append(row)
    return answers


def list_given(person_ids: Collection[UUID], edition: Edition) -> dict[UUID, list[GivenAnswer]]:
    """Return what each person answered to an edition, else refused under another one.

    A disaster whose kind is corrected later opens nothing that somebody has closed.
    """
    return {
        person_id: [
            GivenAnswer(row.kind, row.value, row.given_by)
            for row in rows
            if isinstance(row.kind, AnswerKind)
            and isinstance(row.value, AnswerValue)
            and isinstance(row.given_by, GivenBy)
            and (row.edition == edition or _is_only_refusal(row, rows, edition))
        ]
        for person_id, rows in list_answers(person_ids).items()
    }


def _is_only_refusal(row: Answer, rows: Iterable[Answer], edition: Edition) -> bool:
    answered = {each.kind for each in rows if each.edition == edition}
    return row.value == AnswerValue.NO and row.kind not in answered


def list_statements(person_ids: Collection[UUID]) -> dict[UUID, list[Statement]]:
    """Return what others say of each person, newest first."""
    statements: dict[UUID, list[Statement]] = defaultdict(list)
    for person_id, row in _hanging_on(Statement, person_ids):
        statements[person_id].append(row)
    for found in statements.values():
        found.sort(key=lambda row: (row.occurred_at, row.id), reverse=True)
    return statements


def fullest(people: Iterable[Person]) -> dict[UUID, Person]:
    """Return one row for each person: the sealed one where this machine holds it."""
    sealed = current_scopes().sealed
    rows = sorted(people, key=lambda person: person.scope == sealed)
    return {person.id: person for person in rows}


def _people(condition: ColumnElement[bool]) -> list[Person]:
    statement = (
        select(Person)
        .where(Person.scope.in_(disaster_scopes()), Person.is_withdrawn.is_(False), condition)
        .order_by(Person.id, Person.scope)
    )
    return list(db.session.scalars(statement))


def _hanging_on(
    model: type[Hanging], person_ids: Collection[UUID]
) -> Iterator[tuple[UUID, Hanging]]:
    """Yield what hangs on any record of each person, beside the id that was asked for."""
    same = same_people()
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id in dict.fromkeys(person_ids):
        for record in same.records(person_id):
            asked[record].append(person_id)
    for condition in among(model.person_id, list(asked)):
        statement = (
            select(model)
            .where(model.scope.in_(disaster_scopes()), model.is_withdrawn.is_(False), condition)
            .order_by(model.id, model.scope)
        )
        for row in db.session.scalars(statement):
            for person_id in asked.get(row.person_id, ()):
                yield person_id, row
