"""Hand the register out to another machine, take one in, and wipe it when its time is over."""

from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import islice
from typing import Any, cast

import msgspec
from sqlalchemy import Table, delete, insert, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.db.bulk import insert_rows
from victim_support.core.mapping.uploads import forget_all
from victim_support.residents.models import RegisterExtract, Resident
from victim_support.residents.queries import forget_read
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.handing import HANDED, HandedRow, Provenance
from victim_support.residents.services.imports import tell_followers
from victim_support.residents.services.indexing import index_everybody, index_nobody

FROM_HEADQUARTERS = "本部からの持ち出し"
_BATCH = 1000
_TABLE = cast("Table", Resident.__table__)


def hand_out(towns: Collection[str]) -> Iterator[HandedRow]:
    """Yield whom the newest extract holds, of all towns or of some, with the columns for a desk."""
    query = (
        select(*(_TABLE.c[name] for name in HANDED))
        .where(_TABLE.c.missing_since.is_(None))
        .order_by(_TABLE.c.number)
    )
    if towns:
        query = query.where(_TABLE.c.town.in_(towns))
    with db.engines["reference"].connect() as connection:
        for row in connection.execute(query, execution_options={"yield_per": _BATCH}):
            yield HandedRow(*row)


def take_in(
    rows: Iterable[HandedRow], provenance: Provenance, *, by: str, digest: str
) -> Generator[int]:
    """Replace the register here by one that was handed out, all or nothing.

    Args:
        rows: Everybody in it; when they raise, all stays as it was.
        provenance: Where it comes from.
        by: Who takes it in, for the list of imports.
        digest: SHA-256 of what came, for the list of imports.

    Yields:
        How many people were written, and then indexed, since the step before.
    """
    with db.engines["reference"].begin() as connection:
        connection.execute(delete(_TABLE))
        connection.execute(delete(RegisterExtract))
        everybody = iter(rows)
        while batch := list(islice(everybody, _BATCH)):
            values = [row.values for row in batch]
            insert_rows(connection, _TABLE, [(*each, each.digest, None) for each in values])
            yield len(values)
        connection.execute(insert(RegisterExtract).values(_extract(provenance, by, digest)))
        yield from index_everybody(connection)
    forget_read()
    tell_followers()


def wipe() -> None:
    """Take everybody out: rows, search index, uploads; free pages are the caller's affair."""
    with db.engines["reference"].begin() as connection:
        for _count in index_nobody(connection):
            pass
        connection.execute(delete(_TABLE))
        connection.execute(delete(RegisterExtract))
    forget_read()
    forget_all(targets().kind)


def _extract(provenance: Provenance, by: str, digest: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("updated", "unchanged", "refused", "missing"), 0)
    return nothing | {
        "imported_at": clock.now(),
        "imported_by": by,
        "file_name": FROM_HEADQUARTERS,
        "file_sha256": digest,
        "encoding": "",
        "layout": FROM_HEADQUARTERS,
        "rows_read": provenance.people,
        "created": provenance.people,
        "report": {"takeout": msgspec.to_builtins(provenance)},
    }
