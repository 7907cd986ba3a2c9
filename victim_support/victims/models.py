"""Households, persons and what hangs on a person.

Of a protected person (支援措置) the row in the core scope holds the mark and what is not hidden;
the whole row, under the same id, lies in the sealed scope.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import (
    Base,
    FieldClass,
    OpenEnum,
    ScopeKind,
    Synced,
    field,
    sync_table,
)
from victim_support.core.ids import natural_id
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.scopes import current_scopes
from victim_support.core.search import SearchIndex
from victim_support.victims.rules import (
    AddressKind,
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    LinkDecision,
    NeedKind,
    Protection,
    RegisterLink,
    Sex,
    StatementKind,
)

PERSON_INDEX = SearchIndex("person_search", Base.metadata)
"""Everybody in the ledger by name, kana, address, birth date and telephone; rebuilt from rows."""
SEALED_INDEX = SearchIndex("sealed_search", Base.metadata)
"""Those whose presence is hidden. Whoever may not see them never asks it, so that "protected" and
"not found" take the same way and the same time."""


class Household(Synced):
    """People who live together (世帯), as in the register or as they say."""

    __tablename__ = "households"
    __history__ = "person.read"
    __sync__ = sync_table(30, ScopeKind.DISASTER)

    register_number: Mapped[str | None] = field(1, FieldClass.FACT)
    head_person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(3, FieldClass.ORDINARY)


class Person(Synced):
    """Somebody who was struck (被災者)."""

    __tablename__ = "persons"
    __history__ = "person.read"
    __seal__ = "protection"
    __sync__ = sync_table(31, ScopeKind.DISASTER)

    household_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    name: Mapped[str | None] = field(2, FieldClass.REVIEW)
    name_display: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    kana: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    name_note: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    birth_date: Mapped[date | None] = field(6, FieldClass.COUPLED, group="birth")
    birth_precision: Mapped[Precision | str | None] = field(
        7, FieldClass.COUPLED, group="birth", type_=OpenEnum(Precision)
    )
    birth_year: Mapped[int | None] = field(8, FieldClass.COUPLED, group="birth")
    birth_month: Mapped[int | None] = field(9, FieldClass.COUPLED, group="birth")
    age: Mapped[int | None] = field(22, FieldClass.COUPLED, group="birth")
    age_months: Mapped[int | None] = field(23, FieldClass.COUPLED, group="birth")
    age_band: Mapped[int | None] = field(24, FieldClass.COUPLED, group="birth")
    age_told_on: Mapped[date | None] = field(25, FieldClass.COUPLED, group="birth")
    sex: Mapped[Sex | str | None] = field(10, FieldClass.ORDINARY, type_=OpenEnum(Sex))
    address: Mapped[str | None] = field(11, FieldClass.COUPLED, group="address")
    postal_code: Mapped[str | None] = field(12, FieldClass.COUPLED, group="address")
    town: Mapped[str | None] = field(13, FieldClass.COUPLED, group="address")
    address_kind: Mapped[AddressKind | str | None] = field(
        14, FieldClass.COUPLED, group="address", type_=OpenEnum(AddressKind)
    )
    phone: Mapped[str | None] = field(15, FieldClass.BOTH_KEPT)
    relation: Mapped[str | None] = field(16, FieldClass.ORDINARY)
    register_number: Mapped[str | None] = field(17, FieldClass.ORDINARY, index=True)
    register_link: Mapped[RegisterLink | str | None] = field(
        18, FieldClass.REVIEW, type_=OpenEnum(RegisterLink)
    )
    protection: Mapped[Protection | str | None] = field(
        19, FieldClass.RESTRICTIVE, type_=OpenEnum(Protection), default=Protection.NONE.value
    )
    tag_number: Mapped[str | None] = field(20, FieldClass.ORDINARY)
    # Fields of synced tables stay for ever; this one is written no more, see PersonLink.
    same_as_id: Mapped[UUID | None] = field(21, FieldClass.REVIEW)

    @property
    def birth(self) -> BirthValue:
        """Return what is known of the birth date, as it was said."""
        return birth_of(self)


class PersonNeed(Synced):
    """One urgent need (配慮) of one person; the id follows from both."""

    __tablename__ = "person_needs"
    __history__ = "person.read"
    __sync__ = sync_table(32, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.SET_ELEMENT, index=True)
    kind: Mapped[NeedKind | str] = field(2, FieldClass.SET_ELEMENT, type_=OpenEnum(NeedKind))
    note: Mapped[str | None] = field(3, FieldClass.ORDINARY)


class Answer(Synced):
    """One answer of one person about giving information away; the id follows from both."""

    __tablename__ = "answers"
    __history__ = "person.read"
    __sync__ = sync_table(33, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    kind: Mapped[AnswerKind | str] = field(2, FieldClass.FACT, type_=OpenEnum(AnswerKind))
    value: Mapped[AnswerValue | str | None] = field(
        3, FieldClass.RESTRICTIVE, type_=OpenEnum(AnswerValue)
    )
    given_by: Mapped[GivenBy | str | None] = field(
        4, FieldClass.RESTRICTIVE, type_=OpenEnum(GivenBy)
    )
    edition: Mapped[Edition | str | None] = field(5, FieldClass.FACT, type_=OpenEnum(Edition))
    answered_at: Mapped[datetime | None] = field(6, FieldClass.ORDINARY)


class Statement(Synced):
    """What somebody else says of a person who has not come (伝聞), with informant and time.

    It never opens, closes or colours a stay. Whether it still stands follows from the person's
    own later arrival; nothing is written for that.
    """

    __tablename__ = "statements"
    __history__ = "statement.read"
    __sync__ = sync_table(34, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    kind: Mapped[StatementKind | str] = field(2, FieldClass.ORDINARY, type_=OpenEnum(StatementKind))
    informant: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    informant_phone: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    occurred_at: Mapped[datetime] = field(5, FieldClass.ORDINARY)
    place: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID | None] = field(8, FieldClass.ORDINARY)
    settled_at: Mapped[datetime | None] = field(9, FieldClass.COUPLED, group="settled")
    settled_by: Mapped[str | None] = field(10, FieldClass.COUPLED, group="settled")


class PersonLink(Synced):
    """A decision that two records are one person (同じ人) or two; the id follows from both.

    Nothing is merged: whoever reads takes the records of one person together. Taking a decision
    back withdraws the row.
    """

    __tablename__ = "person_links"
    __history__ = "person.decide"
    __sync__ = sync_table(35, ScopeKind.DISASTER)

    first_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    second_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    decision: Mapped[LinkDecision | str | None] = field(
        3, FieldClass.REVIEW, type_=OpenEnum(LinkDecision)
    )
    reason: Mapped[str | None] = field(4, FieldClass.COUPLED, group="grounds")
    decided_by: Mapped[UUID | None] = field(5, FieldClass.COUPLED, group="grounds")
    decided_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="grounds")


def birth_of(row: Any) -> BirthValue:
    """Return what a row with the columns of a person says of the birth date."""
    precision = row.birth_precision
    return BirthValue(
        date=row.birth_date,
        year=row.birth_year,
        month=row.birth_month,
        age=row.age,
        months=row.age_months,
        band=row.age_band,
        precision=precision if isinstance(precision, Precision) else Precision.UNKNOWN,
    )


def household_id_of(register_number: str) -> UUID:
    """Return the id that a household of the register (世帯番号) has on every laptop."""
    return natural_id("household", current_scopes().municipality, register_number)


def person_id_of(register_number: str) -> UUID:
    """Return the id that a resident (宛名番号) has as a person on every laptop."""
    return natural_id("person", current_scopes().municipality, register_number)


def link_id_of(one: UUID, other: UUID) -> UUID:
    """Return the id that the decision on two records has on every laptop, in either order."""
    first, second = sorted((one, other))
    return natural_id("person-link", current_scopes().municipality, f"{first}/{second}")
