"""Propose who lives in which house: the addresses of register and ledger, folded alike."""

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, Table, delete, select

from victim_support.core.db import Part, db
from victim_support.core.db.bulk import insert_rows
from victim_support.core.db.engine import write_alone
from victim_support.core.japanese.addresses import address_key, near_key
from victim_support.houses.models import House, HouseOccupant
from victim_support.houses.rules import Likeness
from victim_support.residents.models import Resident
from victim_support.residents.services import on_import

_BATCH = 1000
_STREAMED = {"yield_per": _BATCH}
_HOUSES = cast("Table", House.__table__)
_OCCUPANTS = cast("Table", HouseOccupant.__table__)
_RESIDENTS = cast("Table", Resident.__table__)

Places = dict[str, list[tuple[str, Likeness]]]


def match_everybody(connection: Connection) -> Iterator[int]:
    """Propose households for every house anew; yield how many residents after each batch."""
    connection.execute(delete(_OCCUPANTS))
    places = _places(connection)
    if not places:
        return
    found: dict[tuple[str, str], Likeness] = {}
    columns = (_RESIDENTS.c.household_number, _RESIDENTS.c.address)
    query = select(*columns).where(_RESIDENTS.c.missing_since.is_(None)).distinct()
    addresses = connection.execute(query, execution_options=_STREAMED)
    for count, (household, address) in enumerate(addresses, start=1):
        for house, likeness in _houses_at(places, address_key(address)):
            found.setdefault((house, household), likeness)
        if count % _BATCH == 0:
            yield _BATCH
    rows = [(house, household, str(likeness)) for (house, household), likeness in found.items()]
    for start in range(0, len(rows), _BATCH):
        insert_rows(connection, _OCCUPANTS, rows[start : start + _BATCH])


@on_import
def match_after_import() -> None:
    """Propose anew when the register has changed, and there is a ledger."""
    with db.engines["reference"].begin() as connection:
        write_alone(connection, Part.REFERENCE)
        if connection.execute(select(_HOUSES.c.number).limit(1)).first() is None:
            return
        for _count in match_everybody(connection):
            pass


def _houses_at(places: Places, key: str) -> list[tuple[str, Likeness]]:
    """Return the houses of a resident's address: of the very address, else of its block."""
    if not key:
        return []
    exact = places.get(key, [])
    if exact:
        return exact
    block = places.get(near_key(key), [])
    return [(house, Likeness.NEAR) for house, _likeness in block]


def _places(connection: Connection) -> Places:
    places: Places = defaultdict(list)
    columns = (_HOUSES.c.number, _HOUSES.c.address_key, _HOUSES.c.lot_key)
    query = select(*columns).where(_HOUSES.c.missing_since.is_(None)).order_by(_HOUSES.c.number)
    for number, address, lot in connection.execute(query, execution_options=_STREAMED):
        if address:
            places[address].append((number, Likeness.ADDRESS))
        if lot and lot != address:
            places[lot].append((number, Likeness.LOT))
    return dict(places)
