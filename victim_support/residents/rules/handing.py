"""What is handed out of the register (住民データの持ち出し): the columns that the desk needs."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from victim_support.residents.rules.rows import Values

HANDED = (
    "number",
    "household_number",
    "name",
    "name_display",
    "has_gaiji",
    "kana",
    "former_name",
    "alias",
    "sex",
    "birth_date",
    "birth_year",
    "birth_month",
    "relation",
    "is_head",
    "address",
    "building",
    "town",
    "district",
    "is_protected",
)
"""What search and desk need; not the postal code, the state of residence, dates as received."""

_BLANK = Values("", "", "", "", False, "", "", "", None, None, None, None, "", "", False, "", "",
                "", "", "", "", False)  # fmt: skip


class HandedRow(msgspec.Struct, frozen=True, array_like=True):
    """One resident as handed out, in the order of ``HANDED``."""

    number: str
    household_number: str
    name: str
    name_display: str
    has_gaiji: bool
    kana: str
    former_name: str
    alias: str
    sex: str | None
    birth_date: date | None
    birth_year: int | None
    birth_month: int | None
    relation: str
    is_head: bool
    address: str
    building: str
    town: str
    district: str
    is_protected: bool

    @property
    def values(self) -> Values:
        """Return the resident as stored; what was not handed out is blank."""
        return _BLANK._replace(**msgspec.structs.asdict(self))


class Provenance(msgspec.Struct, frozen=True):
    """Where a handed register comes from, and until when it may be used."""

    takeout: UUID
    as_of: datetime  # when the extract was imported where it comes from
    expires_on: date
    towns: list[str]  # nothing means the whole municipality
    people: int

    @property
    def area(self) -> str:
        return "、".join(self.towns) or "全町"
