"""Reads of bulk issues: what was issued, what could not be and why, what of it may be printed."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, select

from victim_support.batches.models import Batch, BatchItem
from victim_support.batches.rules import BatchOutcome
from victim_support.certificates.queries import Paper, list_papers_for
from victim_support.certificates.rules import NumberState
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application
from victim_support.damage.queries import visible_scopes

PART = 100
"""Papers of one file to print: what a tray of paper takes, letters counted."""
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper of a bulk issue in its order."""

    position: int
    paper: Paper

    @property
    def counts(self) -> bool:
        """Tell whether the paper still counts, or waits to be handed over."""
        return self.paper.state in (NumberState.ISSUED, NumberState.DRAWN)


@dataclass(frozen=True, slots=True)
class Blocked:
    """An application that got no paper, and why."""

    position: int
    application_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """A bulk issue with all that became of it, as far as the viewer may see."""

    batch: Batch
    issued: list[Issued]
    blocked: list[Blocked]

    @property
    def printable(self) -> list[Issued]:
        """Return the papers that still count, in the order in which they are printed."""
        return [one for one in self.issued if one.counts]

    @property
    def parts(self) -> list[tuple[int, int, int]]:
        """Return the files to print: number, first and last paper of each, from 1."""
        count = len(self.printable)
        return [
            (number, first + 1, min(first + PART, count))
            for number, first in enumerate(range(0, count, PART), start=1)
        ]

    def part(self, number: int) -> list[Issued]:
        """Return the papers of one file, or 404."""
        found = self.printable[(number - 1) * PART : number * PART] if number > 0 else []
        return found or abort(404)

    @property
    def missing(self) -> int:
        """Return how many of those chosen have neither paper nor reason yet."""
        return max(0, self.batch.asked - len(self.issued) - len(self.blocked))


def item_id(batch_id: UUID, application_id: UUID) -> UUID:
    """Return the id of what becomes of an application in a bulk issue, the same every time."""
    return natural_id("batch-item", current_scopes().municipality, f"{batch_id}/{application_id}")


def find_item(batch_id: UUID, application_id: UUID) -> BatchItem | None:
    """Return what became of an application in a bulk issue, whoever asks; or None."""
    scopes, own = current_scopes(), item_id(batch_id, application_id)
    rows = (db.session.get(BatchItem, (scope, own)) for scope in (scopes.core, scopes.sealed))
    return next((row for row in rows if row is not None), None)


def get_batch(batch_id: UUID) -> Batch:
    """Return a bulk issue, or 404."""
    batch = db.session.get(Batch, (current_scopes().core, batch_id))
    return abort(404) if batch is None or batch.is_withdrawn else batch


def list_batches(limit: int | None = SHOWN) -> list[Batch]:
    """Return the newest bulk issues first; all of them without a limit."""
    statement = (
        select(Batch)
        .where(Batch.scope == current_scopes().core, Batch.is_withdrawn.is_(False))
        .order_by(Batch.started_at.desc(), Batch.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def open_batch(batch_id: UUID) -> OpenedBatch:
    """Return a bulk issue with its papers and those that could not be issued, or 404."""
    batch = get_batch(batch_id)
    items = _items(BatchItem.batch_id == batch_id)
    issued_items = [item for item in items if item.outcome == BatchOutcome.ISSUED]
    papers = list_papers_for([item.application_id for item in issued_items])
    by_id = {paper.id: paper for found in papers.values() for paper in found}
    return OpenedBatch(
        batch,
        [
            Issued(item.position, by_id[item.certificate_id])
            for item in issued_items
            if item.certificate_id in by_id
        ],
        [
            Blocked(item.position, item.application_id, item.reason or "")
            for item in items
            if item.outcome != BatchOutcome.ISSUED
        ],
    )


def find_open_application(application_id: UUID) -> Application | None:
    """Return an application of the open scope, or None."""
    found = db.session.get(Application, (current_scopes().core, application_id))
    return None if found is None or found.is_withdrawn else found


def _items(*conditions: ColumnElement[bool]) -> list[BatchItem]:
    statement = (
        select(BatchItem)
        .where(
            BatchItem.scope.in_(visible_scopes()), BatchItem.is_withdrawn.is_(False), *conditions
        )
        .order_by(BatchItem.position, BatchItem.id)
    )
    return list(db.session.scalars(statement))
