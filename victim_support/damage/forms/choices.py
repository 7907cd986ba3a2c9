"""Choices of forms: the stored words of an enum with their labels, and the way back."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from victim_support.victims.rules import Labelled

Word = TypeVar("Word", bound=StrEnum)


def choices_of(members: type[Labelled] | Sequence[Labelled]) -> list[tuple[str, str]]:
    """Return stored words and labels for a field of choices."""
    return [(member.value, member.label) for member in members]


def chosen(members: type[Word], value: str | None) -> Word | None:
    """Return the member with a stored word, or None."""
    return next((member for member in members if member.value == value), None)


def all_chosen(members: type[Word], values: Iterable[str] | None) -> list[Word]:
    """Return the members with these stored words, in their own order."""
    wanted = set(values or ())
    return [member for member in members if member.value in wanted]
