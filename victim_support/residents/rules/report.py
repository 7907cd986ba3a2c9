"""What an import of the register did, beside what every import counts."""

from dataclasses import dataclass
from typing import Any

from victim_support.core.mapping import ImportReport
from victim_support.residents.rules.coverage import Coverage, is_many

MANY_PROTECTED = 20  # chosen here: a small list may hold protected people alone


@dataclass(slots=True)
class RegisterReport(ImportReport):
    """The result of importing an extract."""

    known: int = 0  # people of the register before, as far as its newest extract held them
    missing: int = 0  # those of them that this file does not hold; kept, and marked when it is full
    coverage: Coverage | None = None  # as somebody said
    with_gaiji: int = 0
    protected: int = 0

    @property
    def lacks_many(self) -> bool:
        """Say whether so many people are not in the file that it may be a part of the register."""
        return is_many(self.missing, self.known)

    @property
    def protects_many(self) -> bool:
        """Say whether so many are protected that the flag may mean something else."""
        return self.protected >= MANY_PROTECTED and is_many(self.protected, self.rows_read)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a program to read."""
        return ImportReport.as_dict(self) | {
            "lacks_many": self.lacks_many,
            "protects_many": self.protects_many,
        }
