"""Keep dwellings findable by their place, also those that come from another machine."""

from collections.abc import Iterator
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, Table, delete, select

from victim_support.core.db import db
from victim_support.core.db.bulk import insert_rows, upsert_rows
from victim_support.core.japanese.addresses import dwelling_key
from victim_support.core.steps import portions
from victim_support.damage.models import Dwelling, DwellingKey
from victim_support.journal.derived import Written, on_applied

Key = tuple[str, UUID, bytes]

_KEYS = cast("Table", DwellingKey.__table__)
_AT_ONCE = 1000


@on_applied(Dwelling)
class DwellingKeys:
    """The table by which a dwelling is found in whatever notation its place is written."""

    def follow(self, connection: Connection, rows: Written) -> None:
        """Note where these dwellings are now."""
        places = ((*key, values["address"], values["unit"]) for key, values in rows.items())
        upsert_rows(connection, _KEYS, [_key_of(*place) for place in places])

    def rebuild(self, connection: Connection) -> None:
        """Note where all dwellings are, and nothing else."""
        connection.execute(delete(DwellingKey))
        for keys in portions(_keys(connection), _AT_ONCE):
            insert_rows(connection, _KEYS, keys)

    def differences(self, connection: Connection) -> int:
        """Return how many dwellings are not found by what their rows say."""
        noted = {tuple(row) for row in connection.execute(select(*_KEYS.columns))}
        return len({each[:2] for each in noted ^ set(_keys(connection))})


def index_dwelling(dwelling: Dwelling) -> None:
    """Let a dwelling that was just written down be found by its place."""
    key = _key_of(dwelling.scope, dwelling.id, dwelling.address, dwelling.unit)
    upsert_rows(db.session.connection(), _KEYS, [key])


def _keys(connection: Connection) -> Iterator[Key]:
    columns = (Dwelling.scope, Dwelling.id, Dwelling.address, Dwelling.unit)
    rows = connection.execute(select(*columns).order_by(*columns[:2]))
    return (_key_of(*row) for row in rows)


def _key_of(scope: str, dwelling_id: UUID, address: str | None, unit: str | None) -> Key:
    return scope, dwelling_id, dwelling_key(address or "", unit)
