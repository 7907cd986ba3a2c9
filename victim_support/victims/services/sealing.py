"""Keep what must not be found of protected people (支援措置) out of the core scope.

A person whose presence is hidden has every row but a hollow one in the sealed scope; of one whose
address is hidden, only the address and telephone are kept out.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import FieldClass, Synced, db, synced_fields
from victim_support.core.scopes import current_scopes
from victim_support.journal.undo import on_undo
from victim_support.victims.models import (
    PERSON_INDEX,
    SEALED_INDEX,
    Answer,
    Person,
    PersonLink,
    PersonNeed,
    Statement,
)
from victim_support.victims.queries import document_of
from victim_support.victims.rules import Protection, more_restrictive
from victim_support.victims.services.protected import tell_lifted, tell_protected
from victim_support.victims.services.rivals import carry, rivals_of

ADDRESS_FIELDS = frozenset({"address", "postal_code", "town", "address_kind", "phone"})
ALWAYS_OPEN = frozenset({"household_id", "protection", "is_withdrawn"})
HANGING: tuple[type[PersonNeed | Answer | Statement], ...] = (PersonNeed, Answer, Statement)


def hidden_fields(protection: Protection | str | None) -> frozenset[str]:
    """Return the fields of a person that the core scope must not hold."""
    if protection in {None, Protection.NONE}:
        return frozenset()
    if protection is Protection.HIDE_ADDRESS:
        return ADDRESS_FIELDS
    return frozenset(synced_fields(Person)) - ALWAYS_OPEN


def is_presence_hidden(protection: Protection | str | None) -> bool:
    """Tell whether everything about the person is sealed; unknown levels are the strictest."""
    return protection not in {None, Protection.NONE, Protection.HIDE_ADDRESS}


def writing_scope(person: Person) -> str:
    """Return the scope in which rows about a person (needs, stays …) are written."""
    scopes = current_scopes()
    return scopes.sealed if is_presence_hidden(person.protection) else scopes.core


def statement_scope(person: Person) -> str:
    """Return the scope of what others say of a person: the place told is often her address."""
    scopes = current_scopes()
    return scopes.core if person.protection in {None, Protection.NONE} else scopes.sealed


def person_rows(person_id: UUID) -> list[Person]:
    """Return the rows of a person in both scopes, the core one first, withdrawn ones too."""
    scopes = current_scopes()
    rows = (db.session.get(Person, (scope, person_id)) for scope in (scopes.core, scopes.sealed))
    return [row for row in rows if row is not None]


def fullest_row(rows: Sequence[Person]) -> Person:
    """Return the row that holds a person's values: the sealed one unless it was emptied."""
    return next((row for row in reversed(rows) if not _is_emptied(row)), rows[-1])


def write_person(person_id: UUID, values: dict[str, object], *, is_new: bool = False) -> Person:
    """Write values into the rows of a person, each scope getting what it may hold.

    Args:
        person_id: Who.
        values: By column.
        is_new: The id was made just now, so that nothing can be there under it.

    Returns:
        The fullest row.
    """
    scopes = current_scopes()
    rows = [] if is_new else person_rows(person_id)
    protection = _strictest(rows, values.get("protection"))
    values = values | {"protection": protection}
    hidden = hidden_fields(protection)
    core = _row(rows, scopes.core, person_id)
    _assign(core, {key: None if key in hidden else value for key, value in values.items()})
    fullest = core
    if hidden:
        fullest = _row(rows, scopes.sealed, person_id)
        _assign(fullest, values)
    index_person(fullest, is_new=is_new)
    return fullest


def seal_person(person_id: UUID, protection: Protection) -> Person:
    """Protect a person: move what is hidden to the sealed scope (never the other way round)."""
    rows = person_rows(person_id)
    fullest = fullest_row(rows)
    whole = {name: getattr(fullest, name) for name in synced_fields(Person)}
    rivals = rivals_of(rows[0]) if fullest is rows[0] else []
    written = write_person(person_id, whole | {"protection": protection})
    if written is not rows[0]:
        hidden = hidden_fields(written.protection)
        carry([each for each in rivals if each.name in hidden], rows[0], written)
    _move_hanging(person_id, HANGING if is_presence_hidden(written.protection) else (Statement,))
    _move_links(person_id)
    tell_protected(person_id)
    return written


