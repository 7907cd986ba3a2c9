"""The house ledger as received, in the reference file; what people say of it, synced."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import (
    FieldClass,
    OpenEnum,
    ReferenceBase,
    ScopeKind,
    Synced,
    field,
    sync_table,
)
from victim_support.houses.rules import Decision


class LedgerFile(ReferenceBase):
    """One import of a house ledger: where houses come from, and when."""

    __tablename__ = "ledger_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    encoding: Mapped[str]
    layout: Mapped[str]
    rows_read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    missing: Mapped[int]
    report: Mapped[dict[str, Any]]


class House(ReferenceBase):
    """A building or flat of the house ledger (家屋), one row for each 物件番号."""

    __tablename__ = "houses"

    number: Mapped[str] = mapped_column(primary_key=True)
    house_number: Mapped[str]
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(index=True)
    lot: Mapped[str]
    lot_key: Mapped[str] = mapped_column(index=True)
    building: Mapped[str]
    owner_number: Mapped[str] = mapped_column(index=True)
    owner_name: Mapped[str]
    owner_address: Mapped[str]
    use: Mapped[str]
    structure: Mapped[str]
    storeys: Mapped[int | None]
    basement: Mapped[int | None]
    area: Mapped[float | None]
    built_year: Mapped[int | None]
    built_received: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    missing_since: Mapped[int | None]
    """The first file that no longer held this house; it is kept and marked."""

    @property
    def place(self) -> str:
        """Return the address, else the lot, with the building."""
        return " ".join(part for part in (self.address or self.lot, self.building) if part)


class HouseOccupant(ReferenceBase):
    """A household of the register that may live in a house (候補), found by folded address."""

    __tablename__ = "house_occupants"

    house_number: Mapped[str] = mapped_column(primary_key=True)
    household_number: Mapped[str] = mapped_column(primary_key=True, index=True)
    likeness: Mapped[str]


class HouseLink(Synced):
    """Who lives in a house, as somebody said and from when (居住の判断); decisions are added.

    Never about a household with a protected member: it would tell every machine where she lives.
    """

    __tablename__ = "house_links"
    __history__ = "house.read"
    __sync__ = sync_table(150, ScopeKind.BASE)

    house_number: Mapped[str] = field(1, FieldClass.FACT, default="", index=True)
    household_number: Mapped[str] = field(2, FieldClass.FACT, default="", index=True)
    decision: Mapped[Decision | str] = field(3, FieldClass.FACT, type_=OpenEnum(Decision))
    since: Mapped[date | None] = field(4, FieldClass.FACT)
    reason: Mapped[str | None] = field(5, FieldClass.FACT)
    decided_at: Mapped[datetime] = field(6, FieldClass.FACT)
    decided_by: Mapped[UUID | None] = field(7, FieldClass.FACT)
