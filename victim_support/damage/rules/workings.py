"""The workings of one case (計算の過程): which rows were read and why the grade follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from victim_support.damage.rules import CalculationMethod, DamageGrade, SurveyOutcome
from victim_support.damage.rules.errors import UnknownCellError
from victim_support.damage.rules.tables import Row, Tables

Outcome = DamageGrade | SurveyOutcome


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the calculation, and the row of the table behind it."""

    words: str
    table: str = ""
    row: str = ""
    source: str = ""
    edition: str = ""
    is_confirmed: bool = True
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the steps of the survey found.

    Attributes:
        outcome: The grade, or how the survey goes on.
        decided_by: The rule that decided.
        total: The calculated loss (損害割合), exact; None when nothing was added up.
        is_percent: The total itself gives the outcome; no rule stands above it.
        details: Further totals and part values, by the names of the file format.
    """

    outcome: Outcome
    decided_by: str
    total: Fraction | None = None
    is_percent: bool = False
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The grade of one case with everything that led to it."""

    decision: Decision
    method: CalculationMethod
    edition: str
    is_edition_by_day: bool
    reasons: tuple[Reason, ...]
    unconfirmed: tuple[str, ...]

    @property
    def percent(self) -> Fraction | None:
        """Return the loss when it gives the grade; None when a rule above it decided."""
        return self.decision.total if self.decision.is_percent else None


class Workings:
    """Reads rows of one edition for one case, and remembers them."""

    def __init__(self, tables: Tables, day: date, edition: str) -> None:
        self.tables, self.day, self.edition = tables, day, edition
        self.reasons: list[Reason] = []
        self.used: dict[tuple[str, str], Row] = {}
        self.assumptions: list[str] = []

    def row(self, table: str, name: str) -> Row:
        """Return a row and remember that the grade depends on it.

        Raises:
            UnknownCellError: The edition has the row, but its values are not known.
        """
        found = self._known(self.tables.row(table, name, self.day))
        self.used[table, name] = found
        return found

    def peek(self, table: str, name: str) -> Row | None:
        """Return a row without resting the grade on it; None when the edition has no such row.

        Raises:
            UnknownCellError: As for :meth:`row`.
        """
        found = self.tables.find(table, name, self.day)
        return self._known(found) if found else None

    def _known(self, found: Row) -> Row:
        if found.is_unknown:
            message = (
                f"{self.edition}版の「{found.table}」の「{found.label}」の値が分かっていないため、"
                "計算できません。公式の文書で確かめ、自治体の表に書き入れてください。"
            )
            raise UnknownCellError(message)
        return found

    def has(self, table: str, name: str) -> bool:
        """Tell whether the edition has a row."""
        return self.tables.find(table, name, self.day) is not None

    def because(self, words: str, row: Row | None = None) -> None:
        """Write a step down."""
        if row is None:
            self.reasons.append(Reason(words, edition=self.edition))
            return
        self.reasons.append(
            Reason(
                words,
                row.table,
                row.label,
                row.source,
                self.edition,
                row.is_confirmed,
                row.is_own,
            )
        )

    def assume(self, words: str) -> None:
        """Write down what was taken for granted; it counts as unconfirmed."""
        self.because(words)
        self.assumptions.append(words)

    def unconfirmed(self) -> tuple[str, ...]:
        """Return what the result rests on and nobody compared with the official text."""
        rows = [
            f"「{row.table}」の「{row.label}」({row.source})"
            for row in self.used.values()
            if not row.is_confirmed
        ]
        return (*rows, *self.assumptions)


def shown(value: Fraction) -> str:
    """Return a number for reading: cut, never rounded up over a limit of the law."""
    whole, rest = divmod(abs(value), 1)
    digits = f"{int(rest * 10_000):04d}".rstrip("0")
    text = f"{int(whole)}.{digits}" if digits else f"{int(whole)}"
    return f"{text}…" if (abs(value) * 10_000).denominator != 1 else text
