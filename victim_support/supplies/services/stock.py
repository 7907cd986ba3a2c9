"""Movements of goods: receipt, count, loss, allocation, transport, arrival."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.supplies import queries
from victim_support.supplies.models import Depot, Shipment, StockMovement, SupplyItem
from victim_support.supplies.rules import (
    ItemCategory,
    MovementKind,
    PlaceKind,
    SupplyOrigin,
    first_expiring,
)


def add_item(
    *, name: str, category: ItemCategory, unit: str, pieces_per_case: int | None = None
) -> SupplyItem:
    """Add a kind of goods (品目) of the town."""
    item = SupplyItem(
        scope=current_scopes().base,
        id=new_id(),
        name=name,
        category=category,
        unit=unit,
        pieces_per_case=pieces_per_case,
    )
    db.session.add(item)
    return item


def add_depot(*, name: str, kind: PlaceKind, address: str = "", phone: str = "") -> Depot:
    """Add a place besides the shelters that keeps goods (物資の拠点)."""
    depot = Depot(
        scope=current_scopes().base,
        id=new_id(),
        name=name,
        kind=kind,
        address=address or None,
        phone=phone or None,
    )
    db.session.add(depot)
    return depot


def receive_goods(
    *,
    place_id: UUID,
    item_id: UUID,
    pieces: int,
    at: datetime,
    expires_on: date | None = None,
    origin: SupplyOrigin | None = None,
    note: str = "",
) -> StockMovement:
    """Receive goods (受入) into a place, in pieces."""
    return _move(
        place_id,
        item_id,
        MovementKind.RECEIPT,
        pieces,
        at,
        expires_on=expires_on,
        origin=origin,
        note=note or None,
    )


def count_stock(
    *, place_id: UUID, item_id: UUID, counted: int, at: datetime, note: str = ""
) -> list[StockMovement]:
    """Write down what was really counted (棚卸): the difference is one more movement."""
    lots = _lots(place_id, item_id, at)
    difference = counted - sum(lots.values())
    if difference < 0:
        return _take(place_id, item_id, MovementKind.COUNT, -difference, at, note=note or None)
    if difference == 0:
        return []
    return [_move(place_id, item_id, MovementKind.COUNT, difference, at, note=note or None)]


def lose_goods(
    *, place_id: UUID, item_id: UUID, pieces: int, at: datetime, note: str
) -> list[StockMovement]:
    """Write off what was thrown away or lost (廃棄・紛失)."""
    return _take(place_id, item_id, MovementKind.LOSS, pieces, at, note=note)


def reserve_goods(
    *, place_id: UUID, item_id: UUID, pieces: int, at: datetime, request_id: UUID | None = None
) -> StockMovement:
    """Reserve goods for a request (引当); below zero they are free again."""
    return _move(place_id, item_id, MovementKind.ALLOCATION, pieces, at, request_id=request_id)


def reserve_for(case: queries.RequestCase, *, place_id: UUID, at: datetime) -> list[StockMovement]:
    """Reserve at one place what a request asks for and has not yet, as far as it is free."""
    free = {line.item.id: line.free for line in queries.list_stock(place_id, at)}
    request_id = case.request.id
    reserved = []
    for line in case.lines:
        if line.item is None or not line.quantity:
            continue
        missing = line.quantity - _reserved(place_id, line.item.id, request_id)
        pieces = min(missing, free.get(line.item.id, 0))
        if pieces > 0:
            reserved.append(
                reserve_goods(
                    place_id=place_id,
                    item_id=line.item.id,
                    pieces=pieces,
                    at=at,
                    request_id=request_id,
                )
            )
    return reserved


def send_goods(
    *,
    from_id: UUID,
    to_id: UUID,
    pieces: Mapping[UUID, int],
    at: datetime,
    carrier: str = "",
    phone: str = "",
    request_id: UUID | None = None,
) -> Shipment:
    """Send goods on the road (払出・輸送): what keeps shortest goes first.

    What was reserved for the request is free again, as it has left.

    Args:
        from_id: Where they are.
        to_id: Where they go.
        pieces: Pieces by kind of goods.
        at: When they leave.
        carrier: Who carries them, with which car.
        phone: The number of the driver.
        request_id: The request they answer.
    """
    shipment = Shipment(
        scope=current_scopes().core,
        id=new_id(),
        from_id=from_id,
        to_id=to_id,
        request_id=request_id,
        sent_at=at,
        carrier=carrier or None,
        phone=phone or None,
    )
    db.session.add(shipment)
    about = {"request_id": request_id, "shipment_id": shipment.id}
    for item_id, count in pieces.items():
        reserved = _reserved(from_id, item_id, request_id) if request_id else 0
        if reserved > 0:
            reserve_goods(
                place_id=from_id,
                item_id=item_id,
                pieces=-min(reserved, count),
                at=at,
                request_id=request_id,
            )
        _take(from_id, item_id, MovementKind.ISSUE, count, at, **about)
    return shipment


def confirm_arrival(
    shipment: Shipment,
    *,
    arrived: Mapping[tuple[UUID, date | None], int],
    at: datetime,
    note: str = "",
) -> Shipment:
    """Confirm what of a transport arrived (到着確認); it may be less or more than was sent."""
    if shipment.arrived_at is not None:
        return shipment
    for (item_id, expires_on), count in arrived.items():
        if count:
            _move(
                shipment.to_id,
                item_id,
                MovementKind.ARRIVAL,
                count,
                at,
                expires_on=expires_on,
                shipment_id=shipment.id,
                request_id=shipment.request_id,
            )
    shipment.arrived_at, shipment.received_by = at, current_actor_id()
    shipment.arrival_note = note or None
    return shipment


def take_for_handout(*, place_id: UUID, item_id: UUID, pieces: int, at: datetime) -> None:
    """Take what is handed out (配布) from the stock; nobody is named in it."""
    _take(place_id, item_id, MovementKind.DISTRIBUTION, pieces, at)


def _take(
    place_id: UUID, item_id: UUID, kind: MovementKind, pieces: int, at: datetime, **about: Any
) -> list[StockMovement]:
    return [
        _move(place_id, item_id, kind, -count, at, expires_on=expires_on, **about)
        for expires_on, count in first_expiring(_lots(place_id, item_id, at), pieces)
    ]


def _move(
    place_id: UUID, item_id: UUID, kind: MovementKind, quantity: int, at: datetime, **about: Any
) -> StockMovement:
    movement = StockMovement(
        scope=current_scopes().core,
        id=new_id(),
        place_id=place_id,
        item_id=item_id,
        kind=kind,
        quantity=quantity,
        occurred_at=at,
        recorded_by=current_actor_id(),
        **about,
    )
    db.session.add(movement)
    db.session.flush()
    return movement


def _lots(place_id: UUID, item_id: UUID, at: datetime) -> Mapping[date | None, int]:
    lines = queries.list_stock(place_id, at)
    return next((line.lots for line in lines if line.item.id == item_id), {})


def _reserved(place_id: UUID, item_id: UUID, request_id: UUID) -> int:
    return sum(
        one.quantity
        for one in queries.list_movements(place_id)
        if one.kind is MovementKind.ALLOCATION
        and one.item_id == item_id
        and one.request_id == request_id
    )
