"""Persons: taken over from the register, written down at the desk, corrected, found to be one."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.core.japanese.dates import UNKNOWN, BirthValue
from victim_support.core.japanese.names import display_name
from victim_support.core.scopes import current_scopes
from victim_support.victims.models import Person
from victim_support.victims.rules import AddressKind, Protection, RegisterLink, Sex
from victim_support.victims.services.sealing import person_rows, seal_person, write_person


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is known of somebody when they are written down; empty is not known."""

    name: str = ""
    kana: str = ""
    name_note: str = ""
    birth: BirthValue = UNKNOWN
    sex: Sex | None = None
    address: str = ""
    postal_code: str = ""
    town: str = ""
    address_kind: AddressKind | None = None
    phone: str = ""
    relation: str = ""
    tag_number: str = ""

    def columns(self) -> dict[str, object]:
        """Return the values by column; the name in both forms, the birth as it was said."""
        return {
            "name": self.name or None,
            "name_display": display_name(self.name).text or None,
            "kana": self.kana or None,
            "name_note": self.name_note or None,
            "sex": self.sex,
            "address": self.address or None,
            "postal_code": self.postal_code or None,
            "town": self.town or None,
            "address_kind": self.address_kind,
            "phone": self.phone or None,
            "relation": self.relation or None,
            "tag_number": self.tag_number or None,
        } | birth_columns(self.birth)


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


def person_id_of(register_number: str) -> UUID:
    """Return the id that a resident (宛名番号) has as a person on every laptop."""
    return natural_id("person", current_scopes().municipality, register_number)


def take_over_person(
    data: PersonData,
    *,
    register_number: str,
    household_id: UUID | None,
    protection: Protection = Protection.NONE,
) -> Person:
    """Write a resident into the ledger, once; what was corrected here since stays.

    The register's protection (支援措置) comes along, and is raised if it is stricter by now.
    """
    person_id = person_id_of(register_number)
    rows = person_rows(person_id)
    if not rows or all(row.is_withdrawn for row in rows):
        values = data.columns() | {
            "household_id": household_id,
            "register_number": register_number,
            "register_link": RegisterLink.MATCHED,
            "protection": protection,
            "is_withdrawn": False,
        }
        return write_person(person_id, values)
    if protection is not Protection.NONE:
        return seal_person(person_id, protection)
    return rows[-1]


def create_person(
    data: PersonData, *, household_id: UUID | None, person_id: UUID | None = None
) -> Person:
    """Write down somebody the register does not show (未照合), or somebody without a name."""
    values = data.columns() | {
        "household_id": household_id,
        "register_link": RegisterLink.UNCHECKED,
    }
    return write_person(person_id or new_id(), values)


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


def merge_person(person_id: UUID, *, same_as_id: UUID) -> None:
    """Say that two records are one person: the first leaves the lists, nothing is destroyed."""
    write_person(person_id, {"same_as_id": same_as_id, "is_withdrawn": True})
    db.session.flush()
