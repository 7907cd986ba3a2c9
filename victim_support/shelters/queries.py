"""Reads of shelters, of what is open, and of head counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core.context import Choice
from victim_support.core.db import db
from victim_support.core.scopes import Scopes, current_scopes
from victim_support.journal.history import history_of
from victim_support.journal.models import Op
from victim_support.journal.wording import names_records, tell_values
from victim_support.shelters.models import (
    UNKNOWN_VALUE,
    HeadCount,
    Shelter,
    ShelterOperation,
    operation_id,
)
from victim_support.shelters.rules import (
    Hazard,
    HeadCountSource,
    OperationStatus,
    Phase,
    status_at,
    status_by_count,
)

tell_values("shelters", "hazards", {hazard.value: hazard.label for hazard in Hazard}.get)


@dataclass(frozen=True, slots=True)
class ShelterState:
    """A shelter with what is known of it in the current disaster."""

    shelter: Shelter
    operation: ShelterOperation | None
    head_count: HeadCount | None

    @property
    def is_open(self) -> bool:
        return self.operation is not None and self.operation.takes_people

    @property
    def status(self) -> OperationStatus | str:
        """Return 未開設 while nobody has said anything."""
        if self.operation is None:
            return OperationStatus.NOT_OPENED
        return self.operation.status or OperationStatus.UNKNOWN

    @property
    def status_label(self) -> str:
        return self.operation.status_label if self.operation else OperationStatus.NOT_OPENED.label


def list_shelters(
    scopes: Scopes | None = None, *, municipality: str | None = None
) -> list[Shelter]:
    """Return the shelters by name; of one municipality (6-digit code) or all."""
    scopes = scopes or current_scopes()
    statement = select(Shelter).where(Shelter.scope == scopes.base, Shelter.is_withdrawn.is_(False))
    if municipality:
        statement = statement.where(Shelter.municipality == municipality)
    return list(db.session.scalars(statement.order_by(Shelter.name, Shelter.id)))


def list_all_shelters() -> list[Shelter]:
    """Return the shelters with the withdrawn ones, for an import."""
    statement = select(Shelter).where(Shelter.scope == current_scopes().base)
    return list(db.session.scalars(statement.order_by(Shelter.id)))


def find_shelter(shelter_id: UUID | None) -> Shelter | None:
    """Return a shelter, or None."""
    if shelter_id is None:
        return None
    shelter = db.session.get(Shelter, (current_scopes().base, shelter_id))
    return None if shelter is None or shelter.is_withdrawn else shelter


@names_records
def name_of_shelter(shelter_id: UUID) -> str | None:
    """Return the name of a shelter for the history page, or None."""
    shelter = find_shelter(shelter_id)
    return shelter.name if shelter else None


def get_shelter(shelter_id: UUID) -> Shelter:
    """Return a shelter or 404."""
    return find_shelter(shelter_id) or abort(404)


def list_operations(scopes: Scopes | None = None) -> dict[UUID, ShelterOperation]:
    """Return the operations of the disaster by shelter."""
    scopes = scopes or current_scopes()
    if scopes.disaster is None:
        return {}
    statement = select(ShelterOperation).where(
        ShelterOperation.scope == scopes.core, ShelterOperation.is_withdrawn.is_(False)
    )
    rows = db.session.scalars(statement.order_by(ShelterOperation.id))
    return {row.shelter_id: row for row in rows}


def find_operation(shelter_id: UUID) -> ShelterOperation | None:
    """Return a shelter's operation in the disaster, or None."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return None
    row_id = operation_id(scopes.municipality, scopes.disaster, shelter_id)
    return db.session.get(ShelterOperation, (scopes.core, row_id))


def latest_head_counts(
    scopes: Scopes | None = None, *, until: datetime | None = None
) -> dict[UUID, HeadCount]:
    """Return the latest head count of each shelter, as of a time if one is given.

    Of two counts of one moment the one that came later into the ledger is taken.
    """
    scopes = scopes or current_scopes()
    if scopes.disaster is None:
        return {}
    latest = (
        select(HeadCount.shelter_id, func.max(HeadCount.occurred_at).label("occurred_at"))
        .where(HeadCount.scope == scopes.core, HeadCount.is_withdrawn.is_(False))
        .group_by(HeadCount.shelter_id)
    )
    if until is not None:
        latest = latest.where(HeadCount.occurred_at <= until)
    newest = latest.subquery()
    statement = (
        select(HeadCount)
        .join(
            newest,
            (HeadCount.shelter_id == newest.c.shelter_id)
            & (HeadCount.occurred_at == newest.c.occurred_at),
        )
        .where(HeadCount.scope == scopes.core, HeadCount.is_withdrawn.is_(False))
        .order_by(HeadCount.id)
    )
    return {row.shelter_id: row for row in db.session.scalars(statement)}


