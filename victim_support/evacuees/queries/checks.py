"""What records mark as to be checked (要確認), and pairs that look like one person.

A hint never tells where somebody is, and a protected person is in it only for those who may see
sealed records.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, select, type_coerce

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Disclosure, Purpose, view
from victim_support.core.japanese.dates import BirthValue
from victim_support.core.japanese.names import GETA
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.stays import list_open_stays
from victim_support.evacuees.rules import OUTSIDE, SLEEPING
from victim_support.journal.queries import first_recorded
from victim_support.victims.likeness import Alike, Facts, Feature, common_features, find_alike
from victim_support.victims.links import list_links, same_people
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.queries import disaster_scopes, list_people, search_people
from victim_support.victims.rules import AddressKind, LinkDecision, Protection, RegisterLink

LOOKED_AT = 20
_COMPARED = [
    *(type_coerce(column, Text).label(column.key) for column in (Person.protection, Person.sex)),
    *(Person.id, Person.name, Person.kana, Person.address, Person.phone, Person.register_number),
    *(Person.birth_date, Person.birth_year, Person.birth_month),
    *(Person.age, Person.age_band, Person.age_told_on),
]
"""As text where an enum would take its time: everybody is compared with everybody."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Somebody of whom something is to be checked, and since when."""

    person: DisclosedPerson
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that look like one person."""

    first: DisclosedPerson
    second: DisclosedPerson
    features: tuple[Feature, ...]
    since: datetime | None


def may_see(person: Person, disclosure: Disclosure) -> bool:
    """Tell whether a hint may be about a person: of the protected only for sealed roles."""
    return _hinted(person, disclosure) is not None


def _hinted(person: Person, disclosure: Disclosure) -> DisclosedPerson | None:
    is_open = person.protection in {None, Protection.NONE}
    return disclosure.person(person) if is_open or disclosure.sees_sealed else None


def hinting() -> Disclosure:
    """Return the decisions about hints for this request."""
    return view(Audience.DESK, Purpose.RECORD)


def list_unnamed() -> list[Marked]:
    """Return people of whom neither name nor reading is known."""
    return _marked(
        Person.name.is_(None) & Person.kana.is_(None),
        lambda person: not person.name and not person.kana,
    )


def list_without_kana() -> list[Marked]:
    """Return people with a name whose reading is not known: nobody finds them by kana."""
    return _marked(Person.kana.is_(None), lambda person: bool(person.name and not person.kana))


def list_with_gaiji() -> list[Marked]:
    """Return people whose name holds characters (外字) that this machine cannot show."""
    return _marked(
        Person.name_display.contains(GETA, autoescape=True),
        lambda person: GETA in (person.name_display or ""),
    )


def list_without_address() -> list[Marked]:
    """Return people of whom nobody knows an address, though nobody said that there is none."""
    return _marked(
        Person.address.is_(None),
        lambda person: (
            not person.address
            and person.address_kind not in {AddressKind.NONE, AddressKind.REFUSED}
            and bool(person.name or person.kana)
        ),
    )


def list_to_compare() -> list[Marked]:
    """Return people who may be in the resident register: somebody must look (照合)."""
    return _marked(
        Person.register_link == RegisterLink.REVIEW,
        lambda person: person.register_link is RegisterLink.REVIEW,
    )


def list_protected_unlinked() -> list[Marked]:
    """Return protected people who are not linked with the register, for sealed roles."""
    return _marked(
        (Person.protection != Protection.NONE) & Person.register_number.is_(None),
        lambda person: (
            person.protection not in {None, Protection.NONE} and not person.register_number
        ),
    )


def list_in_two_places() -> list[tuple[Marked, int]]:
    """Return people with more than one open stay, over all their records, and how many."""
    statement = select(Stay.person_id).where(
        Stay.scope.in_(disaster_scopes()),
        Stay.is_withdrawn.is_(False),
        Stay.ended_at.is_(None),
        Stay.kind.in_(SLEEPING | OUTSIDE),
    )
    same, seen = same_people(), set[UUID]()
    doubled: dict[UUID, None] = {}
    for person_id in db.session.scalars(statement.order_by(Stay.started_at, Stay.id)):
        canonical = same.canonical(person_id)
        if canonical in seen:
            doubled[canonical] = None
        seen.add(canonical)
    stays = list_open_stays(list(doubled))
    disclosure = hinting()
    return [
        (Marked(shown, max(stay.started_at for stay in stays[person.id])), len(stays[person.id]))
        for person in list_people(list(doubled))
        if may_see(person, disclosure) and (shown := disclosure.person(person)) is not None
    ]


def list_pairs() -> list[Pair]:
    """Return the pairs that look like one person and that nobody has decided on."""
    disclosure = hinting()
    return _undecided(find_alike(_everybody(disclosure)), disclosure)


def list_pairs_of(person: Person) -> list[Pair]:
    """Return those who look like one person, found by name and telephone."""
    disclosure = hinting()
    words = {person.kana, person.name, person.phone} - {None, ""}
    found = {
        other.id: other
        for word in sorted(str(word) for word in words)
        for other in search_people(word, LOOKED_AT, has_sealed=disclosure.sees_sealed)[0]
        if other.id != person.id and may_see(other, disclosure)
    }
    mine = facts_of(person)
    alike = []
    for other in found.values():
        features = common_features(mine, facts_of(other))
        if features and may_see(person, disclosure):
            first, second = sorted((person.id, other.id))
            alike.append(Alike(first, second, features))
    return _undecided(alike, disclosure)


def list_contradictions() -> list[PersonLink]:
    """Return decisions 別の人 on records that other decisions make one person."""
    same = same_people()
    return [
        link
        for link in list_links()
        if link.decision is LinkDecision.DIFFERENT
        and link.first_id
        and link.second_id
        and same.canonical(link.first_id) == same.canonical(link.second_id)
    ]


def facts_of(person: Person) -> Facts:
    """Return what of a record is compared."""
    return Facts(
        id=person.id,
        name=person.name or "",
        kana=person.kana or "",
        birth=person.birth,
        told_on=person.age_told_on,
        sex=person.sex,
        address=person.address or "",
        phone=person.phone or "",
        register_number=person.register_number,
    )


def _marked(condition: ColumnElement[bool], applies: Callable[[Person], bool]) -> list[Marked]:
    """Return whom a condition is true of, looked at again on all that is known of each.

    Where two records are one person, what one of them lacks the other may tell.
    """
    disclosure, same = hinting(), same_people()
    statement = select(Person.id).where(
        Person.scope.in_(disaster_scopes()), Person.is_withdrawn.is_(False), condition
    )
    ids = dict.fromkeys(db.session.scalars(statement.order_by(Person.id)))
    rows = {person.id: person for person in list_people(same.with_others(ids))}
    found = [
        shown
        for person_id in ids
        if person_id in rows
        and all(applies(rows[each]) for each in same.records(person_id) if each in rows)
        and (shown := _hinted(rows[person_id], disclosure)) is not None
    ]
    people = same.once(found, lambda shown: shown.id)
    recorded = first_recorded(Person, [shown.id for shown in people])
    return [Marked(shown, recorded.get(shown.id)) for shown in people]


def _everybody(disclosure: Disclosure) -> list[Facts]:
    """Return everybody a hint may be about: single columns, for they are many."""
    statement = (
        select(*_COMPARED)
        .where(Person.scope.in_(disaster_scopes()), Person.is_withdrawn.is_(False))
        .order_by(Person.id, Person.scope)  # the sealed row of a person comes last, and counts
    )
    rows = {row.id: row for row in db.session.execute(statement)}
    return [
        _facts_of_row(row)
        for row in rows.values()
        if disclosure.sees_sealed or row.protection in {None, Protection.NONE}
    ]


def _facts_of_row(row: Any) -> Facts:
    return Facts(
        id=row.id,
        name=row.name or "",
        kana=row.kana or "",
        birth=BirthValue(
            date=row.birth_date,
            year=row.birth_year,
            month=row.birth_month,
            age=row.age,
            band=row.age_band,
        ),
        told_on=row.age_told_on,
        sex=row.sex,
        address=row.address or "",
        phone=row.phone or "",
        register_number=row.register_number,
    )


def _undecided(alike: Iterable[Alike], disclosure: Disclosure) -> list[Pair]:
    same = same_people()
    decided = {(link.first_id, link.second_id) for link in list_links()}
    open_pairs = [
        each
        for each in alike
        if (each.first_id, each.second_id) not in decided
        and same.canonical(each.first_id) != same.canonical(each.second_id)
    ]
    ids = [each for pair in open_pairs for each in (pair.first_id, pair.second_id)]
    shown = {person.id: person for person in disclosure.people(list_people(ids))}
    recorded = first_recorded(Person, ids)
    return [
        Pair(
            shown[each.first_id],
            shown[each.second_id],
            each.features,
            max(
                (recorded[one] for one in (each.first_id, each.second_id) if one in recorded),
                default=None,
            ),
        )
        for each in open_pairs
        if each.first_id in shown and each.second_id in shown
    ]
