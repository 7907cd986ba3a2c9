"""Word indexes on the database engine: SQLite's FTS5, which nobody outside needs to know.

The words are made in `core.search`; the engine stores and intersects them. The ``ascii``
tokenizer leaves every other character alone, also kanji newer than SQLite's own tables.
There are no columns: a letter in front of each word says what kind it is, so that a place
which everybody lives in costs nothing when it is looked for as a name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, delete, event, select

_BATCH = 2000
_BULK_HASH_BYTES = 32 << 20  # words gathered in memory before they are written: fewer merges
_USUAL_HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or the beginning of one."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All parts must match."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part must match."""

    parts: tuple["Condition", ...]


Condition = Word | Every | Either


class WordIndex:
    """An index of words: rows have an owner and a place in the order in which hits come."""

    def __init__(self, name: str, metadata: MetaData) -> None:
        self.entries = Table(
            f"{name}_entries",
            metadata,
            Column("n", Integer, primary_key=True),
            Column("owner", Text, nullable=False, unique=True),
        )
        self._words = f"{name}_words"
        self._insert = f"INSERT OR REPLACE INTO {self._words} (rowid, words) VALUES (?, ?)"  # noqa: S608
        self._enter = (
            f"INSERT INTO {self.entries.name} (owner) VALUES (?) "  # noqa: S608
            "ON CONFLICT (owner) DO UPDATE SET owner = owner RETURNING n"
        )
        event.listen(
            self.entries, "after_create", lambda _table, connection, **_: self.create(connection)
        )
        event.listen(
            self.entries, "before_drop", lambda _table, connection, **_: self.drop(connection)
        )

    @property
    def engine_tables(self) -> tuple[str, ...]:
        """Return the names of the tables that the engine makes for itself (for migrations)."""
        kinds = ("", "_data", "_idx", "_docsize", "_config", "_content")
        return tuple(f"{self._words}{kind}" for kind in kinds)

    def create(self, connection: Connection) -> None:
        """Create the index beside its table of entries, if it is not there."""
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self._words} USING fts5(words, "
            "content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='2 3 4')"
        )

    def drop(self, connection: Connection) -> None:
        """Drop the index."""
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self._words}")

    def put(self, connection: Connection, owner: str, words: str) -> None:
        """Index the words of an owner, in place of earlier ones; a new owner comes last."""
        number = connection.exec_driver_sql(self._enter, (owner,)).scalar_one()
        connection.exec_driver_sql(self._insert, (number, words))

    def remove(self, connection: Connection, owner: str) -> None:
        """Forget an owner."""
        number = self._number(connection, owner)
        if number is not None:
            connection.exec_driver_sql(f"DELETE FROM {self._words} WHERE rowid = ?", (number,))  # noqa: S608
            connection.execute(delete(self.entries).where(self.entries.c.n == number))

    def rebuild(self, connection: Connection, rows: Iterable[tuple[str, str]]) -> int:
        """Index these owners and no others; hits come in the order of the rows. Return how many."""
        connection.execute(delete(self.entries))
        self._tell(connection, "delete-all")
        self._tell(connection, "hashsize", _BULK_HASH_BYTES)
        self._tell(connection, "automerge", 0)
        count = 0
        insert_entry = f"INSERT INTO {self.entries.name} (n, owner) VALUES (?, ?)"  # noqa: S608
        for batch in _batches(rows):
            numbered = list(enumerate(batch, start=count + 1))
            connection.exec_driver_sql(insert_entry, [(n, owner) for n, (owner, _) in numbered])
            connection.exec_driver_sql(self._insert, [(n, words) for n, (_, words) in numbered])
            count += len(batch)
        self._tell(connection, "optimize")
        self._tell(connection, "automerge", 4)
        self._tell(connection, "hashsize", _USUAL_HASH_BYTES)
        return count

    def find(self, connection: Connection, condition: Condition, limit: int) -> list[str]:
        """Return the first owners that match, in the order of the index."""
        found = connection.exec_driver_sql(
            f"SELECT owner FROM {self._words} JOIN {self.entries.name} "  # noqa: S608
            f"ON {self.entries.name}.n = {self._words}.rowid "
            f"WHERE {self._words} MATCH ? ORDER BY {self._words}.rowid LIMIT ?",
            (_render(condition), limit),
        )
        return [owner for (owner,) in found]

    def count(self, connection: Connection, condition: Condition, at_most: int) -> int:
        """Return how many owners match, counting no further than ``at_most``."""
        counted = connection.exec_driver_sql(
            f"SELECT count(*) FROM (SELECT rowid FROM {self._words} "  # noqa: S608
            f"WHERE {self._words} MATCH ? LIMIT ?)",
            (_render(condition), at_most),
        )
        return int(counted.scalar_one())

    def _number(self, connection: Connection, owner: str) -> int | None:
        query = select(self.entries.c.n).where(self.entries.c.owner == owner)
        return connection.execute(query).scalar_one_or_none()

    def _tell(self, connection: Connection, command: str, value: int | None = None) -> None:
        connection.exec_driver_sql(
            f"INSERT INTO {self._words} ({self._words}, rank) VALUES (?, ?)",  # noqa: S608
            (command, value),
        )


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _render(condition: Condition) -> str:
    """Write a condition in the query language of FTS5."""
    match condition:
        case Word(word, is_prefix):
            return f'"{word}"{" *" if is_prefix else ""}'
        case Every(parts):
            return " AND ".join(f"({_render(part)})" for part in parts)
        case Either(parts):
            return " OR ".join(f"({_render(part)})" for part in parts)
