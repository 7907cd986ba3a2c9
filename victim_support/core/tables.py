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
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from victim_support.core.paths import PACKAGE


class TableError(Exception):
    """A table file does not say what a table must say."""


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
    return parse_table(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), expected)


def list_tables() -> list[Path]:
    """Return every table file of the program, for the test that loads them all."""
    return sorted(PACKAGE.glob("*/tables/*.toml"))


def parse_table(
    name: str, content: Mapping[str, Any], expected: Iterable[str] | None = None
) -> Table:
    """Check the content of a table file and return the table.

    Raises:
        TableError: As for ``load_table``.
    """
    entries = content.get("editions")
    if not content.get("title") or not entries:
        message = f"{name}: title and editions are needed"
        raise TableError(message)
    editions = sorted((_edition(name, entry) for entry in entries), key=_beginning)
    closed = tuple(
        _close(name, edition, following)
        for edition, following in zip(editions, [*editions[1:], None], strict=True)
    )
    if expected is not None:
        _check_keys(name, closed, frozenset(expected))
    return Table(name, str(content["title"]), closed)


@cache
def _load(path: Path, expected: frozenset[str] | None) -> Table:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return parse_table(path.stem, content, expected)


def _beginning(edition: Edition) -> date:
    return edition.effective_from


def _edition(name: str, entry: Mapping[str, Any]) -> Edition:
    missing = {"effective_from", "source", "confirmed", "rows"} - entry.keys()
    if missing or not entry["source"]:
        message = f"{name}: an edition lacks {', '.join(sorted(missing)) or 'its source'}"
        raise TableError(message)
    return Edition(
        effective_from=entry["effective_from"],
        effective_until=entry.get("effective_until"),
        source=entry["source"],
        confirmed=entry["confirmed"],
        rows=entry["rows"],
    )


def _close(name: str, edition: Edition, following: Edition | None) -> Edition:
    if following is None:
        return edition
    until = edition.effective_until or following.effective_from
    if until > following.effective_from or edition.effective_from == following.effective_from:
        message = f"{name}: editions overlap at {following.effective_from}"
        raise TableError(message)
    return Edition(edition.effective_from, until, edition.source, edition.confirmed, edition.rows)


def _check_keys(name: str, editions: tuple[Edition, ...], expected: frozenset[str]) -> None:
    for edition in editions:
        if edition.rows.keys() != expected:
            message = f"{name}: rows differ from {sorted(edition.rows.keys() ^ expected)}"
            raise TableError(message)
