"""Opening and closing shelters, and counting the people in them."""

from datetime import datetime
from uuid import UUID

from victim_support.core.clock import now
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import NoDisasterChosenError, current_scopes
from victim_support.shelters.models import HeadCount, Shelter, ShelterOperation, operation_id
from victim_support.shelters.queries import find_operation
from victim_support.shelters.rules import HeadCountSource, OperationStatus


class OperationOrderError(ValueError):
    """A shelter would be closed before it was opened."""

    def __init__(self) -> None:
        super().__init__("閉鎖の日時が、開設の日時より前です。")


def open_shelter(shelter: Shelter, *, opened_at: datetime | None = None) -> ShelterOperation:
    """Open a shelter (開設); opening one that is open already changes nothing."""
    return set_operation_status(shelter, status=OperationStatus.OPEN, at=opened_at)


def close_shelter(shelter: Shelter, *, closed_at: datetime | None = None) -> ShelterOperation:
    """Close a shelter (閉鎖).

    Raises:
        OperationOrderError: It would be closed before it was opened.
    """
    return set_operation_status(shelter, status=OperationStatus.CLOSED, at=closed_at)


def set_operation_status(
    shelter: Shelter, *, status: OperationStatus, at: datetime | None = None
) -> ShelterOperation:
    """Say whether a shelter is open in the current disaster (開設状況), and since when.

    Raises:
        NoDisasterChosenError: No disaster is chosen.
        OperationOrderError: It would be closed before it was opened.
    """
    at = at or now()
    operation = find_operation(shelter.id) or _new_operation(shelter)
    if operation.status == status and not operation.is_withdrawn:
        return operation
    if status is OperationStatus.CLOSED and operation.opened_at and at < operation.opened_at:
        raise OperationOrderError
    was_open = operation.takes_people
    operation.is_withdrawn = False
    operation.status = status
    if status.takes_people and not was_open:
        operation.opened_at, operation.closed_at = at, None
    elif status is OperationStatus.CLOSED:
        operation.closed_at = at
    elif status is OperationStatus.NOT_OPENED:
        operation.opened_at = operation.closed_at = None
    return operation


def record_head_count(
    *,
    shelter_id: UUID,
    count: int,
    occurred_at: datetime | None = None,
    counted_by: str = "",
    source: HeadCountSource = HeadCountSource.ROLL_CALL,
) -> HeadCount:
    """Record how many people were seen at a shelter (点呼・観測); it names nobody.

    Args:
        shelter_id: Where.
        count: How many, 0 or more.
        occurred_at: When; now if not said.
        counted_by: Who counted, as people call them.
        source: How it became known.
    """
    row = HeadCount(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        occurred_at=occurred_at or now(),
        count=count,
        counted_by=counted_by or None,
        source=source,
    )
    db.session.add(row)
    return row


def _new_operation(shelter: Shelter) -> ShelterOperation:
    scopes = current_scopes()
    if scopes.disaster is None:
        raise NoDisasterChosenError
    operation = ShelterOperation(
        scope=scopes.core,
        id=operation_id(scopes.municipality, scopes.disaster, shelter.id),
        shelter_id=shelter.id,
    )
    db.session.add(operation)
    return operation
