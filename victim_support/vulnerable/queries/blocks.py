"""Block lists (区域の名簿): everybody of an area in the order of the street, and how they stand."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.disclosure import DisclosedPerson, Disclosure, Purpose, Subject
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.residents.models import Resident
from victim_support.residents.queries import list_residents_of
from victim_support.victims.links import same_people
from victim_support.victims.models import Person
from victim_support.victims.queries import (
    disaster_scopes,
    fullest,
    list_linked,
)
from victim_support.victims.rules import Protection, Sex
from victim_support.vulnerable.models import Block, SupportEntry
from victim_support.vulnerable.queries.places import Places, get_places
from victim_support.vulnerable.queries.register import list_entries
from victim_support.vulnerable.queries.states import list_standings
from victim_support.vulnerable.rules.blocks import lives_there
from victim_support.vulnerable.rules.states import SafetyState, Standing
from victim_support.vulnerable.rules.streets import (
    Point,
    Street,
    is_between,
    is_inside,
    read_numbers,
    street_of,
)

LARGE = 500
"""People beyond which a block is better divided: nobody walks so many doors with one paper."""
OPEN = frozenset({None, "", Protection.NONE.value})


@dataclass(frozen=True, slots=True)
class Area:
    """What a block covers, ready to be asked of an address."""

    town: str
    first: tuple[int, ...]
    last: tuple[int, ...]
    corners: tuple[Point, ...]
    towns: frozenset[str]
    places: Places

    def holds_town(self, town: str) -> bool:
        """Tell whether anybody of a town could live in the block."""
        return town == self.town if self.town else town in self.towns

    def holds(self, street: Street) -> bool:
        """Tell whether an address lies in the block."""
        if self.town and not (
            street.town == self.town and is_between(street.numbers, self.first, self.last)
        ):
            return False
        if not self.corners:
            return bool(self.town)
        point = self.places.position_of(street)
        return point is not None and is_inside(point, self.corners)

    def is_unplaced(self, street: Street) -> bool:
        """Tell whether nobody knows if an address lies in what was drawn."""
        if not self.corners or not self.holds_town(street.town):
            return False
        return self.places.position_of(street) is None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may live in a block: who they are, and what is known of where."""

    person_id: UUID
    subject: Subject
    street: Street
    building: str
    household: str
    note: str
    is_added: bool


@dataclass(frozen=True, slots=True)
class BlockLine:
    """One person of a block list as a viewer may see them."""

    person_id: UUID
    person: DisclosedPerson
    street: Street
    building: str
    household: str
    note: str
    is_added: bool
    standing: Standing

    @property
    def sex(self) -> Sex | None:
        """Return the sex; the register keeps it as a plain value."""
        return Sex(self.person.sex) if self.person.sex in set(Sex) else None


@dataclass(frozen=True, slots=True)
class BlockList:
    """Everybody of a block by street, and what could not be placed."""

    lines: Sequence[BlockLine]
    unplaced: Mapping[str, int]
    """People by town of whom nobody knows whether they live in what was drawn."""

    @property
    def is_large(self) -> bool:
        """Tell whether the list is too long to be walked and printed well."""
        return len(self.lines) > LARGE

    def count(self, state: SafetyState) -> int:
        """Return how many people stand so."""
        return sum(line.standing.state is state for line in self.lines)


def list_blocks() -> list[Block]:
    """Return the blocks of this disaster by name."""
    statement = (
        select(Block)
        .where(Block.scope == current_scopes().core, Block.is_withdrawn.is_(False))
        .order_by(Block.name, Block.id)
    )
    return list(db.session.scalars(statement))


def get_block(block_id: UUID) -> Block:
    """Return a block or 404."""
    row = db.session.get(Block, (current_scopes().core, block_id))
    return abort(404) if row is None or row.is_withdrawn else row


def area_of(block: Block) -> Area:
    """Return what a block covers."""
    base = street_of(block.town)
    corners = tuple((one[0], one[1]) for one in block.corners or ())
    places = get_places()
    return Area(
        town=base.town if block.town else "",
        first=(*base.numbers, *(read_numbers(block.first or "") or ())),
        last=(*base.numbers, *(read_numbers(block.last or "") or ())),
        corners=corners,
        towns=places.towns_inside(list(corners)) if corners else frozenset(),
        places=places,
    )


