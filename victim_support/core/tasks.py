"""What waits for a person's decision (要確認): kinds that slices declare, listed on one page.

A slice declares its kinds in its module ``tasks``: what to look for, in which words, and where it
is decided. Nothing is stored: a task is there as long as its query finds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from victim_support.core.disclosure import DisclosedPerson


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to decide: whom it is about, since when it waits, and where it is decided."""

    url: str
    since: datetime | None
    people: tuple[DisclosedPerson, ...] = ()
    words: str = ""
    """What is known about it; never a place where somebody is."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of tasks, for those who hold the permission to decide it."""

    key: str
    label: str
    advice: str
    """What to do, in one sentence."""
    permission: str
    find: Callable[[], Sequence[Task]]
    """Returns what the actor may see of it."""
