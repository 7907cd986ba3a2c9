"""Write rows of synced tables from their operations, and everything that is computed from them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table, inspect

from victim_support.core.db import Base, Synced
from victim_support.core.db.bulk import upsert_rows
from victim_support.journal.codec import OpRecord
from victim_support.journal.conflicts import keep_conflicts
from victim_support.journal.derived import RowKey, follow
from victim_support.journal.merge import blank_row, whole_row
from victim_support.journal.store import ops_of_rows

RowOps = dict[RowKey, list[OpRecord]]


def write_rows(connection: Connection, cls: type[Synced], rows: RowOps) -> tuple[int, int]:
    """Set rows to what all their operations say, and all that is computed from them.

    Returns:
        How many conflicts (食い違い) this opened and closed.
    """
    written = {key: whole_row(cls, ops) for key, ops in rows.items()}
    projected = [(*key, *values.values()) for key, values in written.items()]
    upsert_rows(connection, table_of(cls), projected, ("scope", "id", *blank_row(cls)))
    follow(connection, cls, written)
    return keep_conflicts(connection, cls, rows)


def write_again(connection: Connection, cls: type[Synced], keys: Collection[RowKey]) -> None:
    """Set rows to what the journal says of them."""
    write_rows(connection, cls, ops_of_rows(connection, cls.__sync__.number, keys))


def table_of(cls: type[Base]) -> Table:
    """Return the table of a mapped class."""
    table: Any = inspect(cls).local_table
    return table  # type: ignore[no-any-return]
