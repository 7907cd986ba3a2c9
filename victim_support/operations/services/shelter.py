"""Writes about the shelter itself: areas and places, helpers, the diary."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.operations.models import AreaPlacement, Crew, DiaryEntry, ShelterArea
from victim_support.operations.rules import NOT_FED, AreaKind, CrewKind, DiaryKind


def add_area(
    *,
    shelter_id: UUID,
    name: str,
    kind: AreaKind,
    capacity: int | None = None,
    square_metres: int | None = None,
    note: str = "",
) -> ShelterArea:
    """Divide off an area (区画)."""
    area = ShelterArea(scope=current_scopes().core, id=new_id(), shelter_id=shelter_id)
    db.session.add(area)
    return edit_area(
        area, name=name, kind=kind, capacity=capacity, square_metres=square_metres, note=note
    )


def edit_area(
    area: ShelterArea,
    *,
    name: str,
    kind: AreaKind,
    capacity: int | None = None,
    square_metres: int | None = None,
    note: str = "",
) -> ShelterArea:
    """Change what an area is for, or how much room it has."""
    area.name, area.kind, area.note = name, kind, note or None
    area.capacity, area.square_metres = capacity, square_metres
    return area


def close_area(area: ShelterArea) -> None:
    """Give an area up; who was in it has no place until somebody gives one."""
    area.is_withdrawn = True


def place_people(
    *, stays: Sequence[Stay], area: ShelterArea | None, spot: str, at: datetime
) -> list[AreaPlacement]:
    """Give people a place (割り当て), or take it back without an area.

    A new row each time: where somebody was before stays known. It lies where the stay lies.
    """
    placements = [
        AreaPlacement(
            scope=stay.scope,
            id=new_id(),
            person_id=stay.person_id,
            stay_id=stay.id,
            shelter_id=stay.shelter_id,
            area_id=area.id if area else None,
            spot=spot or None,
            placed_at=at,
        )
        for stay in stays
    ]
    db.session.add_all(placements)
    return placements


def arrive_crew(
    *,
    shelter_id: UUID,
    kind: CrewKind,
    people: int,
    at: datetime,
    label: str = "",
    contact: str = "",
    eats: bool = True,
) -> Crew:
    """Note that people came to run the shelter; evacuees who help eat as evacuees."""
    crew = Crew(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        kind=kind,
        people=people,
        label=label or None,
        contact=contact or None,
        eats=eats and kind not in NOT_FED,
        arrived_at=at,
    )
    db.session.add(crew)
    return crew


def leave_crew(crew: Crew, *, at: datetime, staying: int = 0) -> Crew | None:
    """Note that helpers left; who stays of them is a new row, so that every hour stays known."""
    if crew.left_at is not None:
        return None
    crew.left_at = max(at, crew.arrived_at)
    if not 0 < staying < crew.people:
        return None
    kind = crew.kind if isinstance(crew.kind, CrewKind) else CrewKind.STAFF
    return arrive_crew(
        shelter_id=crew.shelter_id,
        kind=kind,
        people=staying,
        at=crew.left_at,
        label=crew.label or "",
        contact=crew.contact or "",
        eats=bool(crew.eats),
    )


def write_diary(*, shelter_id: UUID, kind: DiaryKind, words: str, at: datetime) -> DiaryEntry:
    """Write into the diary (日誌) what happened, and when."""
    entry = DiaryEntry(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        kind=kind,
        occurred_at=at,
        words=words,
        written_by=current_actor_id(),
    )
    db.session.add(entry)
    return entry


def withdraw_entry(entry: DiaryEntry) -> None:
    """Take back an entry of the diary that is wrong; it stays in the history."""
    entry.is_withdrawn = True
