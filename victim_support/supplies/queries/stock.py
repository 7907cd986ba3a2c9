"""What is where (在庫): always the sum of the movements up to a time."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.supplies.models import Shipment, StockMovement
from victim_support.supplies.queries.items import Item, items_by_id
from victim_support.supplies.rules import Expiry, MovementKind, expiry_of, reserves


@dataclass(slots=True)
class StockLine:
    """One kind of goods at one place."""

    item: Item
    lots: dict[date | None, int] = field(default_factory=lambda: defaultdict(int))
    """Pieces by the day until which they keep."""
    reserved: int = 0

    @property
    def pieces(self) -> int:
        """Return how many are there; below zero when more was given out than was written down."""
        return sum(self.lots.values())

    @property
    def free(self) -> int:
        """Return how many are there and not reserved (引当)."""
        return self.pieces - self.reserved

    def dated(self, today: date) -> list[tuple[date, int, Expiry]]:
        """Return what is there with a date, the soonest first, and how urgent it is."""
        lots = [(day, count) for day, count in self.lots.items() if day is not None and count > 0]
        return [(day, count, expiry_of(day, today)) for day, count in sorted(lots)]

    def expiry(self, today: date) -> Expiry:
        """Return the most urgent of its dates."""
        return next((urgency for _day, _count, urgency in self.dated(today)), Expiry.LATER)


def list_movements(
    place_id: UUID | None = None, *, until: datetime | None = None
) -> list[StockMovement]:
    """Return the movements at one place or at all, oldest first, up to a time if one is given."""
    statement = select(StockMovement).where(
        StockMovement.scope == current_scopes().core, StockMovement.is_withdrawn.is_(False)
    )
    if place_id is not None:
        statement = statement.where(StockMovement.place_id == place_id)
    if until is not None:
        statement = statement.where(StockMovement.occurred_at <= until)
    ordered = statement.order_by(StockMovement.occurred_at, StockMovement.id)
    return list(db.session.scalars(ordered))


def stock_of(movements: list[StockMovement]) -> list[StockLine]:
    """Sum movements of one place by kind of goods, in the order of the list of goods."""
    items = items_by_id()
    lines: dict[UUID, StockLine] = {}
    for one in movements:
        item = items.get(one.item_id) or Item(one.item_id, "不明な品目", None, "個")
        line = lines.setdefault(one.item_id, StockLine(item))
        if reserves(one.kind):
            line.reserved += one.quantity
        else:
            line.lots[one.expires_on] += one.quantity
    order = list(items)
    rank = {item_id: number for number, item_id in enumerate(order)}
    return sorted(lines.values(), key=lambda line: rank.get(line.item.id, len(order)))


def list_stock(place_id: UUID, at: datetime) -> list[StockLine]:
    """Return the stock at hand of one place as of a time."""
    return stock_of(list_movements(place_id, until=at))


def list_all_stock(at: datetime) -> dict[UUID, list[StockLine]]:
    """Return the stock at hand of every place as of a time."""
    by_place: dict[UUID, list[StockMovement]] = defaultdict(list)
    for movement in list_movements(until=at):
        by_place[movement.place_id].append(movement)
    return {place_id: stock_of(movements) for place_id, movements in by_place.items()}


def get_shipment(shipment_id: UUID) -> Shipment:
    """Return a transport or 404."""
    shipment = db.session.get(Shipment, (current_scopes().core, shipment_id))
    return abort(404) if shipment is None or shipment.is_withdrawn else shipment


def list_shipments(place_id: UUID | None = None) -> list[Shipment]:
    """Return the transports from or to a place, or all: those on the road first, newest first."""
    statement = select(Shipment).where(
        Shipment.scope == current_scopes().core, Shipment.is_withdrawn.is_(False)
    )
    if place_id is not None:
        statement = statement.where((Shipment.to_id == place_id) | (Shipment.from_id == place_id))
    found = db.session.scalars(statement.order_by(Shipment.sent_at.desc(), Shipment.id))
    return sorted(found, key=lambda one: one.arrived_at is not None)


@dataclass(frozen=True, slots=True)
class Carried:
    """One kind of goods of a transport: what was sent, and what arrived."""

    item: Item
    expires_on: date | None
    sent: int
    arrived: int

    @property
    def difference(self) -> int:
        """Return arrived minus sent (差異)."""
        return self.arrived - self.sent


def list_carried(shipment_id: UUID) -> list[Carried]:
    """Return what was sent with a transport and what of it arrived."""
    statement = (
        select(StockMovement)
        .where(
            StockMovement.scope == current_scopes().core,
            StockMovement.is_withdrawn.is_(False),
            StockMovement.shipment_id == shipment_id,
        )
        .order_by(StockMovement.id)
    )
    sent: dict[tuple[UUID, date | None], int] = defaultdict(int)
    arrived: dict[tuple[UUID, date | None], int] = defaultdict(int)
    for one in db.session.scalars(statement):
        if one.kind is MovementKind.ISSUE:
            sent[one.item_id, one.expires_on] -= one.quantity
        elif one.kind is MovementKind.ARRIVAL:
            arrived[one.item_id, one.expires_on] += one.quantity
    items = items_by_id()
    return [
        Carried(
            items.get(key[0]) or Item(key[0], "不明な品目", None, "個"),
            key[1],
            sent[key],
            arrived[key],
        )
        for key in dict.fromkeys((*sent, *arrived))
    ]
