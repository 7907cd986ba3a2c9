"""What is computed from synced rows and kept beside them, such as a search index.

A service that changes a row keeps it in its own transaction; here is said how it is kept when rows
change by operations of another machine, an intake log, or a newer version of the program.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from victim_support.core.db import Synced

RowKey = tuple[str, UUID]  # scope and id
Written = Mapping[RowKey, Mapping[str, Any]]  # rows as they are now, by attribute


class Derived(Protocol):
    """Something computed from the rows of one class."""

    def follow(self, connection: Connection, rows: Written) -> None:
        """Bring it up to date after these rows were written."""

    def rebuild(self, connection: Connection) -> None:
        """Compute it anew from all rows; nothing of former rows is left in it."""

    def differences(self, connection: Connection) -> int:
        """Return how many of its entries are not what the rows say."""


_derived: dict[type[Synced], list[Derived]] = {}


def on_applied(cls: type[Synced]) -> Callable[[type[Derived]], type[Derived]]:
    """Declare what is computed from the rows of a class."""

    def register(kind: type[Derived]) -> type[Derived]:
        _derived.setdefault(cls, []).append(kind())
        return kind

    return register


def follow(connection: Connection, cls: type[Synced], rows: Written) -> None:
    """Bring everything computed from these rows up to date."""
    for each in _derived.get(cls, ()):
        each.follow(connection, rows)


def rebuild_derived(connection: Connection) -> None:
    """Compute everything anew."""
    for each in all_derived():
        each.rebuild(connection)


def all_derived() -> list[Derived]:
    """Return everything that is computed from rows."""
    return [each for registered in _derived.values() for each in registered]
