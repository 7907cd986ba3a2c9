"""Find people by anything one box can take: kana, romaji, kanji, address, birth date, phone."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from victim_support.core.db.search import WordIndex
from victim_support.core.search.aliases import PlaceAlias, place_alias, places_meant
from victim_support.core.search.query import search_steps
from victim_support.core.search.words import SearchDocument, words_of

__all__ = [
    "COUNTED_AT_MOST",
    "Hits",
    "PlaceAlias",
    "SearchDocument",
    "SearchIndex",
    "place_alias",
    "places_meant",
]

COUNTED_AT_MOST = 1000
_NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hits:
    """Owners in the order to show, and how many match in all; beyond 1,000 nobody counts."""

    owners: list[str]
    total: int

    @property
    def is_total_exact(self) -> bool:
        """Say whether `total` is the number, or the least that it can be."""
        return self.total < COUNTED_AT_MOST


class SearchIndex:
    """The search over one kind of people: the resident register, or the persons of a disaster."""

    def __init__(self, name: str, metadata: MetaData) -> None:
        self.words = WordIndex(name, metadata)

    def put(self, session: Session, owner: str, document: SearchDocument) -> None:
        """Index somebody, or index them anew, in the transaction of the session."""
        self.words.put(session.connection(), owner, words_of(document))

    def put_many(
        self, connection: Connection, documents: Iterable[tuple[str, SearchDocument]]
    ) -> None:
        """Index many people, each once."""
        self.words.put_many(connection, [(owner, words_of(each)) for owner, each in documents])

    def remove_many(self, connection: Connection, owners: Collection[str]) -> None:
        """Forget many people; most of them are usually not there."""
        for owner in sorted(self.words.known(connection, owners)):
            self.words.remove(connection, owner)

    def differences(
        self, connection: Connection, documents: Iterable[tuple[str, SearchDocument]]
    ) -> int:
        """Return how many people are not found by exactly what these documents say."""
        expected = {owner: frozenset(words_of(each).split()) for owner, each in documents}
        found = {
            owner: frozenset((words or "").split())
            for _, owner, words in self.words.dump(connection)
        }
        return sum(
            expected.get(owner, _NO_WORDS) != found.get(owner, _NO_WORDS)
            for owner in expected.keys() | found.keys()
        )

    def remove(self, session: Session, owner: str) -> None:
        """Forget somebody, in the transaction of the session."""
        self.words.remove(session.connection(), owner)

    def rebuild(
        self, connection: Connection, documents: Iterable[tuple[str, SearchDocument]]
    ) -> int:
        """Index these people and no others; hits come in their order. Return how many."""
        return sum(self.rebuild_in_steps(connection, documents))

    def rebuild_in_steps(
        self, connection: Connection, documents: Iterable[tuple[str, SearchDocument]]
    ) -> Iterator[int]:
        """Do as ``rebuild`` does; yield how many people after each batch."""
        rows = ((owner, words_of(document)) for owner, document in documents)
        return self.words.rebuild_in_steps(connection, rows)

    def find(
        self,
        connection: Connection,
        query: str,
        *,
        today: date,
        limit: int,
        near: Sequence[str] = (),
        aliases: Sequence[PlaceAlias] = (),
    ) -> Hits:
        """Find people by all words of a query.

        Whose name begins so comes first, then who bears the words as a name, then who only lives
        at such a place or sounds like it. In each of the first two groups, who lives in one of
        the towns `near` comes before the others. By `aliases` a place is found by its other names.
        """
        steps = search_steps(query, today, near, aliases)
        found: dict[str, None] = {}
        for step in steps:
            if len(found) < limit:
                found |= dict.fromkeys(self.words.find(connection, step, limit))
        owners = list(found)[:limit]
        if len(owners) < limit:
            return Hits(owners, len(owners))
        return Hits(owners, self.words.count(connection, steps[-1], COUNTED_AT_MOST))

    def has(self, connection: Connection, query: str, *, today: date) -> bool:
        """Tell whether anybody could be meant by a query: one look for all of its steps."""
        steps = search_steps(query, today)
        return bool(steps) and self.words.count(connection, steps[-1], 1) > 0
