"""The write lock and the facts about the transaction that holds it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from victim_support.core.ids import new_id


@dataclass
class WriteTransaction:
    """One act of one person: its id, the reason given, and what the journal keeps of it."""

    reason: str = ""
    id: UUID = field(default_factory=new_id)
    seen: dict[tuple[str, str, UUID], str] = field(default_factory=dict)  # tokens by row
    undoes: UUID | None = None  # the transaction that this one takes back
    changes: dict[Any, Any] = field(default_factory=dict)  # the recorder's, by row
    ops: list[Any] = field(default_factory=list)  # the recorder's, after the commit
    is_ending: bool = False
    beside_commit: Callable[[], None] | None = None  # lets a thread work while the disk does


class Recorder(Protocol):
    """What the journal does around a commit."""

    def record(self, session: Session, write: WriteTransaction) -> None:
        """Write the operations of all changed rows, before the commit."""

    def keep(self, write: WriteTransaction) -> None:
        """Note the committed operations elsewhere too, in the order of commits."""

    def acknowledge(self, write: WriteTransaction) -> None:
        """Make that note durable, before the answer; other writers need not wait for it."""


# SQLite's busy wait is unfair: eight waiting writers take twice as long without this lock.
write_lock = threading.Lock()
_writing: ContextVar[WriteTransaction | None] = ContextVar("writing", default=None)
_unacknowledged: ContextVar[list[WriteTransaction] | None] = ContextVar(
    "unacknowledged", default=None
)


def is_writing() -> bool:
    """Tell whether the running code is inside ``transaction()``."""
    return _writing.get() is not None


def current_write() -> WriteTransaction:
    """Return the transaction that is being written."""
    write = _writing.get()
    if write is None:
        message = "not inside transaction()"
        raise RuntimeError(message)
    return write


def acknowledged_later(write: WriteTransaction) -> bool:
    """Tell whether somebody waits for the disk once for several transactions; note this one."""
    waiting = _unacknowledged.get()
    if waiting is None:
        return False
    if write.ops:
        waiting[:] = [write]  # whoever waits for the last one has waited for all
    return True


@contextmanager
def collecting() -> Iterator[list[WriteTransaction]]:
    """Gather the transactions inside for which nobody has waited for the disk yet."""
    waiting: list[WriteTransaction] = []
    token = _unacknowledged.set(waiting)
    try:
        yield waiting
    finally:
        _unacknowledged.reset(token)


@contextmanager
def not_writing() -> Iterator[None]:
    """Let a second session read inside ``transaction()`` without asking for the write lock."""
    token = _writing.set(None)
    try:
        yield
    finally:
        _writing.reset(token)
