"""The search index over the register, built anew after an import."""

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, RowMapping, Table, select

from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.scopes import current_scopes
from victim_support.core.search import SearchDocument
from victim_support.core.towns import list_towns
from victim_support.residents.models import Resident, resident_index

_STREAMED = {"yield_per": 1000}
_TABLE = cast("Table", Resident.__table__)


def index_everybody(connection: Connection) -> Iterator[int]:
    """Index the register anew; yield how many people after each batch."""
    return resident_index.rebuild_in_steps(connection, _documents(connection))


def index_nobody(connection: Connection) -> Iterator[int]:
    """Let nobody be found any more."""
    return resident_index.rebuild_in_steps(connection, iter(()))


def _documents(connection: Connection) -> Iterator[tuple[str, SearchDocument]]:
    """Yield what each resident is found by, in the order of kana, in which hits will come."""
    columns = [
        _TABLE.c[name]
        for name in (
            "number", "name", "alias", "former_name", "kana", "address", "building", "district",
            "town", "birth_date", "birth_year", "birth_month",
        )
    ]  # fmt: skip
    kana_of = {town.name: town.kana for town in list_towns(current_scopes().municipality)}
    query = select(*columns).order_by(_TABLE.c.kana, _TABLE.c.number)
    for row in connection.execute(query, execution_options=_STREAMED).mappings():
        yield row["number"], _document(row, kana_of.get(row["town"]))


def _document(row: RowMapping, town_kana: str | None) -> SearchDocument:
    names = [row["name"], row["alias"], row["former_name"]]
    birth = BirthValue(
        date=row["birth_date"],
        year=row["birth_year"],
        month=row["birth_month"],
        precision=Precision.DAY,
    )
    return SearchDocument(
        names=[name for name in names if name],
        kanas=[row["kana"]],
        places=[text for text in (row["address"], row["building"], row["district"]) if text],
        place_kanas=[town_kana] if town_kana else [],
        birth=birth,
    )
