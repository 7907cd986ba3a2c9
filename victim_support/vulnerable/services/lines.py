"""Lines of the support register: whom they are about, and in which scope each may lie."""

from typing import Any
from uuid import UUID

from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.japanese.names import display_name
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries.finding import match_register
from victim_support.residents.queries import find_resident
from victim_support.victims.models import person_id_of
from victim_support.victims.queries import find_person, list_linked
from victim_support.victims.rules import PersonData, Protection
from victim_support.victims.services import move_to_sealed
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.rules.register import EntryData
from victim_support.vulnerable.rules.streets import street_of

PLAIN = (
    "number",
    "name",
    "kana",
    "sex",
    "address",
    "postal_code",
    "district",
    "phone",
    "reasons",
    "consent",
    "consent_on",
    "latitude",
    "longitude",
    "note",
    "plan",
    "plan_on",
    "supporters",
    "destination",
    "route",
)


def id_of(data: EntryData) -> UUID:
    """Return the id of a line, the same on every machine: by its number, else by the person."""
    born = f"{data.birth.date:%Y%m%d}" if data.birth.date else ""
    street = street_of(data.address)
    name = fold_kanji("".join(data.name.split()))
    key = (
        (data.register_number and f"r{data.register_number}")
        or (data.number and f"n{data.number}")
        or f"p{name}/{born}/{street}"
    )
    return natural_id("support-entry", current_scopes().municipality, key)


def values_of(data: EntryData, number: str | None, person_id: UUID) -> dict[str, Any]:
    """Return what a line holds, without protection.

    Args:
        data: The line as it was read or typed.
        number: The 宛名番号 of its person, if the register has them.
        person_id: The id that the person has in the ledger, or would have.
    """
    return {name: getattr(data, name) or None for name in PLAIN} | {
        "person_id": person_id,
        "register_number": number,
        "name_display": display_name(data.name).text,
        "birth_date": data.birth.date,
        "is_withdrawn": False,
    }


def in_register(data: EntryData) -> tuple[str | None, Protection]:
    """Return the 宛名番号 of the resident that a line is about, and how the register protects."""
    if data.register_number:
        resident = find_resident(data.register_number)
        level = Protection(resident.protection) if resident else Protection.NONE
        return data.register_number, level
    match = match_register(
        PersonData(name=data.name, kana=data.kana, birth=data.birth, sex=data.sex)
    )
    return match.number, match.protection


def person_of_line(number: str | None, entry_id: UUID) -> UUID:
    """Return the id the person has in the ledger, or would have."""
    if number is None:
        return entry_id
    linked = list_linked([number]).get(number)
    return linked.id if linked else person_id_of(number)


def level_of(data: EntryData, found: Protection, person_id: UUID) -> Protection:
    """Return the protection of a line: hidden as a whole when file, register or ledger says so."""
    person = find_person(person_id)
    told = person.protection if person is not None else Protection.NONE
    is_open = found is Protection.NONE and told in {None, Protection.NONE}
    return Protection.NONE if is_open and not data.is_protected else Protection.HIDE_PRESENCE


def assign(entry_id: UUID, values: dict[str, Any], *, is_dry_run: bool = False) -> bool:
    """Write a line where it may lie; tell whether anything differs from what is there."""
    scopes = current_scopes()
    rows = {row.scope: row for row in rows_of(entry_id)}
    was_sealed = scopes.sealed in rows and not rows[scopes.sealed].is_withdrawn
    is_sealed = was_sealed or values["protection"] is not Protection.NONE
    if is_sealed:
        values = values | {"protection": Protection.HIDE_PRESENCE}
    scope = scopes.sealed if is_sealed else scopes.core
    row = rows.get(scope)
    changed = row is None or any(getattr(row, name) != value for name, value in values.items())
    if is_dry_run or not changed:
        return changed
    if is_sealed and scopes.core in rows:
        move_to_sealed(rows[scopes.core])  # first, for it brings the protection of before along
        db.session.flush()
        row = db.session.get(SupportEntry, (scope, entry_id))
    if row is None:
        row = SupportEntry(scope=scope, id=entry_id)
        db.session.add(row)
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    return True


def rows_of(entry_id: UUID) -> list[SupportEntry]:
    """Return the rows of a line, in the open and the sealed scope."""
    scopes = current_scopes()
    found = [
        db.session.get(SupportEntry, (scope, entry_id)) for scope in (scopes.core, scopes.sealed)
    ]
    return [row for row in found if row is not None]
