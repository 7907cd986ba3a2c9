"""What pages and maps show of shelters: pages of the list, pins with people against capacity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from victim_support.core.dates import short_time
from victim_support.core.maps import Pin
from victim_support.core.paging import part_of
from victim_support.shelters.models import Shelter, ShelterOperation
from victim_support.shelters.queries import ShelterState
from victim_support.shelters.rules import OperationStatus, fold_address, fold_name

PAGE_SIZE = 50
PIN_PRECISION = 5  # decimals of a position on the map; a click comes back with them
_LETTERS = {
    OperationStatus.OPEN: "o",
    OperationStatus.PERMANENT: "p",
    OperationStatus.CLOSED: "c",
    OperationStatus.NOT_OPENED: "n",
    OperationStatus.UNKNOWN: "u",
}


class Operating(Protocol):
    """What a pin needs of a shelter's operation, now or at another moment."""

    @property
    def status(self) -> OperationStatus | str | None: ...


@dataclass(frozen=True, slots=True)
class ShelterCount:
    """People at a shelter now, as numbers only; whoever counts them has left nobody out.

    Attributes:
        people: Named and unnamed together; None when nobody has counted.
        needs: Urgent needs by their word, such as ``{"車いす": 2}``.
        as_of: When the number was true.
    """

    people: int | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list of shelters, as it was asked for."""

    states: Sequence[ShelterState]
    which: str
    text: str
    page: int
    pages: int
    found: int
    open_count: int
    town_count: int
    all_count: int


@dataclass(frozen=True, slots=True)
class OpenShelter:
    """An open shelter in the table beside the map."""

    shelter: Shelter
    status_label: str
    count: ShelterCount | None

    @property
    def is_full(self) -> bool:
        """Tell whether as many people are there as fit in."""
        people = self.count.people if self.count else None
        capacity = self.shelter.capacity
        return people is not None and capacity is not None and people >= capacity > 0

    @property
    def needs(self) -> str:
        return (_needs(self.count) if self.count else None) or ""


@dataclass(frozen=True, slots=True)
class MapPage:
    """Totals and tables of the map page."""

    opened: Sequence[OpenShelter]
    people: int
    uncounted: int
    unplaced: Sequence[Shelter]
    shown: int


def list_page(
    states: Sequence[ShelterState],
    *,
    municipality: str,
    which: str | None,
    text: str,
    page: int,
) -> ListPage:
    """Return a page of the open shelters, of the town's own, or of all, by name or address.

    Without a wish the open ones are shown, or the town's own while none is open.
    """
    opened = [state for state in states if state.is_open]
    own = [state for state in states if _is_own(state, municipality)]
    kinds = {"open": opened, "town": own, "all": list(states)}
    which = which if which in kinds else ("open" if opened else "town")
    found = [state for state in kinds[which] if _matches(state.shelter, text)]
    part = part_of(len(found), PAGE_SIZE, page)
    return ListPage(
        states=part.of(found),
        which=which,
        text=text,
        page=part.page,
        pages=part.pages,
        found=len(found),
        open_count=len(opened),
        town_count=len(own),
        all_count=len(states),
    )


def states_at(states: Iterable[ShelterState], latitude: str, longitude: str) -> list[ShelterState]:
    """Return the shelters that stand on one point of the map."""
    return [state for state in states if _point(state.shelter) == (latitude, longitude)]


def map_features(
    shelters: Iterable[Shelter],
    operations: Mapping[UUID, Operating],
    counts: Mapping[UUID, ShelterCount],
) -> list[Pin]:
    """Return the pins of the map: state, people against capacity, urgent needs.

    The short names of the properties are read by ``static/js/map.js``; a click is answered by the
    position, so that no id of 36 letters travels with every pin. Shelters that take people come
    last and so lie on top.
    """
    pins = [
        Pin(shelter.latitude, shelter.longitude, _properties(shelter, operations, counts))
        for shelter in shelters
        if shelter.latitude is not None and shelter.longitude is not None
    ]
    return sorted(pins, key=lambda pin: pin.properties["k"] in ("o", "p"))


def map_page(
    shelters: Sequence[Shelter],
    operations: Mapping[UUID, ShelterOperation],
    counts: Mapping[UUID, ShelterCount],
) -> MapPage:
    """Return what stands around the map: totals, the open shelters, those without a position."""
    opened = [
        OpenShelter(shelter, operations[shelter.id].status_label, counts.get(shelter.id))
        for shelter in shelters
        if shelter.id in operations and operations[shelter.id].takes_people
    ]
    counted = [one.count.people for one in opened if one.count and one.count.people is not None]
    return MapPage(
        opened=opened,
        people=sum(counted),
        uncounted=len(opened) - len(counted),
        unplaced=[one.shelter for one in opened if one.shelter.latitude is None],
        shown=sum(shelter.latitude is not None for shelter in shelters),
    )


def _properties(
    shelter: Shelter,
    operations: Mapping[UUID, Operating],
    counts: Mapping[UUID, ShelterCount],
) -> dict[str, str | int | float | None]:
    operation = operations.get(shelter.id)
    count = counts.get(shelter.id)
    return {
        "n": shelter.name,
        "k": _letter(operation),
        "p": count.people if count else None,
        "c": shelter.capacity,
        "w": _needs(count) if count else None,
        "t": short_time(count.as_of) if count and count.as_of else None,
    }


def _letter(operation: Operating | None) -> str:
    if operation is None:
        return _LETTERS[OperationStatus.NOT_OPENED]
    if isinstance(operation.status, OperationStatus):
        return _LETTERS[operation.status]
    return _LETTERS[OperationStatus.UNKNOWN]


def _needs(count: ShelterCount) -> str | None:
    words = [f"{word}{number}" for word, number in count.needs.items() if number]
    return "、".join(words) or None


def _point(shelter: Shelter) -> tuple[str, str] | None:
    """Return a position as the map's script writes it back."""
    if shelter.latitude is None or shelter.longitude is None:
        return None
    return _written(shelter.latitude), _written(shelter.longitude)


def _written(angle: float) -> str:
    return f"{round(angle, PIN_PRECISION):.{PIN_PRECISION}f}"


def _is_own(state: ShelterState, municipality: str) -> bool:
    return state.shelter.municipality in {"", municipality}


def _matches(shelter: Shelter, text: str) -> bool:
    if not text.strip():
        return True
    wanted = fold_name(text)
    return (
        wanted in fold_name(shelter.name)
        or wanted in fold_name(shelter.name_kana or "")
        or fold_address(text) in fold_address(shelter.address or "")
        or wanted in fold_name(shelter.district or "")
    )
