"""Goods as movements, requests as steps, meals as orders; no total is ever stored."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.supplies.rules import (
    HandoutUnit,
    ItemCategory,
    MealTime,
    MovementKind,
    PlaceKind,
    RequestState,
    SupplyOrigin,
)


class SupplyItem(Synced):
    """A kind of goods (品目): unit and pieces per case. The usual ones stand in a table."""

    __tablename__ = "supply_items"
    __sync__ = sync_table(120, ScopeKind.BASE)

    name: Mapped[str] = field(1, FieldClass.ORDINARY, default="")
    category: Mapped[ItemCategory | str | None] = field(
        2, FieldClass.ORDINARY, type_=OpenEnum(ItemCategory)
    )
    unit: Mapped[str | None] = field(3, FieldClass.COUPLED, group="unit")
    pieces_per_case: Mapped[int | None] = field(4, FieldClass.COUPLED, group="unit")
    note: Mapped[str | None] = field(5, FieldClass.ORDINARY)


class Depot(Synced):
    """A place besides the shelters where goods are kept (物資の拠点)."""

    __tablename__ = "depots"
    __sync__ = sync_table(121, ScopeKind.BASE)

    name: Mapped[str] = field(1, FieldClass.ORDINARY, default="")
    kind: Mapped[PlaceKind | str | None] = field(2, FieldClass.ORDINARY, type_=OpenEnum(PlaceKind))
    address: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(4, FieldClass.BOTH_KEPT)


class StockMovement(Synced):
    """One movement of goods at one place (物資の動き): what is there is their sum.

    ``quantity`` is in pieces, positive for what comes; of an allocation, for what is reserved.
    """

    __tablename__ = "stock_movements"
    __sync__ = sync_table(122, ScopeKind.DISASTER)

    place_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    item_id: Mapped[UUID] = field(2, FieldClass.FACT)
    kind: Mapped[MovementKind | str | None] = field(
        3, FieldClass.FACT, type_=OpenEnum(MovementKind)
    )
    quantity: Mapped[int] = field(4, FieldClass.QUANTITY)
    expires_on: Mapped[date | None] = field(5, FieldClass.FACT)
    occurred_at: Mapped[datetime] = field(6, FieldClass.FACT)
    origin: Mapped[SupplyOrigin | str | None] = field(
        7, FieldClass.FACT, type_=OpenEnum(SupplyOrigin)
    )
    note: Mapped[str | None] = field(8, FieldClass.FACT)
    request_id: Mapped[UUID | None] = field(9, FieldClass.FACT)
    shipment_id: Mapped[UUID | None] = field(10, FieldClass.FACT, index=True)
    recorded_by: Mapped[UUID | None] = field(11, FieldClass.FACT)


class SupplyRequest(Synced):
    """What a shelter asks the headquarters for (物資の要請)."""

    __tablename__ = "supply_requests"
    __sync__ = sync_table(123, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    requested_at: Mapped[datetime] = field(2, FieldClass.FACT)
    requested_by: Mapped[UUID | None] = field(3, FieldClass.FACT)
    people: Mapped[int | None] = field(4, FieldClass.FACT)
    is_urgent: Mapped[bool | None] = field(5, FieldClass.FACT)
    wanted_on: Mapped[date | None] = field(6, FieldClass.FACT)
    note: Mapped[str | None] = field(7, FieldClass.FACT)


class RequestLine(Synced):
    """One kind of goods in a request: from the list, or in words."""

    __tablename__ = "supply_request_lines"
    __sync__ = sync_table(124, ScopeKind.DISASTER)

    request_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    item_id: Mapped[UUID | None] = field(2, FieldClass.FACT)
    words: Mapped[str | None] = field(3, FieldClass.FACT)
    quantity: Mapped[int | None] = field(4, FieldClass.FACT)
    unit: Mapped[str | None] = field(5, FieldClass.FACT)


class RequestStep(Synced):
    """What was done with a request (要請の経過); the last step is its state."""

    __tablename__ = "supply_request_steps"
    __sync__ = sync_table(125, ScopeKind.DISASTER)

    request_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    state: Mapped[RequestState | str | None] = field(
        2, FieldClass.FACT, type_=OpenEnum(RequestState)
    )
    occurred_at: Mapped[datetime] = field(3, FieldClass.FACT)
    origin: Mapped[SupplyOrigin | str | None] = field(
        4, FieldClass.FACT, type_=OpenEnum(SupplyOrigin)
    )
    note: Mapped[str | None] = field(5, FieldClass.FACT)
    recorded_by: Mapped[UUID | None] = field(6, FieldClass.FACT)


class Shipment(Synced):
    """Goods on the road from one place to another (輸送); what was sent is in the movements."""

    __tablename__ = "shipments"
    __sync__ = sync_table(126, ScopeKind.DISASTER)

    from_id: Mapped[UUID] = field(1, FieldClass.FACT)
    to_id: Mapped[UUID] = field(2, FieldClass.FACT, index=True)
    request_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    sent_at: Mapped[datetime] = field(4, FieldClass.FACT)
    carrier: Mapped[str | None] = field(5, FieldClass.FACT)
    phone: Mapped[str | None] = field(6, FieldClass.FACT)
    arrived_at: Mapped[datetime | None] = field(7, FieldClass.COUPLED, group="arrival")
    received_by: Mapped[UUID | None] = field(8, FieldClass.COUPLED, group="arrival")
    arrival_note: Mapped[str | None] = field(9, FieldClass.COUPLED, group="arrival")


class MealOrder(Synced):
    """What was ordered for one meal (食数), beside what was counted and why it differs.

    ``counted`` and ``ordered`` are portions by kind of diet. A later order of a meal replaces it.
    """

    __tablename__ = "meal_orders"
    __sync__ = sync_table(127, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    served_on: Mapped[date] = field(2, FieldClass.FACT)
    meal: Mapped[MealTime | str | None] = field(3, FieldClass.FACT, type_=OpenEnum(MealTime))
    ordered_at: Mapped[datetime] = field(4, FieldClass.FACT)
    ordered_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    counted: Mapped[dict[str, Any] | None] = field(6, FieldClass.FACT)
    ordered: Mapped[dict[str, Any] | None] = field(7, FieldClass.FACT)
    reason: Mapped[str | None] = field(8, FieldClass.FACT)


class HandoutRound(Synced):
    """A handing out (配布): what, to whom it counts, from when to when."""

    __tablename__ = "handout_rounds"
    __sync__ = sync_table(128, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    label: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    item_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    portion: Mapped[int | None] = field(4, FieldClass.ORDINARY)
    unit: Mapped[HandoutUnit | str | None] = field(5, FieldClass.FACT, type_=OpenEnum(HandoutUnit))
    most: Mapped[int | None] = field(6, FieldClass.ORDINARY)
    started_at: Mapped[datetime] = field(7, FieldClass.FACT)
    ended_at: Mapped[datetime | None] = field(8, FieldClass.ORDINARY)


class Handout(Synced):
    """That somebody was given something (渡した記録); of a protected person it is sealed."""

    __tablename__ = "handouts"
    __history__ = "person.read"
    __sync__ = sync_table(129, ScopeKind.DISASTER)

    round_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    group_id: Mapped[UUID | None] = field(3, FieldClass.ORDINARY)
    quantity: Mapped[int | None] = field(4, FieldClass.ORDINARY)
    handed_at: Mapped[datetime] = field(5, FieldClass.ORDINARY)
    handed_by: Mapped[UUID | None] = field(6, FieldClass.ORDINARY)
