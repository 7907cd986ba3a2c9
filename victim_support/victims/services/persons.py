"""Persons: taken over from the register, written down at the desk, corrected, identified."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.ids import new_id
from victim_support.core.japanese.dates import BirthValue
from victim_support.core.japanese.names import display_name
from victim_support.victims.models import Person, person_id_of
from victim_support.victims.queries import list_linked
from victim_support.victims.rules import PersonData, Protection, RegisterLink
from victim_support.victims.services.sealing import (
    fullest_row,
    person_rows,
    seal_person,
    write_person,
)

TOLD = frozenset({"phone", "tag_number", "name_note"})
"""What no register knows: only people at the desk tell it."""


def columns_of(data: PersonData) -> dict[str, object]:
    """Return the values by column; the name in both forms, the birth as it was said."""
    return {
        "name": data.name or None,
        "name_display": display_name(data.name).text or None,
        "kana": data.kana or None,
        "name_note": data.name_note or None,
        "sex": data.sex,
        "address": data.address or None,
        "postal_code": data.postal_code or None,
        "town": data.town or None,
        "address_kind": data.address_kind,
        "phone": data.phone or None,
        "relation": data.relation or None,
        "tag_number": data.tag_number or None,
    } | birth_columns(data.birth)


def birth_columns(birth: BirthValue) -> dict[str, object]:
    """Return the columns of a birth date, age or age band, with the day an age was told."""
    has_age = birth.age is not None or birth.band is not None
    return {
        "birth_date": birth.date,
        "birth_precision": birth.precision,
        "birth_year": birth.year,
        "birth_month": birth.month,
        "age": birth.age,
        "age_months": birth.months,
        "age_band": birth.band,
        "age_told_on": clock.today() if has_age else None,
    }


def take_over_person(
    data: PersonData,
    *,
    register_number: str,
    household_id: UUID | None,
    protection: Protection = Protection.NONE,
) -> Person:
    """Write a resident into the ledger, once; what was corrected here since stays.

    What the desk was told and the ledger lacks (telephone, tag, looks) is added.

    The register's protection (支援措置) comes along, and is raised if it is stricter by now.
    Somebody typed in before who was found to be this resident stays the one record.
    """
    linked = list_linked([register_number]).get(register_number)
    person_id = linked.id if linked else person_id_of(register_number)
    rows = person_rows(person_id)
    if not rows or all(row.is_withdrawn for row in rows):
        values = columns_of(data) | {
            "household_id": household_id,
            "register_number": register_number,
            "register_link": RegisterLink.MATCHED,
            "protection": protection,
            "is_withdrawn": False,
        }
        return write_person(person_id, values)
    told = {name: value for name, value in columns_of(data).items() if name in TOLD and value}
    there = fullest_row(rows)
    lacking = {name: value for name, value in told.items() if not getattr(there, name)}
    if lacking:
        write_person(person_id, lacking)
    if protection is not Protection.NONE:
        return seal_person(person_id, protection)
    return there


def create_person(
    data: PersonData,
    *,
    household_id: UUID | None,
    person_id: UUID | None = None,
    link: RegisterLink = RegisterLink.UNCHECKED,
) -> Person:
    """Write down somebody the register does not show, or somebody without a name."""
    values = columns_of(data) | {"household_id": household_id, "register_link": link}
    return write_person(person_id or new_id(), values, is_new=person_id is None)


def update_person(person_id: UUID, **values: object) -> Person:
    """Correct columns of a person; a corrected name is shown as corrected."""
    if isinstance(name := values.get("name"), str):
        values |= {"name_display": display_name(name).text or None}
    return write_person(person_id, values)


def link_to_register(
    person_id: UUID, *, register_number: str, protection: Protection = Protection.NONE
) -> Person:
    """Say that a person is this resident; the register's protection comes along."""
    person = write_person(
        person_id,
        {"register_number": register_number, "register_link": RegisterLink.MATCHED},
    )
    return person if protection is Protection.NONE else seal_person(person_id, protection)
