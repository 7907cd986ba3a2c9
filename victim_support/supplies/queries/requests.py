"""Requests of shelters with what was done about them (要請)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.supplies.models import RequestLine, RequestStep, StockMovement, SupplyRequest
from victim_support.supplies.queries.items import Item, items_by_id
from victim_support.supplies.rules import ENDED_REQUESTS, MovementKind, RequestState


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One line of a request in words and numbers."""

    item: Item | None
    words: str
    quantity: int | None
    unit: str


@dataclass(slots=True)
class RequestCase:
    """A request with its lines and steps."""

    request: SupplyRequest
    lines: list[WantedLine] = field(default_factory=list)
    steps: list[RequestStep] = field(default_factory=list)

    @property
    def state(self) -> RequestState | str:
        """Return how far it is: the last step, at first 要請."""
        last = self.steps[-1].state if self.steps else None
        return last or RequestState.REQUESTED

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED_REQUESTS


def list_requests(
    shelter_id: UUID | None = None, *, until: datetime | None = None
) -> list[RequestCase]:
    """Return the requests of one shelter or of all, as of a time: open and urgent ones first."""
    statement = select(SupplyRequest).where(
        SupplyRequest.scope == current_scopes().core, SupplyRequest.is_withdrawn.is_(False)
    )
    if shelter_id is not None:
        statement = statement.where(SupplyRequest.shelter_id == shelter_id)
    if until is not None:
        statement = statement.where(SupplyRequest.requested_at <= until)
    newest = statement.order_by(SupplyRequest.requested_at.desc(), SupplyRequest.id)
    cases = _cases(list(db.session.scalars(newest)), until)
    return sorted(cases, key=lambda case: (not case.is_open, not case.request.is_urgent))


def list_open_requests(at: datetime) -> list[RequestCase]:
    """Return the requests of all shelters that were not answered at a time."""
    return [case for case in list_requests(until=at) if case.is_open]


def list_outstanding(case: RequestCase) -> list[str]:
    """Return what of a request has not arrived yet, in words; goods in words never arrive alone."""
    statement = select(StockMovement).where(
        StockMovement.scope == current_scopes().core,
        StockMovement.is_withdrawn.is_(False),
        StockMovement.request_id == case.request.id,
        StockMovement.kind == MovementKind.ARRIVAL,
    )
    arrived: Counter[UUID] = Counter()
    for movement in db.session.scalars(statement.order_by(StockMovement.id)):
        arrived[movement.item_id] += movement.quantity
    missing = [
        (line, (line.quantity or 0) - (arrived[line.item.id] if line.item else 0))
        for line in case.lines
    ]
    return [f"{line.words} {count}{line.unit}" for line, count in missing if count > 0]


def get_request(request_id: UUID) -> RequestCase:
    """Return a request or 404."""
    request = db.session.get(SupplyRequest, (current_scopes().core, request_id))
    if request is None or request.is_withdrawn:
        abort(404)
    return _cases([request], None)[0]


def _cases(requests: list[SupplyRequest], until: datetime | None) -> list[RequestCase]:
    ids = [request.id for request in requests]
    lines, steps = _lines(ids), _steps(ids, until)
    return [RequestCase(one, lines[one.id], steps[one.id]) for one in requests]


def _lines(request_ids: Collection[UUID]) -> dict[UUID, list[WantedLine]]:
    statement = select(RequestLine).where(
        RequestLine.scope == current_scopes().core,
        RequestLine.is_withdrawn.is_(False),
        RequestLine.request_id.in_(request_ids),
    )
    items = items_by_id()
    found: dict[UUID, list[WantedLine]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(RequestLine.id)):
        item = items.get(row.item_id) if row.item_id else None
        words = item.name if item else row.words or "不明な品目"
        unit = row.unit or (item.unit if item else "")
        found[row.request_id].append(WantedLine(item, words, row.quantity, unit))
    return found


def _steps(request_ids: Collection[UUID], until: datetime | None) -> dict[UUID, list[RequestStep]]:
    statement = select(RequestStep).where(
        RequestStep.scope == current_scopes().core,
        RequestStep.is_withdrawn.is_(False),
        RequestStep.request_id.in_(request_ids),
    )
    if until is not None:
        statement = statement.where(RequestStep.occurred_at <= until)
    found: dict[UUID, list[RequestStep]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(RequestStep.occurred_at, RequestStep.id)):
        found[row.request_id].append(row)
    return found
