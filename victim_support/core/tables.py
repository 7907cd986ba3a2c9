"""Dated tables of the law: TOML files in the slices, chosen by the day of the disaster.

A table has one or more editions. Each says from when it holds, where its numbers come from and
whether they were compared with the official text::

    title = "損害割合と被害の程度"

    [[editions]]
    effective_from = 2020-06-30
    source = "災害に係る住家の被害認定基準運用指針（令和2年3月）"
    confirmed = true

    [editions.rows.total]
    from_percent = 50

``effective_until`` (exclusive) is optional; without it an edition holds until the next one.
``rows_of = 2020-06-30`` takes the rows of another edition; rows written beside it replace them.
A municipality confirms or replaces an edition in a file of its own (``load_own``).
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from victim_support.core.paths import PACKAGE

T = TypeVar("T")


class TableError(Exception):
    """A table file does not say what a table must say.

    Args:
        message: What is wrong.
        edition: Which edition of the file, counted from 0.
        row: Which row of it.
        key: Which value of it.
    """

    def __init__(
        self, message: str, *, edition: int | None = None, row: str = "", key: str = ""
    ) -> None:
        super().__init__(message)
        self.edition, self.row, self.key = edition, row, key


class NoEditionError(LookupError):
    """No edition of the table was in force on that day."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What was in force from one day to another."""

    effective_from: date
    effective_until: date | None
    source: str
    confirmed: bool
    rows: Mapping[str, Mapping[str, Any]]
    position: int = 0  # in its file, so that an error can name the line
    is_own: bool = False  # the municipality's, not the program's

    def holds_on(self, day: date) -> bool:
        """Tell whether the edition is in force on a day."""
        return self.effective_from <= day and (
            self.effective_until is None or day < self.effective_until
        )


@dataclass(frozen=True, slots=True)
class Table:
    """All editions of one table, oldest first."""

    name: str
    title: str
    editions: tuple[Edition, ...]

    def covers(self, day: date) -> bool:
        """Tell whether an edition was in force on a day."""
        return any(edition.holds_on(day) for edition in self.editions)

    def on(self, day: date) -> Edition:
        """Return the edition in force on a day: the day of the disaster, not today.

        Raises:
            NoEditionError: The day lies before the first edition or in a gap.
        """
        for edition in self.editions:
            if edition.holds_on(day):
                return edition
        message = f"「{self.title}」には {day} に適用する版がありません。"
        raise NoEditionError(message)


def load_table(slice_name: str, name: str, keys: type[StrEnum] | None = None) -> Table:
    """Load ``victim_support/<slice>/tables/<name>.toml``.

    Args:
        slice_name: Folder of the slice, such as ``"damage"``.
        name: File name without ``.toml``.
        keys: The enum whose values must be exactly the row names of every edition.

    Raises:
        TableError: The file lacks a source, dates overlap, or row names differ from ``keys``.
    """
    expected = frozenset(member.value for member in keys) if keys else None
    return _load(PACKAGE / slice_name / "tables" / f"{name}.toml", expected)


def load_override(path: Path, keys: type[StrEnum] | None = None) -> Table | None:
    """Load a municipality's own edition of a table from its instance, or None without one."""
    if not path.is_file():
        return None
    expected = frozenset(member.value for member in keys) if keys else None
    return _read(path, lambda content: parse_table(path.stem, content, expected))


def load_own(path: Path, base: Table) -> Table:
    """Return a table with the editions that a municipality wrote itself in ``path``.

    An edition of the file replaces the program's edition of the same day, or stands beside it;
    ``rows_of`` may name an edition of the program. Without the file the table stays as it is.

    Raises:
        TableError: As for ``load_table``, with file and line.
    """
    if not path.is_file():
        return base
    own = _read(path, lambda content: parse_table(path.stem, content, base=base)).editions
    days = {edition.effective_from for edition in own}
    others = [edition for edition in base.editions if edition.effective_from not in days]
    merged = sorted([*others, *(replace(each, is_own=True) for each in own)], key=_beginning)
    return Table(base.name, base.title, _without_overlap(merged))


def check_table(table: Table, path: Path, check: Callable[[Table], None]) -> None:
    """Let the slice that reads a table check its values; errors name file and line."""
    _read(path, lambda _: check(table))


def list_tables() -> list[Path]:
    """Return every table file of the program, for the test that loads them all."""
    return sorted(PACKAGE.glob("*/tables/*.toml"))


@cache
def check_program_tables() -> None:
    """Load every dated table of the program, so that a broken one stops the start.

    Raises:
        TableError: With file, line and reason.
    """
    for path in list_tables():
        _read(path, partial(_parse_dated, path.stem))


