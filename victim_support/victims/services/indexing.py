"""Keep the search over people right when their rows come from another machine or an old log."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, inspect, select

from victim_support.core.db.among import is_among
from victim_support.core.search import SearchDocument
from victim_support.journal.derived import RowKey, Written, on_applied
from victim_support.journal.store import read_heads
from victim_support.victims.models import PERSON_INDEX, SEALED_INDEX, Person
from victim_support.victims.queries import document_of
from victim_support.victims.services.sealing import is_presence_hidden

_FOUND_BY = (
    *("scope", "id", "protection", "name", "kana", "address", "town", "phone", "tag_number"),
    *("birth_date", "birth_precision", "birth_year", "birth_month"),
    *("age", "age_months", "age_band"),
)
_COLUMNS = [inspect(Person).columns[name] for name in _FOUND_BY]
_AT_ONCE = 1000


class _Found:
    """A row that was just written, with the columns by name."""

    def __init__(self, key: RowKey, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values, scope=key[0], id=key[1])


@on_applied(Person)
class PersonSearch:
    """The two search indexes: everybody, and those whose presence is hidden."""

    def follow(self, connection: Connection, rows: Written) -> None:
        """Index those whose rows were written by what the fullest row of each says now."""
        several = _with_other_rows(connection, rows)
        people = [_Found(key, values) for key, values in rows.items() if key[1] not in several]
        open_, hidden = _divided([*people, *_fullest(_rows_of(connection, several))])
        for there, elsewhere, found in (
            (PERSON_INDEX, SEALED_INDEX, open_),
            (SEALED_INDEX, PERSON_INDEX, hidden),
        ):
            elsewhere.remove_many(connection, [owner for owner, _ in found])
            there.put_many(connection, found)

    def rebuild(self, connection: Connection) -> None:
        """Index everybody anew, in the order of their readings."""
        rows = sorted(_fullest(_rows(connection)), key=lambda row: (row.kana or "", str(row.id)))
        open_, hidden = _divided(rows)
        PERSON_INDEX.rebuild(connection, open_)
        SEALED_INDEX.rebuild(connection, hidden)

    def differences(self, connection: Connection) -> int:
        """Return how many people are not found by what one of their rows says."""
        open_, hidden = _divided(_fullest(_rows(connection)))
        return sum(
            index.differences(connection, people)
            for index, people in ((PERSON_INDEX, open_), (SEALED_INDEX, hidden))
        )


def _rows(connection: Connection) -> Iterable[Row[Any]]:
    statement = select(*_COLUMNS).execution_options(yield_per=_AT_ONCE)
    return connection.execute(statement)


def _with_other_rows(connection: Connection, rows: Written) -> set[UUID]:
    """Return who has more rows than these: in the sealed scope, or of another disaster."""
    here = Counter(row_id for _, row_id in rows)
    scopes = _scopes(connection)
    written = {scope for scope, _ in rows}
    elsewhere = scopes - written if len(written) == 1 else scopes
    statement = select(Person.scope, Person.id).where(*_place(connection, elsewhere, here))
    keys = connection.execute(statement) if elsewhere else ()
    return {
        *(row_id for scope, row_id in keys if (scope, row_id) not in rows),
        *(row_id for row_id, count in here.items() if count > 1),
    }


def _rows_of(connection: Connection, people: Collection[UUID]) -> Iterator[Row[Any]]:
    if people:
        place = _place(connection, _scopes(connection), people)
        yield from connection.execute(select(*_COLUMNS).where(*place))


def _scopes(connection: Connection) -> set[str]:
    return {scope for scope, _ in read_heads(connection) if not scope.endswith("/base")}


def _place(
    connection: Connection, scopes: Collection[str], people: Iterable[UUID]
) -> Sequence[Any]:
    """Return conditions that find the rows of people by the primary key."""
    return Person.scope.in_(sorted(scopes)), is_among(connection, Person.id, people)


def _fullest(rows: Iterable[Row[Any]]) -> Iterable[Row[Any]]:
    """Return one row for each person: of the newest disaster, the sealed one where there is one."""
    found: dict[UUID, Row[Any]] = {}
    for row in rows:
        if row.id not in found or row.scope > found[row.id].scope:
            found[row.id] = row
    return found.values()


def _divided(
    rows: Iterable[Any],
) -> tuple[list[tuple[str, SearchDocument]], list[tuple[str, SearchDocument]]]:
    """Return those whom everybody may find, and those whose presence is hidden."""
    people: tuple[list[tuple[str, SearchDocument]], ...] = ([], [])
    for row in rows:
        people[is_presence_hidden(row.protection)].append((str(row.id), document_of(row)))
    return people[0], people[1]
