"""Kinds of goods and the places that keep them: the usual ones of the table, and the town's own."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.core.tables import load_table
from victim_support.journal.wording import names_records
from victim_support.shelters.queries import find_shelter, list_operations, list_shelters
from victim_support.supplies.models import Depot, SupplyItem
from victim_support.supplies.rules import ItemCategory


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of goods, of the table or of the town."""

    id: UUID
    name: str
    category: ItemCategory | str | None
    unit: str
    pieces_per_case: int | None = None
    is_push: bool = False
    """One of the eight kinds that the State sends without a request (基本8品目)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods are kept: a shelter or a depot."""

    id: UUID
    name: str
    is_shelter: bool


def standard_item_id(key: str) -> UUID:
    """Return the id of an item of the table, the same on every machine of the town."""
    return natural_id("supply_item", current_scopes().municipality, key)


def list_items() -> list[Item]:
    """Return every kind of goods: 基本8品目 first, then the table, then the town's own by name.

    A row of the town under the id of a usual item replaces it.
    """
    statement = select(SupplyItem).where(SupplyItem.scope == current_scopes().base)
    own = {row.id: row for row in db.session.scalars(statement.order_by(SupplyItem.name))}
    usual = [_standard(key, row) for key, row in _table_rows().items()]
    known = {item.id for item in usual}
    items = [_own(own[item.id], item) if item.id in own else item for item in usual]
    items += [_own(row) for row in own.values() if row.id not in known]
    withdrawn = {row.id for row in own.values() if row.is_withdrawn}
    return sorted(
        (one for one in items if one.id not in withdrawn), key=lambda one: not one.is_push
    )


def items_by_id() -> dict[UUID, Item]:
    """Return every kind of goods by id."""
    return {item.id: item for item in list_items()}


def get_item(item_id: UUID) -> Item:
    """Return a kind of goods or 404."""
    return items_by_id().get(item_id) or abort(404)


def list_depots() -> list[Depot]:
    """Return the places besides shelters that keep goods, by name."""
    statement = select(Depot).where(
        Depot.scope == current_scopes().base, Depot.is_withdrawn.is_(False)
    )
    return list(db.session.scalars(statement.order_by(Depot.name, Depot.id)))


def list_places() -> list[Place]:
    """Return where goods are kept: depots first, then the shelters that are open, by name."""
    opened = {key for key, operation in list_operations().items() if operation.takes_people}
    depots = [Place(depot.id, depot.name, is_shelter=False) for depot in list_depots()]
    shelters = [
        Place(shelter.id, shelter.name, is_shelter=True)
        for shelter in list_shelters()
        if shelter.id in opened
    ]
    return depots + shelters


def find_place(place_id: UUID | None) -> Place | None:
    """Return a shelter or depot, or None."""
    if place_id is None:
        return None
    shelter = find_shelter(place_id)
    if shelter is not None:
        return Place(shelter.id, shelter.name, is_shelter=True)
    depot = db.session.get(Depot, (current_scopes().base, place_id))
    return None if depot is None or depot.is_withdrawn else Place(depot.id, depot.name, False)


def get_place(place_id: UUID) -> Place:
    """Return a shelter or depot, or 404."""
    return find_place(place_id) or abort(404)


@names_records
def name_of_goods(record_id: UUID) -> str | None:
    """Return the name of a depot or of goods for the history page, or None."""
    depot = db.session.get(Depot, (current_scopes().base, record_id))
    if depot is not None:
        return depot.name
    item = items_by_id().get(record_id)
    return item.name if item else None


def _table_rows() -> dict[str, dict[str, object]]:
    edition = load_table("supplies", "items").on(clock.today())
    return {key: dict(row) for key, row in edition.rows.items()}


def _standard(key: str, row: dict[str, object]) -> Item:
    pieces = row.get("pieces_per_case")
    return Item(
        id=standard_item_id(key),
        name=str(row["name"]),
        category=ItemCategory(str(row["category"])),
        unit=str(row["unit"]),
        pieces_per_case=pieces if isinstance(pieces, int) else None,
        is_push=bool(row.get("is_push")),
    )


def _own(row: SupplyItem, usual: Item | None = None) -> Item:
    return Item(
        id=row.id,
        name=row.name,
        category=row.category,
        unit=row.unit or "個",
        pieces_per_case=row.pieces_per_case,
        is_push=usual.is_push if usual else False,
    )
