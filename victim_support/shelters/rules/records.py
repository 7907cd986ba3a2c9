"""What goes into the reading of a shelter file and what comes out."""

from dataclasses import dataclass, field
from datetime import datetime

from victim_support.shelters.rules.vocabulary import Hazard, ShelterKind


class UnknownLayoutError(Exception):
    """The file is not a list of shelters that can be understood."""


BLANK = "空行"
"""Why a row without anything in it is refused; it loses nothing."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """Decoded cells of one row; its number is that of the sheet, where the header is row 1."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Decoded cells of a file."""

    header: tuple[str, ...]
    rows: tuple[RawRow, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """One value that was put right, or one thing a person should know of a row."""

    row: int
    field: str
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that does not go in, with its reason."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """People seen at a shelter at one time (人数、時点)."""

    people: int
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterRecord:
    """One row of a shelter list, understood.

    ``given`` names the fields whose column the file has: only these may change what is known.
    """

    row: int
    name: str
    given: frozenset[str]
    municipality: str = ""
    common_id: str = ""
    municipal_id: str = ""
    kind: ShelterKind | None = None
    name_kana: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    elevation: float | None = None
    phone: str = ""
    hazards: tuple[Hazard, ...] = ()
    capacity_indoor: int | None = None
    capacity_outdoor: int | None = None
    capacity_total: int | None = None
    capacity_text: str = ""
    overlaps_other_kind: bool = False
    accepts: str = ""
    other_matters: str = ""
    district: str = ""
    area: str = ""
    note: str = ""
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All rows of a file: each is in ``records``, ``refused`` or ``left_out``, none is lost."""

    rows_read: int
    records: tuple[ShelterRecord, ...]
    repaired: tuple[Repair, ...]
    refused: tuple[Refusal, ...]
    is_open_list: bool = False
    left_out: int = 0
    """Rows of other municipalities that are not wanted."""
    unknown_columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """Collects what was put right while one row is read."""

    row: int
    repairs: list[Repair] = field(default_factory=list)

    def put_right(self, field_name: str, was: str, now: object, why: str) -> None:
        """Note one repair."""
        self.repairs.append(Repair(self.row, field_name, was, str(now), why))