def parse_table(
    name: str,
    content: Mapping[str, Any],
    expected: Iterable[str] | None = None,
    base: Table | None = None,
) -> Table:
    """Check the content of a table file and return the table.

    Args:
        name: Name of the table.
        content: What the file says.
        expected: The names of the rows that every edition must have.
        base: The program's table, whose editions ``rows_of`` may name, too.

    Raises:
        TableError: As for ``load_table``.
    """
    entries = content.get("editions")
    if not content.get("title") or not isinstance(entries, list) or not entries:
        message = f"{name}: title と editions が要ります"
        raise TableError(message)
    known = {edition.effective_from: edition.rows for edition in base.editions} if base else {}
    editions = []
    for position, entry in enumerate(entries):
        editions.append(_edition(name, entry, position, known))
        known[editions[-1].effective_from] = editions[-1].rows
    editions.sort(key=_beginning)
    closed = tuple(
        _close(name, edition, following)
        for edition, following in zip(editions, [*editions[1:], None], strict=True)
    )
    if expected is not None:
        _check_keys(name, closed, frozenset(expected))
    return Table(name, str(content["title"]), closed)


def _parse_dated(name: str, content: Mapping[str, Any]) -> None:
    if "editions" in content:
        parse_table(name, content)


@cache
def _load(path: Path, expected: frozenset[str] | None) -> Table:
    return _read(path, lambda content: parse_table(path.stem, content, expected))


def _read(path: Path, use: Callable[[Mapping[str, Any]], T]) -> T:
    """Use the content of a file; whatever is wrong in it names the file and the line."""
    text = path.read_text(encoding="utf-8")
    try:
        return use(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: TOML として読めません({error})"
        raise TableError(message) from error
    except TableError as error:
        message = f"{path}, {_line(text, error)}行目: {error}"
        raise TableError(message) from error


def _line(text: str, error: TableError) -> int:
    """Return the line that an error speaks of, or the nearest one above it."""
    found, edition, in_row = 1, -1, False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == "[[editions]]":
            edition, in_row = edition + 1, False
            found = number if edition == error.edition else found
        if edition != error.edition:
            continue
        if line.startswith("["):
            in_row = bool(error.row) and line.startswith(f"[editions.rows.{error.row}")
            found = number if in_row and line.endswith(f"{error.row}]") else found
        elif error.key and in_row and line.split("=")[0].strip(' "') == error.key:
            return number
    return found


def _beginning(edition: Edition) -> date:
    return edition.effective_from


_KINDS = {
    "effective_from": date,
    "effective_until": date,
    "source": str,
    "confirmed": bool,
    "rows": dict,
    "rows_of": date,
}


def _edition(
    name: str,
    entry: Mapping[str, Any],
    position: int,
    known: Mapping[date, Mapping[str, Mapping[str, Any]]],
) -> Edition:
    missing = {"effective_from", "source", "confirmed"} - entry.keys()
    if not missing and not {"rows", "rows_of"} & entry.keys():
        missing = {"rows"}
    if missing or not entry["source"]:
        words = "、".join(sorted(missing)) or "source"
        message = f"{name}: 版に {words} がありません"
        raise TableError(message, edition=position)
    for key, kind in _KINDS.items():
        if key in entry and type(entry[key]) is not kind:
            message = f"{name}: 版の {key} の書き方が違います({kind.__name__} で)"
            raise TableError(message, edition=position)
    if not all(isinstance(row, dict) for row in entry.get("rows", {}).values()):
        message = f"{name}: 行は [editions.rows.名前] の下に書いてください"
        raise TableError(message, edition=position)
    copied = entry.get("rows_of")
    if copied is not None and copied not in known:
        message = f"{name}: rows_of の版 {copied} が、これより前にありません"
        raise TableError(message, edition=position)
    return Edition(
        effective_from=entry["effective_from"],
        effective_until=entry.get("effective_until"),
        source=entry["source"],
        confirmed=entry["confirmed"],
        rows={**(known[copied] if copied else {}), **entry.get("rows", {})},
        position=position,
    )


def _close(name: str, edition: Edition, following: Edition | None) -> Edition:
    if following is None:
        return edition
    until = edition.effective_until or following.effective_from
    if until > following.effective_from or edition.effective_from == following.effective_from:
        message = f"{name}: 版の期間が重なっています({following.effective_from})"
        raise TableError(message, edition=following.position)
    return replace(edition, effective_until=until)


def _without_overlap(editions: list[Edition]) -> tuple[Edition, ...]:
    """End every edition where the next begins: an own edition cuts the program's short."""
    ends = [each.effective_from for each in editions[1:]]
    cut = [
        replace(each, effective_until=min(each.effective_until or end, end))
        for each, end in zip(editions, ends, strict=False)
    ]
    return (*cut, editions[-1])


def _check_keys(name: str, editions: tuple[Edition, ...], expected: frozenset[str]) -> None:
    for edition in editions:
        if edition.rows.keys() != expected:
            message = f"{name}: 行が違います {sorted(edition.rows.keys() ^ expected)}"
            raise TableError(message, edition=edition.position)
