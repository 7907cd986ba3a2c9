"""What came back into the open scope of somebody whom another machine protects (同期のあと).

One machine seals a row while another one, not knowing, goes on writing to the open one. After they
have met, the open row holds what must not be there. Here such rows are found, and what was told
is taken into the sealed row: sealing was no opinion against it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, or_, select
from sqlalchemy.orm import aliased

from victim_support.core.db import (
    ScopeKind,
    Synced,
    db,
    synced_classes,
    synced_fields,
)
from victim_support.core.scopes import current_scopes
from victim_support.journal.capture import decide
from victim_support.journal.codec import OpRecord
from victim_support.journal.merge import SEEN, WITHDRAWN, is_set, project, unseen_edits
from victim_support.journal.models import OpenConflict
from victim_support.journal.store import ops_of_row
from victim_support.victims.models import Answer, Person, PersonLink, PersonNeed, Statement
from victim_support.victims.rules import Protection
from victim_support.victims.services.rivals import seen_numbers, take_over_opinions, told_seen
from victim_support.victims.services.sealing import (
    ADDRESS_FIELDS,
    changeable,
    empty,
    fullest_row,
    hidden_fields,
    index_person,
    person_rows,
)

_OPEN = frozenset(synced_fields(Person)) - ADDRESS_FIELDS - {"protection", "is_withdrawn"}
"""What the open row tells of somebody whose address alone is hidden."""

_Finder = Callable[[], Collection[UUID]]
_finders: list[_Finder] = []


def finds_open(finder: _Finder) -> _Finder:
    """Declare who has something in the open scope that her protection moves; for domains above."""
    _finders.append(finder)
    return finder


def protected_ids(*, hidden_only: bool = False) -> Select[UUID]:
    """Return a query of who is protected; or only of those whose presence is hidden."""
    weaker = [Protection.NONE, *([Protection.HIDE_ADDRESS] if hidden_only else [])]
    return select(Person.id).where(
        Person.scope == current_scopes().sealed,
        Person.protection.is_not(None),
        Person.protection.not_in(weaker),
    )


def is_anybody_protected() -> bool:
    """Tell whether anybody is; where nobody is, nothing has to be looked for."""
    return db.session.scalar(protected_ids().limit(1)) is not None


def find_exposed() -> list[UUID]:
    """Return about whom records stand in the open scope that her protection moves."""
    found = {person_id for finder in _finders for person_id in finder()}
    return sorted(found, key=lambda person_id: person_id.int)


def find_refilled() -> list[Synced]:
    """Return the open rows that were written to although they are sealed under the same id."""
    rows: list[Synced] = list(_refilled_people())
    for cls in synced_classes():
        if cls is not Person and _may_be_sealed(cls):
            rows += db.session.scalars(_refilled(cls))
            rows += _overtaken_elements(cls) if is_set(cls) else []
    return list(dict.fromkeys(rows))


def take_back(row: Synced) -> None:
    """Take what was written to an open row into the sealed one, and empty it again.

    Of what the last writer decides, what a person wrote into the sealed row later stands; of what
    people decide, every opinion goes there. Whether a record is withdrawn is what the sealed row
    says.
    """
    twin = db.session.get_one(type(row), (current_scopes().sealed, row.id))
    ops, known = _ops(row, row.scope), _ops(row, twin.scope)
    seen = told_seen(row, _movable(row))
    for name in seen:
        take_over_opinions(name, twin, ops, known)
    told = _told_of_person(row) if isinstance(row, Person) else _told(row, ops)
    later = _later_edits(row, ops, known, told)
    for name, value in told.items():
        if name not in later and getattr(twin, name) != value:
            setattr(twin, name, value)
    if isinstance(row, Person):
        for name in (*told, *seen):
            setattr(row, name, None)
    else:
        empty(row)
    for name in (*told, *seen) if isinstance(row, Person) else (*seen, "is_withdrawn"):
        decide(row, name)
    if isinstance(row, Person):
        index_person(fullest_row(person_rows(row.id)))


def find_behind() -> list[Person]:
    """Return the sealed rows that lack what was written of somebody openly, and may be open.

    Whoever knows of the protection writes both rows; who did not wrote the open one alone.
    """
    twin = aliased(Person)
    is_address_only = twin.protection == Protection.HIDE_ADDRESS
    differing = [getattr(twin, n).is_distinct_from(getattr(Person, n)) for n in sorted(_OPEN)]
    statement = (
        select(Person)
        .join(twin, (twin.id == Person.id) & (twin.scope == current_scopes().core))
        .where(
            Person.scope == current_scopes().sealed,
            Person.protection.is_not(None),
            Person.protection != Protection.NONE,
            or_(
                twin.household_id.is_distinct_from(Person.household_id),
                and_(is_address_only, or_(*differing)),
            ),
        )
    )
    return list(db.session.scalars(statement.order_by(Person.id)))


def catch_up(sealed: Person) -> None:
    """Write into the sealed row what the open one says and may say."""
    core = db.session.get_one(Person, (current_scopes().core, sealed.id))
    is_address_only = core.protection == Protection.HIDE_ADDRESS
    for name in sorted(_OPEN) if is_address_only else ["household_id"]:
        if getattr(sealed, name) != getattr(core, name):
            setattr(sealed, name, getattr(core, name))
    index_person(fullest_row(person_rows(sealed.id)))


@finds_open
def find_open_hanging() -> Collection[UUID]:
    """Return about whom needs, answers, sayings or decisions stand in the open scope."""
    core = current_scopes().core
    hidden, anybody = protected_ids(hidden_only=True), protected_ids()
    found: set[UUID] = set()
    for model, whose in ((PersonNeed, hidden), (Answer, hidden), (Statement, anybody)):
        statement = select(model.person_id).where(
            model.scope == core, model.is_withdrawn.is_(False), model.person_id.in_(whose)
        )
        found |= set(db.session.scalars(statement))
    for person_id in (PersonLink.first_id, PersonLink.second_id):
        linked = select(person_id).where(
            PersonLink.scope == core, PersonLink.is_withdrawn.is_(False), person_id.in_(anybody)
        )
        found |= {each for each in db.session.scalars(linked) if each is not None}
    return found


def _refilled_people() -> Iterator[Person]:
    """Yield open rows of protected people with hidden fields that are filled or disputed.

    Where two people wrote different values, both go there, and somebody decides; that is no choice
    of a program.
    """
    twin = aliased(Person)
    hidden = hidden_fields(Protection.HIDE_PRESENCE)
    numbers = [synced_fields(Person)[name].number for name in hidden]
    is_hidden = Person.protection.not_in([Protection.NONE, Protection.HIDE_ADDRESS])
    statement = (
        select(Person)
        .join(twin, twin.id == Person.id)
        .where(
            twin.scope == current_scopes().sealed,
            twin.protection.is_not(None),
            Person.scope == current_scopes().core,
            Person.protection != Protection.NONE,
            or_(
                _is_filled(ADDRESS_FIELDS),
                and_(is_hidden, _is_filled(hidden)),
                Person.id.in_(_disputed(Person, numbers)),
            ),
        )
    )
    for person in db.session.scalars(statement.order_by(Person.id)):
        if _told_of_person(person) or told_seen(person, _movable(person)):
            yield person


def _is_filled(names: Collection[str]) -> ColumnElement[bool]:
    return or_(*(getattr(Person, name).is_not(None) for name in sorted(names)))


def _movable(row: Synced) -> Collection[str]:
    """Return the fields of a row that the open scope must not hold."""
    if isinstance(row, Person):
        return hidden_fields(row.protection) & synced_fields(Person).keys()
    return changeable(type(row))


def _told_of_person(person: Person) -> Mapping[str, Any]:
    """Return the hidden fields of which the last writer counts that are filled, whole groups."""
    fields = synced_fields(Person)
    hidden = [name for name in _movable(person) if fields[name].field_class not in SEEN]
    filled = {name for name in hidden if getattr(person, name) is not None}
    groups = {fields[name].group for name in filled} - {None}
    whole = {*filled, *(name for name in hidden if fields[name].group in groups)}
    return {name: getattr(person, name) for name in sorted(whole)}


def _refilled(cls: type[Synced]) -> Select[Synced]:
    twin = aliased(cls)
    filled = [getattr(cls, name).is_not(None) for name in changeable(cls)]
    there = [getattr(twin, name).is_not(None) for name in changeable(cls)]
    statement = select(cls).join(twin, twin.id == cls.id)
    return statement.where(
        twin.scope == current_scopes().sealed,
        cls.scope == current_scopes().core,
        or_(twin.is_withdrawn.is_(False), *there),
        or_(*filled, cls.id.in_(_disputed(cls, [WITHDRAWN, *seen_numbers(cls)]))),
    ).order_by(cls.id)


def _overtaken_elements(cls: type[Synced]) -> Iterator[Synced]:
    """Yield open elements of sets to which somebody wrote who did not know of the move.

    What is added and removed at once is no conflict, so that nothing else tells of it.
    """
    twin = aliased(cls)
    statement = (
        select(cls)
        .join(twin, twin.id == cls.id)
        .where(
            twin.scope == current_scopes().sealed,
            twin.is_withdrawn.is_(False),
            cls.scope == current_scopes().core,
            cls.is_withdrawn.is_(True),
        )
    )
    for row in db.session.scalars(statement.order_by(cls.id)):
        if unseen_edits(_ops(row, row.scope)):
            yield row


def _disputed(cls: type[Synced], numbers: Collection[int]) -> ScalarSelect[UUID]:
    return (
        select(OpenConflict.row_id)
        .where(
            OpenConflict.scope == current_scopes().core,
            OpenConflict.tbl == cls.__sync__.number,
            OpenConflict.field.in_(numbers),
        )
        .scalar_subquery()
    )


def _may_be_sealed(cls: type[Synced]) -> bool:
    return cls.__sync__.scope is not ScopeKind.BASE


def _told(row: Synced, ops: list[OpRecord]) -> Mapping[str, Any]:
    """Return of what was written by who did not know of the move what the last writer says.

    As if nobody had moved it: who did also may have written the last value before.
    """
    fields = synced_fields(type(row))
    names = [n for n in changeable(type(row)) if fields[n].field_class not in SEEN]
    edited = {number for op in unseen_edits(ops) for number in op.payload}
    touched = {n for n in names if fields[n].number in edited or getattr(row, n) is not None}
    groups = {fields[name].group for name in touched} - {None}
    said = project(type(row), [op for op in ops if not _is_emptying(op)])
    return {n: said.get(n) for n in names if n in touched or fields[n].group in groups}


def _is_emptying(op: OpRecord) -> bool:
    """Tell whether an operation says only that a row was withdrawn or moved."""
    values = {number: value for number, value in op.values.items() if number > 0}
    return values.pop(WITHDRAWN, False) is True and not any(
        value is not None for value in values.values()
    )


def _later_edits(
    row: Synced, ops: list[OpRecord], known: list[OpRecord], told: Mapping[str, Any]
) -> set[str]:
    """Return the fields that somebody wrote into the sealed row after it was told here.

    What the moves themselves wrote there is older than its clock says.
    """
    fields = synced_fields(type(row))
    later = set()
    for name in told:
        number = fields[name].number
        writers = [op for op in ops if number in op.payload]
        sealing = {op.txn for op in writers if op.values[number] is None}
        last = max((op.stamp for op in writers if op.txn not in sealing), default=None)
        after = [op for op in known if number in op.payload and op.txn not in sealing]
        if last and any(op.stamp > last for op in after):
            later.add(name)
    return later


def _ops(row: Synced, scope: str) -> list[OpRecord]:
    """Return the operations of a row in one scope, in the order that counts."""
    connection = db.session.connection()
    found = ops_of_row(connection, row.__sync__.number, row.id, [scope])
    return sorted((op for _, op in found), key=lambda op: op.stamp)
