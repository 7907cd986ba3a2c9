"""Who acts: a context variable that the journal reads and access control sets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

Names = Callable[[UUID], str | None]

_actor_id: ContextVar[UUID | None] = ContextVar("actor_id", default=None)
_names: list[Names] = []


@contextmanager
def acting(actor_id: UUID | None) -> Iterator[None]:
    """Let everything inside be done by this person; None is the program itself."""
    token = _actor_id.set(actor_id)
    try:
        yield
    finally:
        _actor_id.reset(token)


def current_actor_id() -> UUID | None:
    """Return the id of the person who acts, None for the program itself."""
    return _actor_id.get()


def set_actor_names(names: Names) -> None:
    """Let the accounts say how people are called."""
    _names[:] = [names]


def name_of(actor_id: UUID | None) -> str:
    """Return the name of an actor for a page."""
    if actor_id is None:
        return "システム"
    return find_name(actor_id) or "不明な利用者"


def find_name(actor_id: UUID) -> str | None:
    """Return the name of somebody who works with the program, or None."""
    return next((name for names in _names if (name := names(actor_id))), None)
