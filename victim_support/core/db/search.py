"""Word indexes on either engine, which nobody outside needs to know.

The words are made in `core.search`; the engine stores and intersects them. There are no columns:
a letter in front of each word says what kind it is, so that a place which everybody lives in costs
nothing when it is looked for as a name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, event, select

from victim_support.core.db.among import is_among
from victim_support.core.db.conditions import Condition, Either, Every, Word
from victim_support.core.db.search_postgres import PostgresWords
from victim_support.core.db.search_sqlite import SqliteWords
from victim_support.core.steps import portions

__all__ = ["Condition", "Either", "Every", "Word", "WordIndex", "create_words", "word_indexes"]

_BATCH = 2000
_INFO = "word_indexes"
Item = TypeVar("Item")


class WordIndex:
    """An index of words: rows have an owner and a place in the order in which hits come."""

    def __init__(self, name: str, metadata: MetaData) -> None:
        self.name = name
        self.entries = Table(
            f"{name}_entries",
            metadata,
            Column("n", Integer, primary_key=True),
            Column("owner", Text, nullable=False, unique=True),
        )
        self._engines: dict[str, SqliteWords | PostgresWords] = {
            "sqlite": SqliteWords(name),
            "postgresql": PostgresWords(name),
        }
        metadata.info.setdefault(_INFO, []).append(self)
        event.listen(
            self.entries,
            "after_create",
            lambda _table, connection, **_: self._words(connection).create(connection),
        )
        event.listen(
            self.entries,
            "before_drop",
            lambda _table, connection, **_: self._words(connection).drop(connection),
        )

    def put(self, connection: Connection, owner: str, words: str) -> None:
        """Index the words of an owner, in place of earlier ones; a new owner comes last."""
        self._words(connection).put(connection, owner, words)

    def put_many(self, connection: Connection, rows: Sequence[tuple[str, str]]) -> None:
        """Index the words of many owners, as ``put`` does; each owner is there once."""
        if rows:
            self._words(connection).put_many(connection, rows)

    def remove(self, connection: Connection, owner: str) -> None:
        """Forget an owner."""
        self._words(connection).remove(connection, owner)

    def known(self, connection: Connection, owners: Collection[str]) -> set[str]:
        """Return those of the owners that are indexed."""
        column = self.entries.c.owner
        statement = select(column).where(is_among(connection, column, owners))
        return set(connection.scalars(statement)) if owners else set()

    def rebuild(self, connection: Connection, rows: Iterable[tuple[str, str]]) -> int:
        """Index these owners and no others; hits come in the order of the rows. Return how many."""
        return sum(self.rebuild_in_steps(connection, rows))

    def rebuild_in_steps(
        self, connection: Connection, rows: Iterable[tuple[str, str]]
    ) -> Iterator[int]:
        """Do as ``rebuild`` does; yield how many owners after each batch."""
        numbered = ((n, owner, words) for n, (owner, words) in enumerate(rows, start=1))
        return self._words(connection).replace(connection, portions(numbered, _BATCH))

    def load(self, connection: Connection, rows: Iterable[tuple[int, str, str]]) -> int:
        """Index what ``dump`` gave, and nothing else; return how many owners."""
        return sum(self._words(connection).replace(connection, portions(rows, _BATCH)))

    def dump(self, connection: Connection) -> Iterator[tuple[int, str, str]]:
        """Yield (number, owner, words) of everybody, for an index on another engine."""
        return self._words(connection).dump(connection)

    def find(self, connection: Connection, condition: Condition, limit: int) -> list[str]:
        """Return the first owners that match, in the order of the index."""
        return self._words(connection).find(connection, condition, limit)

    def count(self, connection: Connection, condition: Condition, at_most: int) -> int:
        """Return how many owners match, counting no further than ``at_most``."""
        return self._words(connection).count(connection, condition, at_most)

    def _words(self, connection: Connection) -> SqliteWords | PostgresWords:
        return self._engines[connection.dialect.name]


def create_words(connection: Connection, name: str) -> None:
    """Create what the engine needs for an index beside its table of entries (for migrations)."""
    words = SqliteWords(name) if connection.dialect.name == "sqlite" else PostgresWords(name)
    words.create(connection)


def word_indexes(metadata: MetaData) -> list[WordIndex]:
    """Return the indexes over the tables of one database."""
    return list(metadata.info.get(_INFO, []))
