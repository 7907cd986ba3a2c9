"""What a slice declares about its long work: how each kind is done, and what recurs."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, after a step: ``done`` of ``total`` (0: nobody knows how many).

    ``words`` is a short sentence for the page, ``link`` where the result is to be seen, and
    ``checkpoint`` what a restarted job needs to go on from here.
    """

    done: int = 0
    total: int = 0
    words: str = ""
    link: str = ""
    checkpoint: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A job as its handler sees it; ``started_by`` is None for what recurs by itself."""

    id: UUID
    payload: dict[str, Any]
    checkpoint: dict[str, Any]
    started_by: UUID | None


class JobFailedError(Exception):
    """The work cannot be done; the message tells the person why, in Japanese."""


class UnknownKindError(LookupError):
    """No slice of this version does such work."""


Handler = Callable[[Running], Generator[Progress]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work: its name on screen, who does it, and whether it may run again."""

    name: str
    title: str
    handler: Handler
    restarts: bool
    page: str = ""
    tells: bool = False


@dataclass(slots=True)
class Registry:
    """All kinds by name, and the seconds after which some are done again."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    recurring: dict[str, float] = field(default_factory=dict)


_registry = Registry()


def kind(
    name: str, title: str, *, restarts: bool = False, page: str = "", tells: bool = False
) -> Callable[[Handler], Handler]:
    """Declare how a kind of work is done.

    Args:
        name: Slice and work, such as ``residents.import``.
        title: What it is called on screen.
        restarts: It may run again, from its checkpoint, after the server was cut off.
        page: The endpoint where it is begun, to which one goes back when it has failed.
        tells: Its last words are told on the page of the result, which does not say them itself.
    """

    def declare(handler: Handler) -> Handler:
        _registry.kinds[name] = Kind(name, title, handler, restarts, page, tells)
        return handler

    return declare


def every(seconds: float, name: str) -> None:
    """Let a kind of work be done again and again while the server runs."""
    _registry.recurring[name] = seconds


def get_kind(name: str) -> Kind:
    """Return a kind of work.

    Raises:
        UnknownKindError: This version does not know it.
    """
    if name not in _registry.kinds:
        raise UnknownKindError(name)
    return _registry.kinds[name]


def find_kind(name: str) -> Kind | None:
    """Return a kind of work, None when this version does not know it."""
    return _registry.kinds.get(name)


def recurring() -> dict[str, float]:
    """Return what is done again and again: kind and seconds."""
    return dict(_registry.recurring)