def unseal_person(person_id: UUID) -> Person:
    """Lift a person's protection: everything goes back to the core scope under the same ids.

    Whether that may be done is decided before, by two people.
    """
    rows = person_rows(person_id)
    whole = {name: getattr(fullest_row(rows), name) for name in synced_fields(Person)}
    scopes = current_scopes()
    person = _row(rows, scopes.core, person_id)
    for row in rows:
        if row.scope == scopes.sealed:
            carry(rivals_of(row, whole.keys() - ALWAYS_OPEN), row, person)
    _assign(person, whole | {"protection": Protection.NONE})
    for row in rows:
        if row.scope == scopes.sealed:
            empty(row)
    db.session.flush()
    for model in HANGING:
        statement = select(model).where(model.scope == scopes.sealed, model.person_id == person_id)
        for hanging in db.session.scalars(statement.order_by(model.id)):
            move_to_core(hanging)
    _open_links(person_id)
    tell_lifted(person_id)
    index_person(person)
    return person


@on_undo
def index_again(rows: Collection[Synced]) -> None:
    """Let people be found by what they are called after something was taken back."""
    db.session.flush()
    for person_id in {row.id for row in rows if isinstance(row, Person)}:
        index_person(fullest_row(person_rows(person_id)))


def index_person(person: Person, *, is_new: bool = False) -> None:
    """Let a person be found by the desk's one box; what may be shown is decided elsewhere."""
    is_hidden = is_presence_hidden(person.protection)
    there, elsewhere = (SEALED_INDEX, PERSON_INDEX) if is_hidden else (PERSON_INDEX, SEALED_INDEX)
    there.put(db.session(), str(person.id), document_of(person))
    if not is_new:
        elsewhere.remove(db.session(), str(person.id))


def move_to_sealed(row: Synced) -> None:
    """Copy a row under its id into the sealed scope; withdraw and empty the one in core."""
    _move(row, current_scopes().sealed)


def move_to_core(row: Synced) -> None:
    """Copy a row under its id back into the core scope; withdraw and empty the sealed one."""
    _move(row, current_scopes().core)


def _move(row: Synced, scope: str) -> None:
    model = type(row)
    if row.scope == scope or _is_emptied(row):
        return
    values = {name: getattr(row, name) for name in synced_fields(model)}
    twin = db.session.get(model, (scope, row.id))
    if twin is not None and row.is_withdrawn and not twin.is_withdrawn:
        return
    if twin is None:
        twin = model(scope=scope, id=row.id)
        db.session.add(twin)
    rivals = rivals_of(row)
    _assign(twin, values)
    empty(row)
    carry(rivals, row, twin)


def empty(row: Synced) -> None:
    """Withdraw a row and leave nothing in it but facts, which name no place."""
    _assign(row, dict.fromkeys(changeable(type(row))) | {"is_withdrawn": True})


def _is_emptied(row: Synced) -> bool:
    """Tell whether the row was moved to the other scope."""
    return row.is_withdrawn and all(getattr(row, name) is None for name in changeable(type(row)))


def changeable(cls: type[Synced]) -> list[str]:
    """Return the fields of a class that are emptied when a row is moved."""
    fields = synced_fields(cls).items()
    return [
        name
        for name, spec in fields
        if spec.field_class is not FieldClass.FACT and name != "is_withdrawn"
    ]


def _move_hanging(
    person_id: UUID, models: tuple[type[PersonNeed | Answer | Statement], ...]
) -> None:
    core = current_scopes().core
    for model in models:
        statement = select(model).where(model.scope == core, model.person_id == person_id)
        for row in db.session.scalars(statement.order_by(model.id)):
            move_to_sealed(row)


def _move_links(person_id: UUID) -> None:
    core = current_scopes().core
    is_of_person = (PersonLink.first_id == person_id) | (PersonLink.second_id == person_id)
    statement = select(PersonLink).where(PersonLink.scope == core, is_of_person)
    for row in db.session.scalars(statement.order_by(PersonLink.id)):
        move_to_sealed(row)


def _open_links(person_id: UUID) -> None:
    """Move decisions about a person back when nobody they are about is protected any more."""
    sealed = current_scopes().sealed
    is_of_person = (PersonLink.first_id == person_id) | (PersonLink.second_id == person_id)
    statement = select(PersonLink).where(PersonLink.scope == sealed, is_of_person)
    for link in db.session.scalars(statement.order_by(PersonLink.id)):
        both = [
            row for each in (link.first_id, link.second_id) if each for row in person_rows(each)
        ]
        if all(row.protection in {None, Protection.NONE} for row in both):
            move_to_core(link)


def _row(rows: list[Person], scope: str, person_id: UUID) -> Person:
    for row in rows:
        if row.scope == scope:
            return row
    row = Person(scope=scope, id=person_id)
    db.session.add(row)
    return row


def _assign(row: Synced, values: dict[str, object]) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _strictest(rows: list[Person], wanted: object) -> Protection:
    levels = [row.protection for row in rows] + [wanted]
    strictest = Protection.NONE
    for level in levels:
        if level is not None:
            known = level if isinstance(level, Protection) else Protection.HIDE_PRESENCE
            strictest = more_restrictive(strictest, known)
    return strictest
