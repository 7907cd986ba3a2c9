"""The resident register as received, in the reference file: rebuilt by import, not journalled."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import ReferenceBase
from victim_support.core.ids import natural_id
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.scopes import current_scopes
from victim_support.core.search import SearchIndex
from victim_support.residents.rules.handing import Provenance

resident_index = SearchIndex("resident", ReferenceBase.metadata)


class RegisterExtract(ReferenceBase):
    """One import of an extract from the register (抽出): where rows come from, and when."""

    __tablename__ = "register_extracts"

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

    @property
    def provenance(self) -> Provenance | None:
        """Return where a handed register comes from, None for a file of this machine's own."""
        given = self.report.get("takeout")
        return msgspec.convert(given, Provenance) if given else None


class Resident(ReferenceBase):
    """Somebody in the resident register (住民), one row for each 宛名番号."""

    __tablename__ = "residents"

    number: Mapped[str] = mapped_column(primary_key=True)
    household_number: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    name_display: Mapped[str]
    has_gaiji: Mapped[bool]
    kana: Mapped[str]
    former_name: Mapped[str]
    alias: Mapped[str]
    sex: Mapped[str | None]
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    birth_received: Mapped[str]
    relation: Mapped[str]
    is_head: Mapped[bool]
    address: Mapped[str]
    building: Mapped[str]
    postal_code: Mapped[str]
    town: Mapped[str]
    district: Mapped[str]
    status: Mapped[str]
    is_protected: Mapped[bool]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    missing_since: Mapped[int | None]
    """The first extract that no longer held this row; it is kept and marked."""

    @property
    def id(self) -> UUID:
        """Return the id that this resident has as a person, the same on every laptop."""
        return natural_id("person", current_scopes().municipality, self.number)

    @property
    def household_id(self) -> UUID:
        """Return the id of the household of the register."""
        return natural_id("household", current_scopes().municipality, self.household_number)

    @property
    def birth(self) -> BirthValue:
        """Return what the register knows of the birth date."""
        if self.birth_year is None:
            return BirthValue()
        precision = Precision.DAY if self.birth_date else Precision.MONTH
        return BirthValue(
            date=self.birth_date,
            year=self.birth_year,
            month=self.birth_month,
            precision=precision if self.birth_month else Precision.YEAR,
        )

    @property
    def protection(self) -> str:
        """Return the protection (支援措置) as persons have it: the most restrictive."""
        return "hide_presence" if self.is_protected else "none"

    @property
    def phone(self) -> None:
        """Return nothing: the register knows no telephone."""
        return

    @property
    def is_in_newest(self) -> bool:
        """Say whether the newest extract still held this row."""
        return self.missing_since is None
