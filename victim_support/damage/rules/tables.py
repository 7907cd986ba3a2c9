"""The tables of the guideline (運用指針): loaded once, read row by row, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
SOURCE = "source"
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
    def source(self) -> str:
        """Return where the values come from: for a row of the municipality, what it compared."""
        return str(self.values.get(SOURCE, self.edition.source))

    @property
    def is_own(self) -> bool:
        """Tell whether the municipality confirmed or replaced the row."""
        return self.edition.is_own or SOURCE in self.values

    @property
    def is_confirmed(self) -> bool:
        """Tell whether somebody compared the values with the official text."""
        if SOURCE in self.values:
            return bool(self.values.get("confirmed", True))
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
class RowDecision:
    """What the municipality decided on rows of an edition (自治体の表).

    Attributes:
        table: Name of the table.
        effective_from: The beginning of the edition.
        row: Which row; empty for every row whose values are known.
        values: What replaces the row's values; None confirms them as they are.
        source: What they were compared with.
    """

    table: str
    effective_from: date
    row: str
    values: Mapping[str, Any] | None
    source: str


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


def with_decision(tables: Tables, decided: RowDecision) -> Tables:
    """Return the tables with one more decision of the municipality.

    Raises:
        TableError: There is no such row, its values are unknown, or the new ones are not right.
    """
    table = tables.by_name.get(decided.table)
    editions = table.editions if table else ()
    edition = next((e for e in editions if e.effective_from == decided.effective_from), None)
    if table is None or edition is None:
        raise TableError("この表に、この版はありません。")
    names = [decided.row] if decided.row else list(edition.rows)
    rows = {name: _decided(edition.rows.get(name), decided) for name in names}
    changed = replace(edition, rows={**edition.rows, **rows})
    merged = tuple(changed if each is edition else each for each in table.editions)
    found = Table(table.name, table.title, merged)
    try:
        CHECKS[table.name](Table(table.name, table.title, (changed,)))
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise TableError("値の書き方が、この表の形と違います。") from error
    return Tables({**tables.by_name, table.name: found})


def _decided(values: Mapping[str, Any] | None, decided: RowDecision) -> Mapping[str, Any]:
    if values is None:
        raise TableError("この版に、この行はありません。")
    own = decided.values
    if own is None and values.get("unknown"):
        if decided.row:
            raise TableError(
                "値の分からない行は、そのままでは確かめられません。値を入れてください。"
            )
        return values
    label = {"label": values["label"]} if "label" in values else {}
    kept = {key: value for key, value in values.items() if key != "unknown"} if own is None else own
    return {**label, **kept, SOURCE: decided.source, "confirmed": True}


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
