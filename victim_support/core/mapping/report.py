"""What an import did: every row counted, everything put right or refused named."""

from dataclasses import asdict, dataclass, field
from typing import Any

from victim_support.core.mapping.layouts import ColumnUse


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
    repaired: list[Repair] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a program to read."""
        return asdict(self)
