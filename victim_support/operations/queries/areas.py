"""Areas of a shelter with who is in them, free places, and what is odd (never a wall)."""

from dataclasses import dataclass, field
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.core.tables import Edition, load_table
from victim_support.evacuees.queries import RosterLine, list_roster
from victim_support.evacuees.queries.movements import tells_areas
from victim_support.operations.models import AreaPlacement, ShelterArea
from victim_support.operations.rules import Room, divided_groups, unsuited
from victim_support.victims.queries import disaster_scopes
from victim_support.victims.rules import label_of


@dataclass(slots=True)
class AreaState:
    """One area with who is there, as the viewer may see them."""

    area: ShelterArea
    lines: list[RosterLine] = field(default_factory=list)
    spots: dict[UUID, str] = field(default_factory=dict)
    """The number of the place, by stay."""
    warnings: list[str] = field(default_factory=list)

    @property
    def room(self) -> Room:
        return Room(len(self.lines), self.area.capacity, self.area.square_metres)


@dataclass(frozen=True, slots=True)
class Space:
    """All areas of a shelter, and who has no place yet."""

    states: list[AreaState]
    unplaced: list[RosterLine]

    @property
    def free(self) -> int | None:
        """Return the free places of all areas; None while no area says how many it has."""
        known = [state.room.free for state in self.states if state.room.free is not None]
        return sum(known) if known else None


def space_standards() -> Edition:
    """Return how much room there should be, as the guideline of today says."""
    return load_table("operations", "space").on(clock.today())


def list_areas(shelter_id: UUID) -> list[ShelterArea]:
    """Return the areas of a shelter by name."""
    statement = select(ShelterArea).where(
        ShelterArea.scope == current_scopes().core,
        ShelterArea.is_withdrawn.is_(False),
        ShelterArea.shelter_id == shelter_id,
    )
    return list(db.session.scalars(statement.order_by(ShelterArea.name, ShelterArea.id)))


def get_area(area_id: UUID) -> ShelterArea:
    """Return an area or 404."""
    area = db.session.get(ShelterArea, (current_scopes().core, area_id))
    return abort(404) if area is None or area.is_withdrawn else area


def list_placements(shelter_id: UUID) -> dict[UUID, AreaPlacement]:
    """Return by stay where somebody was placed last."""
    statement = select(AreaPlacement).where(
        AreaPlacement.scope.in_(disaster_scopes()),
        AreaPlacement.is_withdrawn.is_(False),
        AreaPlacement.shelter_id == shelter_id,
    )
    ordered = statement.order_by(AreaPlacement.placed_at, AreaPlacement.id)
    return {row.stay_id: row for row in db.session.scalars(ordered)}


@tells_areas
def name_areas(shelter_id: UUID) -> dict[UUID, str]:
    """Return the name of the area by stay, for the roll call."""
    names = {area.id: area.name for area in list_areas(shelter_id)}
    placed = list_placements(shelter_id).items()
    return {stay: names[row.area_id] for stay, row in placed if row.area_id in names}


def get_space(shelter_id: UUID, disclosure: Disclosure) -> Space:
    """Return the areas of a shelter with the people in them whom the viewer may see.

    Who may not be seen is not counted either: a number beyond the names would give her away.
    """
    states = {area.id: AreaState(area) for area in list_areas(shelter_id)}
    placed = list_placements(shelter_id)
    unplaced = []
    for line in list_roster(shelter_id, disclosure).sleeping:
        placement = placed.get(line.stay.id)
        state = states.get(placement.area_id) if placement and placement.area_id else None
        if state is None or placement is None:
            unplaced.append(line)
        else:
            state.lines.append(line)
            state.spots[line.stay.id] = placement.spot or ""
    _warn(list(states.values()))
    return Space(list(states.values()), unplaced)


def _warn(states: list[AreaState]) -> None:
    per_person = float(space_standards().rows["living"]["square_metres_per_person"])
    kinds = [state.area.kind for state in states if state.area.kind]
    places = [
        (line.stay.group_id, state.area.id, state.area.kind)
        for state in states
        for line in state.lines
    ]
    divided = divided_groups(places)
    for state in states:
        state.warnings += state.room.warnings(per_person)
        for line in state.lines:
            name = line.person.name
            if line.stay.group_id in divided:
                state.warnings.append(f"{name} さん: いっしょに来た方と別の区画です")
            wanted = unsuited(line.needs, state.area.kind, kinds)
            if wanted:
                words = "・".join(label_of(need) for need in wanted)
                state.warnings.append(f"{name} さん: 「{words}」に合う区画がほかにあります")
