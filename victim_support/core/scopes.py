"""Scopes: which part of the ledger a row belongs to, and so which machines may hold it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    """What rows outlive: a disaster (base) or not (core, sealed), or that of which they speak."""

    BASE = "base"
    DISASTER = "disaster"
    EITHER = "either"


@dataclass(frozen=True)
class Scopes:
    """The scopes of one municipality and one disaster.

    ``base`` outlives disasters (shelter master, staff, dwellings). ``core`` belongs to one.
    ``sealed`` holds what must not be found of protected people (支援措置対象者).
    """

    municipality: str
    disaster: str | None = None

    @property
    def base(self) -> str:
        return f"{self.municipality}/base"

    @property
    def core(self) -> str:
        return f"{self.municipality}/{self._disaster()}/core"

    @property
    def sealed(self) -> str:
        return f"{self.municipality}/{self._disaster()}/sealed"

    def of_disaster(self, key: str) -> "Scopes":
        """Return the scopes of another disaster of the same municipality."""
        return Scopes(self.municipality, key)

    def _disaster(self) -> str:
        if self.disaster is None:
            raise NoDisasterChosenError
        return self.disaster


class NoDisasterChosenError(Exception):
    """No disaster (災害) is declared or chosen, so nothing can be recorded under one."""


class NoShelterChosenError(Exception):
    """This desk stands at no shelter (避難所), and what was asked for belongs to one."""


_current: ContextVar[Scopes] = ContextVar("scopes")


def current_scopes() -> Scopes:
    """Return the scopes of the running request or command."""
    return _current.get()


def has_scopes() -> bool:
    """Tell whether the request got as far as its scopes; one that is refused before does not."""
    return _current.get(None) is not None


@contextmanager
def using_scopes(scopes: Scopes) -> Iterator[None]:
    """Run a request or command under these scopes."""
    token = _current.set(scopes)
    try:
        yield
    finally:
        _current.reset(token)
