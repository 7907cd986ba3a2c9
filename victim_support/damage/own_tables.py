"""The tables of the guideline as this municipality uses them (自治体の表).

The program's tables, with the editions written in files of the instance, with what the office
decided on screen; the last lies in the database, so in backups and exchanges.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.core.tables import TableError
from victim_support.damage.models import TableDecision
from victim_support.damage.rules.tables import (
    RowDecision,
    Tables,
    instance_tables,
    with_decision,
)


def own_tables() -> Tables:
    """Return the tables to calculate with."""
    return _with_decisions()[0]


def list_decisions() -> list[TableDecision]:
    """Return what the office decided, oldest first, without what it took back."""
    statement = (
        select(TableDecision)
        .where(TableDecision.scope == current_scopes().base, TableDecision.is_withdrawn.is_(False))
        .order_by(TableDecision.decided_at, TableDecision.id)
    )
    return list(db.session.scalars(statement))


def list_unusable() -> list[TableDecision]:
    """Return decisions that do not fit the tables of this version; they are not used."""
    return _with_decisions()[1]


def find_decision(decision_id: UUID) -> TableDecision | None:
    """Return a decision that holds, or None."""
    return next((each for each in list_decisions() if each.id == decision_id), None)


def decide_table(
    *,
    table: str,
    effective_from: date,
    row: str = "",
    values: Mapping[str, Any] | None = None,
    source: str,
    by: UUID | None,
) -> TableDecision:
    """Confirm rows of an edition, or replace one, with the source (自治体の表を決める).

    Args:
        table: Name of the table.
        effective_from: The beginning of the edition.
        row: Which row; empty for all whose values are known.
        values: What replaces the values; None confirms them as they are.
        source: What they were compared with.
        by: Who decides.

    Raises:
        TableError: The values do not make a table, or there is no such row.
    """
    decided = RowDecision(table, effective_from, row, values, source)
    with_decision(own_tables(), decided)
    found = TableDecision(
        scope=current_scopes().base,
        id=new_id(),
        table_name=table,
        effective_from=effective_from,
        row_name=row,
        row_values=dict(values) if values is not None else None,
        source=source,
        decided_by=by,
        decided_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    return found


def withdraw_decision(decision: TableDecision) -> None:
    """Take a decision back: the values before it hold again."""
    decision.is_withdrawn = True


def _with_decisions() -> tuple[Tables, list[TableDecision]]:
    tables, unusable = instance_tables(Path(current_app.instance_path)), []
    for each in list_decisions():
        decided = RowDecision(
            each.table_name,
            each.effective_from,
            each.row_name or "",
            each.row_values,
            each.source or "",
        )
        try:
            tables = with_decision(tables, decided)
        except TableError:
            unusable.append(each)
    return tables, unusable
