"""Keep what must not be found of protected people (支援措置) out of the core scope.

A person whose presence is hidden has every row but a hollow one in the sealed scope; of one whose
address is hidden, only the address and telephone are kept out.
"""

from collections.abc import Collection
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
from victim_support.victims.services.protected import tell_protected

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
    fullest = rows[-1]
    whole = {name: getattr(fullest, name) for name in synced_fields(Person)}
    written = write_person(person_id, whole | {"protection": protection})
    _move_hanging(person_id, HANGING if is_presence_hidden(written.protection) else (Statement,))
    _move_links(person_id)
    tell_protected(person_id)
    return written


@on_undo
def index_again(rows: Collection[Synced]) -> None:
    """Let people be found by what they are called after something was taken back."""
    db.session.flush()
    for person_id in {row.id for row in rows if isinstance(row, Person)}:
        index_person(person_rows(person_id)[-1])


def index_person(person: Person, *, is_new: bool = False) -> None:
    """Let a person be found by the desk's one box; what may be shown is decided elsewhere."""
    is_hidden = is_presence_hidden(person.protection)
    there, elsewhere = (SEALED_INDEX, PERSON_INDEX) if is_hidden else (PERSON_INDEX, SEALED_INDEX)
    there.put(db.session(), str(person.id), document_of(person))
    if not is_new:
        elsewhere.remove(db.session(), str(person.id))


def move_to_sealed(row: Synced) -> None:
    """Copy a row under its id into the sealed scope; withdraw and empty the one in core."""
    scopes = current_scopes()
    model = type(row)
    if row.scope == scopes.sealed:
        return
    fields = synced_fields(model)
    values = {name: getattr(row, name) for name in fields}
    twin = db.session.get(model, (scopes.sealed, row.id))
    if twin is not None and row.is_withdrawn:  # moved before: what is left here is empty
        return
    if twin is None:
        twin = model(scope=scopes.sealed, id=row.id)
        db.session.add(twin)
    _assign(twin, values)
    emptied = {
        name: None for name, spec in fields.items() if spec.field_class is not FieldClass.FACT
    }
    _assign(row, emptied | {"is_withdrawn": True})


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