def street_here(address: str | None) -> Street:
    """Split an address of this municipality."""
    return street_of(address, str(setting("municipality_name") or ""))


def list_block(block: Block, disclosure: Disclosure) -> BlockList:
    """Return everybody of a block whose address the viewer may see, by street.

    That somebody stands here says where they live: whoever's address may not be shown is not in
    the list. For rescuers a protected person who is said to need rescue stands at the end,
    without a name and without an address.
    """
    area = area_of(block)
    candidates = same_people().once(_candidates(area), lambda one: one.person_id)
    inside = [one for one in candidates if area.holds(one.street)]
    standings = list_standings([one.person_id for one in inside])
    lines = [
        _line(one, shown, standings[one.person_id])
        for one in inside
        if (shown := disclosure.person(one.subject)) is not None
        and (
            shown.address
            or (
                disclosure.purpose is Purpose.RESCUE
                and standings[one.person_id].state is SafetyState.RESCUE
            )
        )
    ]
    unplaced = Counter(
        one.street.town
        for one in candidates
        if one.subject.protection in OPEN and area.is_unplaced(one.street)
    )
    return BlockList(sorted(lines, key=_order), unplaced)


def candidates_in(block: Block) -> dict[UUID, Candidate]:
    """Return everybody of a block by person, whoever may be shown: for writing about them."""
    area = area_of(block)
    return {one.person_id: one for one in _candidates(area) if area.holds(one.street)}


def _candidates(area: Area) -> list[Candidate]:
    residents = [
        one
        for one in list_residents_of(lambda town: area.holds_town(street_of(town).town))
        if lives_there(one.status)
    ]
    linked = list_linked([one.number for one in residents])
    found = [_of_resident(one, linked.get(one.number)) for one in residents]
    known = {one.person_id for one in found}
    found += [_of_person(one) for one in _unregistered(area.holds_town) if one.id not in known]
    known |= {one.person_id for one in found}
    found += [
        _of_entry(entry)
        for entry in list_entries()
        if (entry.person_id or entry.id) not in known
        and area.holds_town(street_here(entry.address).town)
    ]
    return found


def _of_resident(resident: Resident, person: Person | None) -> Candidate:
    """Return a resident, under the record the ledger has; the stricter protection holds."""
    is_protected = person is not None and person.protection not in OPEN
    return Candidate(
        person_id=person.id if person else resident.id,
        subject=person if person is not None and is_protected else resident,
        street=street_here(resident.address),
        building=resident.building,
        household=resident.household_number,
        note="",
        is_added=False,
    )


def _of_person(person: Person) -> Candidate:
    household = str(person.household_id or person.id)
    return Candidate(
        person.id,
        person,
        street_here(person.address),
        "",
        household,
        person.name_note or "",
        is_added=True,
    )


def _of_entry(entry: SupportEntry) -> Candidate:
    street = street_here(entry.address)
    return Candidate(
        entry.person_id or entry.id, entry, street, "", str(entry.id), "", is_added=True
    )


def _unregistered(holds_town: Callable[[str], bool]) -> Iterable[Person]:
    """Return the people of the ledger who are no residents of the register."""
    statement = (
        select(Person)
        .where(
            Person.scope.in_(disaster_scopes()),
            Person.is_withdrawn.is_(False),
            Person.register_number.is_(None),
            Person.address.is_not(None),
        )
        .order_by(Person.id, Person.scope)
    )
    people = fullest(db.session.scalars(statement)).values()
    return [one for one in people if holds_town(street_here(one.address).town)]


def _line(one: Candidate, shown: DisclosedPerson, standing: Standing) -> BlockLine:
    has_address = bool(shown.address)
    return BlockLine(
        person_id=one.person_id,
        person=shown,
        street=one.street if has_address else Street("", ()),
        building=one.building if has_address else "",
        household=one.household if has_address else "",
        note=one.note if has_address else "",
        is_added=one.is_added,
        standing=standing,
    )


def _order(line: BlockLine) -> tuple[object, ...]:
    street = line.street
    return (
        not line.person.address,
        street.town,
        street.numbers or (math.inf,),
        street.rest,
        line.building,
        line.household,
        not line.person.relation.startswith(("世帯主", "本人")),
        line.person.birth.year or 0,
        str(line.person_id),
    )
