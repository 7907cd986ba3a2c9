"""What an import did: every row counted, everything put right or refused named."""

from dataclasses import asdict, dataclass, field
from typing import Any

from victim_support.residents.rules.columns import ColumnUse
from victim_support.residents.rules.coverage import Coverage, is_many


@dataclass(frozen=True, slots=True)
class Repair:
    """A value that was put right, or that could not be used as it stood."""

    row: int
    field: str
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that did not go in."""

    row: int
    why: str


@dataclass(slots=True)
class ImportReport:
    """The result of an import; rows_read = created + updated + unchanged + refused."""

    file: str
    encoding: str
    layout: str
    is_dry_run: bool
    columns: list[ColumnUse]
    rows_read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    known: int = 0  # people of the register before, as far as its newest extract held them
    missing: int = 0  # those of them that this file does not hold; kept, and marked when it is full
    coverage: Coverage | None = None  # as somebody said
    with_gaiji: int = 0
    protected: int = 0
    repaired: list[Repair] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def lacks_many(self) -> bool:
        """Say whether so many people are not in the file that it may be a part of the register."""
        return is_many(self.missing, self.known)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a program to read."""
        return asdict(self)
