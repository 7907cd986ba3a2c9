"""The tables of the guideline (運用指針): loaded once, read row by row, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from victim_support.core.paths import PACKAGE
from victim_support.core.tables import (
    Edition,
    NoEditionError,
    Table,
    TableError,
    check_table,
    load_own,
    load_table,
)
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.table_checks import CHECKS

SLICE = "damage"
GUIDELINE = "guideline"
OWN = Path("tables", SLICE)  # in an instance: editions that the municipality wrote itself


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one edition, and where its values come from."""

    table: str
    name: str
    edition: Edition
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Return the name of the row in the office's words."""
        return str(self.values.get("label", self.name))

    @property
    def is_confirmed(self) -> bool:
        """Tell whether somebody compared the values with the official text."""
        return self.edition.confirmed and bool(self.values.get("confirmed", True))

    @property
    def is_unknown(self) -> bool:
        """Tell whether the edition has this row, but nobody here knows its values."""
        return bool(self.values.get("unknown", False))

    def has(self, key: str) -> bool:
        """Tell whether the row has a value."""
        return key in self.values

    def number(self, key: str) -> Fraction:
        """Return a number exactly; "1/60" is a number, too."""
        return Fraction(str(self.values[key]))

    def numbers(self, key: str) -> dict[str, Fraction]:
        """Return named numbers exactly."""
        return {name: Fraction(str(value)) for name, value in self.values[key].items()}

    def list(self, key: str) -> list[Any]:
        """Return a list of words or numbers."""
        return list(self.values[key])

    def text(self, key: str) -> str:
        """Return a word."""
        return str(self.values[key])

    def flag(self, key: str) -> bool:
        """Return a yes or no."""
        return bool(self.values[key])


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of the guideline, with the municipality's own editions among them."""

    by_name: Mapping[str, Table]

    def row(self, table: str, name: str, day: date) -> Row:
        """Return a row of the edition in force on a day.

        Raises:
            CaseError: No edition of the table was in force, or it has no such row.
        """
        found = self.find(table, name, day)
        if found is None:
            message = f"「{self.by_name[table].title}」の{day}の版に、この判定の行がありません。"
            raise CaseError(message)
        return found

    def find(self, table: str, name: str, day: date) -> Row | None:
        """Return a row of the edition in force on a day, or None when it has no such row.

        Raises:
            CaseError: No edition of the table was in force.
        """
        whole = self.by_name[table]
        try:
            edition = whole.on(day)
        except NoEditionError as error:
            raise CaseError(str(error)) from error
        values = edition.rows.get(name)
        return Row(whole.title, name, edition, values) if values is not None else None


def instance_tables(instance: Path) -> Tables:
    """Return the tables with the municipality's own editions in its instance."""
    return load_tables(instance / OWN)


def load_tables(own: Path | None = None) -> Tables:
    """Return the tables, checked; ``own`` is a folder with editions of the municipality.

    A file there has the name and the form of the program's table. It confirms an edition
    (``rows_of`` with ``confirmed = true`` and the source) or replaces rows of it.

    Raises:
        TableError: A file does not load; with file, line and reason.
    """
    found = _program()
    if own is None or not own.is_dir():
        return Tables(found)
    stray = sorted(path.stem for path in own.glob("*.toml") if path.stem not in found)
    if stray:
        message = f"{own}: 知らない表です({'、'.join(stray)})。表: {'、'.join(found)}"
        raise TableError(message)
    guideline = _with_own(found[GUIDELINE], own / f"{GUIDELINE}.toml", None)
    days = {edition.effective_from for edition in guideline.editions}
    merged = {name: _with_own(table, own / f"{name}.toml", days) for name, table in found.items()}
    return Tables(merged | {GUIDELINE: guideline})


@cache
def _program() -> Mapping[str, Table]:
    tables = {}
    for name, check in CHECKS.items():
        tables[name] = load_table(SLICE, name)
        check_table(tables[name], PACKAGE / SLICE / "tables" / f"{name}.toml", check)
    return tables


def _with_own(table: Table, path: Path, days: set[date] | None) -> Table:
    """Return a table with own editions; those must begin with an edition of the guideline."""
    merged = load_own(path, table)
    if merged is table:
        return table

    def check(own: Table) -> None:
        CHECKS[table.name](own)
        for edition in own.editions:
            if days is not None and edition.effective_from not in days:
                message = "effective_from は、運用指針の版(guideline)の始まりの日にしてください"
                raise TableError(message, edition=edition.position)

    own = tuple(each for each in merged.editions if each.is_own)
    check_table(Table(table.name, table.title, own), path, check)
    return merged
