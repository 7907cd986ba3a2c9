"""What a word index can be asked: words, all of several, one of several."""

from dataclasses import dataclass


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
