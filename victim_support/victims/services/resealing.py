"""What came back into the open scope of somebody whom another machine protects (同期のあと).

One machine seals a row while another one, not knowing, goes on writing to the open one. After they
have met, the open row holds what must not be there. Here such rows are found, and what was told
is taken into the sealed row: sealing was no opinion against it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, inspect, or_, select
from sqlalchemy.orm import aliased

from victim_support.core.actor import name_of
from victim_support.core.dates import long_time
from victim_support.core.db import (
    FieldSpec,
    ScopeKind,
    Synced,
    current_write,
    db,
    synced_classes,
    synced_fields,
)
from victim_support.core.scopes import current_scopes
from victim_support.journal.capture import decide, stand_beside
from victim_support.journal.codec import OpRecord, unpack_as
from victim_support.journal.conflicts import open_conflicts
from victim_support.journal.merge import REVIEWED, WITHDRAWN, heads, project, unseen_edits
from victim_support.journal.models import OpenConflict
from victim_support.journal.store import ops_of_row
from victim_support.victims.models import Answer, Person, PersonLink, PersonNeed, Statement
from victim_support.victims.rules import Protection
from victim_support.victims.services.sealing import (
    ADDRESS_FIELDS,
    changeable,
    empty,
    fullest_row,
    hidden_fields,
    index_person,
    person_rows,
)

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
    return rows


def take_back(row: Synced) -> None:
    """Take what was written to an open row into the sealed one, and empty it again.

    What a person wrote into the sealed row later stands. Whether a record is withdrawn is what
    the sealed row says.
    """
    twin = db.session.get_one(type(row), (current_scopes().sealed, row.id))
    ops = _ops(row, row.scope)
    if isinstance(row, Person):
        _move_disputes(row, twin, ops)
    told = _told_of_person(row) if isinstance(row, Person) else _told(row, ops)
    later = _later_edits(row, ops, told)
    for name, value in told.items():
        if name not in later and getattr(twin, name) != value:
            setattr(twin, name, value)
    if isinstance(row, Person):
        for name in told:
            setattr(row, name, None)
            decide(row, name)
        index_person(fullest_row(person_rows(row.id)))
    else:
        empty(row)
        decide(row, "is_withdrawn")


def _move_disputes(person: Person, twin: Synced, ops: list[OpRecord]) -> None:
    """Let people decide in the sealed row about which value two wrote without knowing.

    One value for each field and transaction: of more, the next look moves the next.
    """
    known = _ops(person, current_scopes().sealed)
    for name in _disputed_fields(person, ops):
        number = synced_fields(Person)[name].number
        there = {bytes(op.payload[number]) for op in known if number in op.payload}
        rivals = [op for op in _opinions(ops, number) if bytes(op.payload[number]) not in there]
        if rivals:
            raw = rivals[0].payload[number]
            setattr(twin, name, unpack_as(inspect(Person).columns[name].type, raw))
            stand_beside(twin, name)
            _tell_whose(rivals[0])
        if len(rivals) < 2:
            setattr(person, name, None)
            decide(person, name)


def _tell_whose(op: OpRecord) -> None:
    """Say in the reason who wrote a value that was moved, and when: who decides asks her."""
    write = current_write()
    write.reason = f"{write.reason}。もとは{name_of(op.actor)}が{long_time(op.recorded_at)}に記録"


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
        if _told_of_person(person) or _disputed_fields(person, _ops(person, person.scope)):
            yield person


def _is_filled(names: Collection[str]) -> ColumnElement[bool]:
    return or_(*(getattr(Person, name).is_not(None) for name in sorted(names)))


def _told_of_person(person: Person) -> Mapping[str, Any]:
    """Return the hidden fields to move, whole groups; not those about which people differ."""
    fields = synced_fields(Person)
    hidden = hidden_fields(person.protection) & fields.keys()
    told = {name: value for name in hidden if (value := getattr(person, name)) is not None}
    for conflict in open_conflicts([person.scope], [person.id]):
        if conflict.name in hidden:
            values = [each.value for each in conflict.opinions if each.value is not None]
            told |= dict([(conflict.name, values[-1])] if values else [])
    ops = _ops(person, person.scope) if told else []
    told = {name: value for name, value in told.items() if not _is_disputed(fields[name], ops)}
    groups = {fields[name].group for name in told} - {None}
    whole = {name: getattr(person, name) for name in hidden if fields[name].group in groups}
    return whole | told


def _is_disputed(spec: FieldSpec, ops: list[OpRecord]) -> bool:
    """Tell whether two people wrote different values; that one was moved is no value."""
    if spec.field_class not in REVIEWED:
        return False
    return len({bytes(op.payload[spec.number]) for op in _opinions(ops, spec.number)}) > 1


def _opinions(ops: list[OpRecord], number: int) -> list[OpRecord]:
    return heads([op for op in ops if op.values.get(number) is not None], number)


def _disputed_fields(person: Person, ops: list[OpRecord]) -> list[str]:
    """Return the hidden fields about which people differ in the open scope, undecided."""
    fields = synced_fields(Person)
    hidden = hidden_fields(person.protection) & fields.keys()
    opened = {each.name for each in open_conflicts([person.scope], [person.id])}
    return [name for name in sorted(hidden & opened) if _is_disputed(fields[name], ops)]


def _refilled(cls: type[Synced]) -> Select[Synced]:
    twin = aliased(cls)
    filled = [getattr(cls, name).is_not(None) for name in changeable(cls)]
    there = [getattr(twin, name).is_not(None) for name in changeable(cls)]
    statement = select(cls).join(twin, twin.id == cls.id)
    return statement.where(
        twin.scope == current_scopes().sealed,
        cls.scope == current_scopes().core,
        or_(twin.is_withdrawn.is_(False), *there),
        or_(*filled, cls.id.in_(_disputed(cls, [WITHDRAWN]))),
    ).order_by(cls.id)


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
    """Return what was written to a row by who did not know that it was moved."""
    fields = synced_fields(type(row))
    names = changeable(type(row))
    edits = project(type(row), unseen_edits(ops))
    filled = {name for name in names if getattr(row, name) is not None}
    groups = {fields[name].group for name in filled} - {None}
    whole = {n: getattr(row, n) for n in names if n in filled or fields[n].group in groups}
    return {name: value for name, value in edits.items() if name in names} | whole


def _later_edits(row: Synced, ops: list[OpRecord], told: Mapping[str, Any]) -> set[str]:
    """Return the fields that somebody wrote into the sealed row after it was told here.

    What the moves themselves wrote there is older than its clock says.
    """
    fields = synced_fields(type(row))
    sealed = _ops(row, current_scopes().sealed)
    later = set()
    for name in told:
        number = fields[name].number
        writers = [op for op in ops if number in op.payload]
        sealing = {op.txn for op in writers if op.values[number] is None}
        last = max((op.stamp for op in writers if op.txn not in sealing), default=None)
        after = [op for op in sealed if number in op.payload and op.txn not in sealing]
        if last and any(op.stamp > last for op in after):
            later.add(name)
    return later


def _ops(row: Synced, scope: str) -> list[OpRecord]:
    connection = db.session.connection()
    return [op for _, op in ops_of_row(connection, row.__sync__.number, row.id, [scope])]
