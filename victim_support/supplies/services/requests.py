"""Requests of shelters, what was done about them, and orders of meals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.supplies.models import MealOrder, RequestLine, RequestStep, SupplyRequest
from victim_support.supplies.queries import get_request, list_outstanding
from victim_support.supplies.rules import DietKind, MealTime, RequestState, SupplyOrigin


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """One line of a request: goods of the list, or words."""

    quantity: int
    item_id: UUID | None = None
    words: str = ""
    unit: str = ""


def request_goods(
    *,
    shelter_id: UUID,
    lines: Sequence[RequestedLine],
    at: datetime,
    people: int | None = None,
    is_urgent: bool = False,
    wanted_on: date | None = None,
    note: str = "",
) -> SupplyRequest:
    """Ask the headquarters for goods (要請)."""
    scope = current_scopes().core
    request = SupplyRequest(
        scope=scope,
        id=new_id(),
        shelter_id=shelter_id,
        requested_at=at,
        requested_by=current_actor_id(),
        people=people,
        is_urgent=is_urgent,
        wanted_on=wanted_on,
        note=note or None,
    )
    db.session.add(request)
    db.session.add_all(
        RequestLine(
            scope=scope,
            id=new_id(),
            request_id=request.id,
            item_id=line.item_id,
            words=line.words or None,
            quantity=line.quantity,
            unit=line.unit or None,
        )
        for line in lines
    )
    return request


def add_step(
    *,
    request_id: UUID,
    state: RequestState,
    at: datetime,
    origin: SupplyOrigin | None = None,
    note: str = "",
) -> RequestStep:
    """Say how far a request is; earlier steps stay as they are."""
    step = RequestStep(
        scope=current_scopes().core,
        id=new_id(),
        request_id=request_id,
        state=state,
        occurred_at=at,
        origin=origin,
        note=note or None,
        recorded_by=current_actor_id(),
    )
    db.session.add(step)
    return step


def note_arrival(*, request_id: UUID, at: datetime) -> RequestStep:
    """Say that goods for a request arrived: all of it (受領), or what is still missing."""
    db.session.flush()
    missing = list_outstanding(get_request(request_id))
    if not missing:
        return add_step(request_id=request_id, state=RequestState.RECEIVED, at=at)
    note = f"一部が届いた。残り {'、'.join(missing)}"
    return add_step(request_id=request_id, state=RequestState.ARRANGING, at=at, note=note)


def order_meals(
    *,
    shelter_id: UUID,
    served_on: date,
    meal: MealTime,
    counted: Mapping[DietKind, int],
    ordered: Mapping[DietKind, int],
    at: datetime,
    reason: str = "",
) -> MealOrder:
    """Order the portions of one meal (食数), beside what was counted and why it differs."""
    order = MealOrder(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        served_on=served_on,
        meal=meal,
        ordered_at=at,
        ordered_by=current_actor_id(),
        counted={kind.value: count for kind, count in counted.items()},
        ordered={kind.value: count for kind, count in ordered.items()},
        reason=reason or None,
    )
    db.session.add(order)
    return order
