"""Dated forms: age bands, the prefecture's entry form (転記票), the state's 第4号様式."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from victim_support.core.tables import Edition, Table, load_own, load_table

SLICE = "reports"
OWN = Path("tables", SLICE)  # in an instance: editions that the municipality wrote itself


@dataclass(frozen=True, slots=True)
class AgeBand:
    """One age band (年齢区分) of a report."""

    key: str
    label: str
    from_age: int
    to_age: int | None

    def holds(self, age: int) -> bool:
        """Tell whether somebody of this age in whole years belongs to the band."""
        return self.from_age <= age and (self.to_age is None or age <= self.to_age)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One line of a form: its words, and the figure that belongs there."""

    key: str
    label: str
    block: str
    unit: str
    figure: str


@dataclass(frozen=True, slots=True)
class Form:
    """An edition of a form: its rows in their order, and where it comes from."""

    title: str
    source: str
    is_confirmed: bool
    rows: tuple[FormRow, ...]

    @property
    def blocks(self) -> dict[str, list[FormRow]]:
        """Return the rows under their headings, in the order of the form."""
        blocks: dict[str, list[FormRow]] = {}
        for row in self.rows:
            blocks.setdefault(row.block, []).append(row)
        return blocks

    def row(self, key: str) -> FormRow | None:
        """Return a row by its key, or None."""
        return next((row for row in self.rows if row.key == key), None)


def age_bands(day: date, folder: Path | None = None) -> tuple[AgeBand, ...]:
    """Return the age bands in force on the day of the disaster."""
    rows = _edition("age_bands", day, folder).rows
    return tuple(
        AgeBand(key, str(row["label"]), int(row["from_age"]), row.get("to_age"))
        for key, row in rows.items()
    )


def entry_form(day: date, folder: Path | None = None) -> Form:
    """Return the order in which the prefecture's system asks (転記票)."""
    return _form("entry_form", day, folder)


def damage_form(day: date, folder: Path | None = None) -> Form:
    """Return the rows of 第4号様式(その2) in force on the day of the disaster."""
    return _form("damage_form", day, folder)


def _form(name: str, day: date, folder: Path | None) -> Form:
    edition = _edition(name, day, folder)
    return Form(
        title=_table(name, folder).title,
        source=edition.source,
        is_confirmed=edition.confirmed,
        rows=tuple(_row(key, values) for key, values in edition.rows.items()),
    )


def _row(key: str, values: Mapping[str, Any]) -> FormRow:
    return FormRow(
        key=key,
        label=str(values["label"]),
        block=str(values.get("block", "")),
        unit=str(values.get("unit", "")),
        figure=str(values.get("figure", "")),
    )


def _edition(name: str, day: date, folder: Path | None) -> Edition:
    return _table(name, folder).on(day)


@cache
def _table(name: str, folder: Path | None) -> Table:
    base = load_table(SLICE, name)
    return load_own(folder / OWN / f"{name}.toml", base) if folder else base