def list_head_counts(shelter_id: UUID) -> list[HeadCount]:
    """Return the head counts of a shelter in the disaster, newest first."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(HeadCount).where(
        HeadCount.scope == scopes.core,
        HeadCount.is_withdrawn.is_(False),
        HeadCount.shelter_id == shelter_id,
    )
    return list(
        db.session.scalars(statement.order_by(HeadCount.occurred_at.desc(), HeadCount.id.desc()))
    )


def list_all_head_counts(*, until: datetime) -> dict[UUID, list[HeadCount]]:
    """Return the head counts of every shelter up to a time, oldest first."""
    scopes = current_scopes()
    counts: dict[UUID, list[HeadCount]] = defaultdict(list)
    if scopes.disaster is None:
        return counts
    statement = select(HeadCount).where(
        HeadCount.scope == scopes.core,
        HeadCount.is_withdrawn.is_(False),
        HeadCount.occurred_at <= until,
    )
    for row in db.session.scalars(statement.order_by(HeadCount.occurred_at, HeadCount.id)):
        counts[row.shelter_id].append(row)
    return counts


def list_phases() -> dict[UUID, list[Phase]]:
    """Return what was ever said of each shelter's operation, oldest first.

    The row holds only the last opening; an earlier one is read from the journal.
    """
    operations = list_operations()
    scope = current_scopes().core if operations else ""
    again = (
        select(Op.row_id)
        .where(Op.scope == scope, Op.tbl == ShelterOperation.__sync__.number)
        .group_by(Op.row_id)
        .having(func.count() > len(("opened", "closed")))
    )
    reopened = set(db.session.scalars(again)) if operations else set()
    return {
        shelter_id: _told(row, scope) if row.id in reopened else [_phase(row)]
        for shelter_id, row in operations.items()
    }


def _phase(row: ShelterOperation) -> Phase:
    return Phase(row.status, row.opened_at, row.closed_at)


def _told(row: ShelterOperation, scope: str) -> list[Phase]:
    """Return every state of a row, and at the end the one it has, whatever the journal says."""
    told, values = [], dict.fromkeys(("status", "opened_at", "closed_at"))
    for change in history_of(ShelterOperation, [scope], row.id):
        values |= {each.name: each.after for each in change.fields if each.name in values}
        told.append(Phase(**values))
    return [*told, _phase(row)]


@dataclass(frozen=True, slots=True)
class StateAt:
    """A shelter as it was known to be at one moment."""

    shelter: Shelter
    status: OperationStatus | str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    is_declared: bool = True
    """Somebody said whether it is open; else its head count says so."""

    @property
    def takes_people(self) -> bool:
        return isinstance(self.status, OperationStatus) and self.status.takes_people

    @property
    def status_label(self) -> str:
        return self.status.label if isinstance(self.status, OperationStatus) else UNKNOWN_VALUE


def state_at(
    shelter: Shelter, phases: Sequence[Phase], count: HeadCount | None, instant: datetime
) -> StateAt:
    """Return a shelter as it was at an instant, from all that was said and its head count then."""
    if not phases:
        source = count.source if count else None
        known = HeadCountSource(source) if isinstance(source, HeadCountSource) else None
        status = status_by_count(known, count.count if count else None)
        return StateAt(shelter, status, is_declared=False)
    said, phase = status_at(phases, instant)
    return StateAt(shelter, said, phase.opened_at, phase.closed_at)


def list_head_count_ids() -> set[UUID]:
    """Return the ids of all head counts of the disaster, for an import."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return set()
    statement = select(HeadCount.id).where(HeadCount.scope == scopes.core)
    return set(db.session.scalars(statement.order_by(HeadCount.id)))


def list_states(*, municipality: str | None = None) -> list[ShelterState]:
    """Return the shelters with state and head count: open ones first, then by name."""
    operations, counts = list_operations(), latest_head_counts()
    states = [
        ShelterState(shelter, operations.get(shelter.id), counts.get(shelter.id))
        for shelter in list_shelters(municipality=municipality)
    ]
    return sorted(states, key=lambda state: not state.is_open)


def get_state(shelter_id: UUID) -> ShelterState:
    """Return one shelter with state and latest head count, or 404."""
    counts = list_head_counts(shelter_id)
    return ShelterState(
        get_shelter(shelter_id), find_operation(shelter_id), counts[0] if counts else None
    )


def shelter_choices() -> list[Choice]:
    """Return the shelters a desk can stand at: open ones first, then the town's own by name."""
    scopes = current_scopes()
    opened = {key for key, operation in list_operations().items() if operation.takes_people}
    statement = (
        select(Shelter.id, Shelter.name, Shelter.address)
        .where(
            Shelter.scope == scopes.base,
            Shelter.is_withdrawn.is_(False),
            Shelter.municipality.in_(("", scopes.municipality)) | Shelter.id.in_(opened),
        )
        .order_by(Shelter.name, Shelter.id)
    )
    rows = sorted(db.session.execute(statement), key=lambda row: row.id not in opened)
    return [Choice(str(row.id), row.name, row.address or "") for row in rows]
