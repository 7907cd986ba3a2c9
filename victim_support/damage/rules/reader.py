"""Read typed values out of a JSON object; what is wrong is said in Japanese, with its place."""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from victim_support.damage.rules.errors import CaseError
from victim_support.victims.rules import Labelled

T = TypeVar("T")
L = TypeVar("L", bound=Labelled)
MOST_DIGITS = 12  # a number beyond is a slip, and its exact fraction could fill the memory


class Reader:
    """An object of the file, read value by value; :meth:`finish` refuses what nobody read."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise CaseError(f"{path or '事例'}: 名前と値の組({{ }})で書いてください。")
        self.value: Mapping[str, Any] = value
        self.path = path
        self.known: set[str] = set()

    def at(self, name: str) -> str:
        """Return the place of a value, for messages."""
        return f"{self.path}.{name}" if self.path else name

    def get(self, name: str) -> Any:
        """Return a value as it is; None when it is missing."""
        self.known.add(name)
        return self.value.get(name)

    def optional(self, name: str, read: Callable[[object, str], T]) -> T | None:
        """Return a value through a reading function, or None when it is missing or null."""
        found = self.get(name)
        return None if found is None else read(found, self.at(name))

    def required(self, name: str, read: Callable[[object, str], T]) -> T:
        """Return a value through a reading function.

        Raises:
            CaseError: The value is missing.
        """
        found = self.optional(name, read)
        if found is None:
            raise CaseError(f"{self.at(name)}: 値がありません。")
        return found

    def finish(self) -> None:
        """Refuse names that nobody asked for: a slip there would change the grade silently."""
        stray = sorted(set(self.value) - self.known)
        if stray:
            raise CaseError(f"{self.at(stray[0])}: 知らない項目です。つづりを確かめてください。")


def number(low: int | None = 0, high: int | None = None) -> Callable[[object, str], Fraction]:
    """Return a function that reads a number between two limits, both included."""

    def read(value: object, path: str) -> Fraction:
        found = _exact(value, path)
        if (low is not None and found < low) or (high is not None and found > high):
            ends = f"{'' if low is None else low}～{'' if high is None else high}"
            raise CaseError(f"{path}: {shown(value)} は範囲({ends})の外です。")
        return found

    return read


def whole(low: int, high: int) -> Callable[[object, str], int]:
    """Return a function that reads a whole number between two limits."""
    inner = number(low, high)

    def read(value: object, path: str) -> int:
        found = inner(value, path)
        if found.denominator != 1:
            raise CaseError(f"{path}: {shown(value)} は整数ではありません。")
        return int(found)

    return read


def flag(value: object, path: str) -> bool:
    """Read a yes or no."""
    if not isinstance(value, bool):
        raise CaseError(f"{path}: true か false で書いてください。")
    return value


def words(value: object, path: str) -> str:
    """Read words; full-width brackets, Roman numerals and spaces become the common ones."""
    if not isinstance(value, str) or not value.strip():
        raise CaseError(f"{path}: 文字で書いてください。")
    return folded(value)


def items(read: Callable[[object, str], T]) -> Callable[[object, str], tuple[T, ...]]:
    """Return a function that reads a list."""

    def read_all(value: object, path: str) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise CaseError(f"{path}: [ ] で並べてください。")
        return tuple(read(each, f"{path}[{place}]") for place, each in enumerate(value, start=1))

    return read_all


def named(read: Callable[[object, str], T]) -> Callable[[object, str], dict[str, T]]:
    """Return a function that reads an object whose names are free, such as parts."""

    def read_all(value: object, path: str) -> dict[str, T]:
        reader = Reader(value, path)
        found = {folded(str(name)): read(each, reader.at(name)) for name, each in value.items()}  # type: ignore[attr-defined]
        if len(found) != len(reader.value):
            raise CaseError(f"{path}: 同じ名前が2回あります。")
        return found

    return read_all


def choice(members: type[L], also: Mapping[str, L] | None = None) -> Callable[[object, str], L]:
    """Return a function that reads a member of an enum by its Japanese word, or another of it."""
    known = {folded(member.label): member for member in members} | dict(also or {})

    def read(value: object, path: str) -> L:
        found = known.get(folded(value)) if isinstance(value, str) else None
        found = found or next((each for each in members if each.value == value), None)
        if found is None:
            names = "、".join(member.label for member in members)
            raise CaseError(f"{path}: {shown(value)} は使えません({names})。")
        return found

    return read


def folded(text: str) -> str:
    """Return words in the form in which they are compared: NFKC, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def shown(value: object) -> str:
    """Return a value for a message, short."""
    text = str(value) if isinstance(value, str | int | float | Decimal) else "この値"
    return f"「{text[:40]}」"


def _exact(value: object, path: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise CaseError(f"{path}: 数で書いてください。")
    found = Decimal(str(value))
    if not found.is_finite() or abs(found.adjusted()) > MOST_DIGITS:
        raise CaseError(f"{path}: {shown(value)} は使えない数です。")
    return Fraction(found)
