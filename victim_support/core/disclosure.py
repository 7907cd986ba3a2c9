"""The one place that decides what of a person may be shown to whom (支援措置 wins over everything).

Ask once per request for a view and pass every person through it::

    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people = disclosure.people(rows)          # only those who may be shown, only what may be shown

Templates, PDFs, CSVs and maps get :class:`DisclosedPerson`, never rows. "Protected" and "not
found" are the same answer: ``person()`` returns None for both, and callers have one branch.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.japanese.dates import UNKNOWN, BirthValue, age_on

SEALED_PERMISSION = "sealed.read"
WITHHELD = "（本部に確認）"
NAMELESS = "（氏名なし）"


class Audience(StrEnum):
    """Who will see it."""

    DESK = "desk"  # reception and shelter staff
    MANAGER = "manager"
    COUNTER = "counter"
    HEADQUARTERS = "headquarters"
    MAP = "map"
    FILE = "file"  # a file that leaves the program
    PAPER = "paper"  # lists printed for staff
    HOUSEHOLD = "household"  # other members, on their papers
    RESCUE = "rescue"  # fire service
    WALL = "wall"  # posted list
    FAMILY = "family"
    ACQUAINTANCE = "acquaintance"
    PUBLIC = "public"


class Purpose(StrEnum):
    """What for."""

    REGISTER = "register"  # who lives in this town: finds everybody
    PRESENCE = "presence"  # who is where, lists, maps
    RECORD = "record"  # one opened record
    RESCUE = "rescue"  # saving a life


# Whoever gets this sees protected people when the actor holds the right to; nobody else ever.
_STAFF = frozenset({Audience.DESK, Audience.MANAGER, Audience.COUNTER, Audience.HEADQUARTERS})
# Only with the person's own yes (or, for the family, without a no).
_ASKED = frozenset({Audience.WALL, Audience.FAMILY, Audience.ACQUAINTANCE, Audience.PUBLIC})
# Outside the desk's own lists: here a protected person does not exist.
_STRANGERS = frozenset({Audience.HOUSEHOLD, Audience.FILE, Audience.MAP})
_HIDES_ADDRESS = "hide_address"
_OPEN = frozenset({None, "", "none"})


class Subject(Protocol):
    """What is known of somebody: a person, or an entry of the resident register."""

    @property
    def id(self) -> UUID: ...
    @property
    def household_id(self) -> UUID | None: ...
    @property
    def protection(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def name_display(self) -> str | None: ...
    @property
    def kana(self) -> str | None: ...
    @property
    def birth(self) -> BirthValue: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def relation(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def postal_code(self) -> str | None: ...
    @property
    def town(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class DisclosedPerson:
    """What may be shown of somebody; what may not is empty, as if it were not known."""

    id: UUID
    household_id: UUID | None
    name: str
    name_received: str
    kana: str
    birth: BirthValue
    age: str
    sex: str | None
    relation: str
    address: str
    postal_code: str
    town: str
    phone: str
    is_marked: bool
    """Protected, and the viewer may know it; always False for others."""


@dataclass(frozen=True, slots=True)
class DisclosedCount:
    """How many may be named, and how many are only counted."""

    named: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The decisions for one audience and one purpose."""

    audience: Audience
    purpose: Purpose
    sees_sealed: bool
    today: date

    def person(self, subject: Subject | None, *, agrees: bool = False) -> DisclosedPerson | None:
        """Return what may be shown of one person, or None as if there were nobody.

        Args:
            subject: The person, or None when nobody was found.
            agrees: Whether the person's answers allow this audience; asked of audiences
                outside the office only.
        """
        if subject is None:
            return None
        is_protected = subject.protection not in _OPEN
        if self.audience in _ASKED:
            return self._show(subject) if agrees and not is_protected else None
        if not is_protected:
            return self._show(subject)
        if self.sees_sealed:
            return self._show(subject, is_marked=True)
        return self._protected(subject)

    def people(self, subjects: Iterable[Subject]) -> list[DisclosedPerson]:
        """Return those of the subjects that may be shown, in the same order."""
        return [shown for subject in subjects if (shown := self.person(subject)) is not None]

    def may_locate(self, subject: Subject | None) -> bool:
        """Tell whether the place of a person may be shown; false also when there is nobody."""
        if subject is None or self.purpose is Purpose.REGISTER:
            return False
        return self.person(subject) is not None

    def shows_address(self, subject: Subject | None) -> bool:
        """Tell whether where a person lives may be shown."""
        is_open = subject is not None and subject.protection in _OPEN
        return is_open or (self.sees_sealed and self.may_locate(subject))

    def count(self, subjects: Collection[Subject]) -> DisclosedCount:
        """Count a group without giving anybody away: who may not be named is among the unnamed."""
        named = sum(self.person(subject) is not None for subject in subjects)
        return DisclosedCount(named, len(subjects) - named)

    def _protected(self, subject: Subject) -> DisclosedPerson | None:
        if self.purpose is Purpose.REGISTER:
            return self._show(subject, has_address=False)
        if self.purpose is Purpose.RESCUE:
            return self._show(subject, has_address=False, has_name=False)
        if self.audience in _STRANGERS or subject.protection != _HIDES_ADDRESS:
            return None
        return self._show(subject, has_address=False)

    def _show(
        self,
        subject: Subject,
        *,
        has_address: bool = True,
        has_name: bool = True,
        is_marked: bool = False,
    ) -> DisclosedPerson:
        is_wall = self.audience is Audience.WALL
        has_contact = has_address and not is_wall
        return DisclosedPerson(
            id=subject.id,
            household_id=subject.household_id,
            name=_name_of(subject) if has_name else WITHHELD,
            name_received=(subject.name or "") if has_name else "",
            kana=(subject.kana or "") if has_name else "",
            birth=UNKNOWN if is_wall or not has_name else subject.birth,
            age="" if is_wall else age_text(subject.birth, self.today),
            sex=None if is_wall else subject.sex,
            relation="" if is_wall else subject.relation or "",
            address=(subject.address or "") if has_contact else "",
            postal_code=(subject.postal_code or "") if has_contact else "",
            town=(subject.town or "") if has_address else "",
            phone=(subject.phone or "") if has_contact else "",
            is_marked=is_marked,
        )


def view(audience: Audience, purpose: Purpose, *, today: date | None = None) -> Disclosure:
    """Return the decisions for this request: one audience, one purpose, the actor's rights."""
    sees_sealed = audience in _STAFF and SEALED_PERMISSION in current_actor().permissions
    return Disclosure(audience, purpose, sees_sealed, today or clock.today())


def _name_of(subject: Subject) -> str:
    return subject.name_display or subject.name or subject.kana or NAMELESS


def age_text(birth: BirthValue, today: date) -> str:
    """Return the age for a list: years, months of an infant, or what is known of it."""
    if birth.date is None:
        return "" if birth == UNKNOWN else str(birth)
    years = age_on(birth.date, today)
    if years > 0:
        return f"{years}歳"
    months = (today.year - birth.date.year) * 12 + today.month - birth.date.month
    return f"{max(0, months - (today.day < birth.date.day))}か月"
