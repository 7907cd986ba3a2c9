"""What leaves the program on paper, and what comes back from it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, ScopeKind, Synced, field, sync_table


class SheetRun(Synced):
    """Blank household cards printed in one go (用紙の束): which numbers there are on paper."""

    __tablename__ = "sheet_runs"
    __undo__ = False
    __sync__ = sync_table(170, ScopeKind.DISASTER)

    prefix: Mapped[str] = field(1, FieldClass.FACT, default="", index=True)
    first: Mapped[int] = field(2, FieldClass.FACT)
    count: Mapped[int] = field(3, FieldClass.FACT)
    shelter_id: Mapped[UUID | None] = field(4, FieldClass.FACT)
    printed_at: Mapped[datetime] = field(5, FieldClass.FACT)
    printed_by: Mapped[UUID | None] = field(6, FieldClass.FACT)


class TypedSheet(Synced):
    """That a numbered sheet was typed in (入力済みの用紙): by whom, as which group; no names."""

    __tablename__ = "typed_sheets"
    __sync__ = sync_table(171, ScopeKind.DISASTER)

    number: Mapped[str] = field(1, FieldClass.FACT, default="", index=True)
    group_id: Mapped[UUID] = field(2, FieldClass.FACT, index=True)
    shelter_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    edition: Mapped[str] = field(4, FieldClass.FACT, default="")
    typed_at: Mapped[datetime] = field(5, FieldClass.FACT)
    typed_by: Mapped[UUID | None] = field(6, FieldClass.FACT)


class SheetCheck(Synced):
    """That somebody else typed a sheet once more (用紙の照合), and how much differed."""

    __tablename__ = "sheet_checks"
    __undo__ = False
    __sync__ = sync_table(172, ScopeKind.DISASTER)

    sheet_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    checked_at: Mapped[datetime] = field(2, FieldClass.FACT)
    checked_by: Mapped[UUID | None] = field(3, FieldClass.FACT)
    differences: Mapped[int] = field(4, FieldClass.FACT)
    corrected: Mapped[int] = field(5, FieldClass.FACT)


class PrintedRoster(Synced):
    """A roster on paper against a power failure (紙の名簿): who took it, when it was shredded."""

    __tablename__ = "printed_rosters"
    __sync__ = sync_table(173, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    printed_at: Mapped[datetime] = field(2, FieldClass.FACT)
    printed_by: Mapped[UUID | None] = field(3, FieldClass.FACT)
    sheets: Mapped[int | None] = field(4, FieldClass.COUPLED, group="taken")
    taken_by: Mapped[str | None] = field(5, FieldClass.COUPLED, group="taken")
    shredded_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="shredded")
    shredded_by: Mapped[UUID | None] = field(7, FieldClass.COUPLED, group="shredded")


class RosterFile(Synced):
    """A roster that others kept (取り込んだ名簿): where its people come from."""

    __tablename__ = "roster_files"
    __undo__ = False
    __sync__ = sync_table(174, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT)
    file_name: Mapped[str] = field(2, FieldClass.FACT, default="")
    sha256: Mapped[str] = field(3, FieldClass.FACT, default="", index=True)
    made_by: Mapped[str] = field(4, FieldClass.FACT, default="")
    imported_at: Mapped[datetime] = field(5, FieldClass.FACT)
    imported_by: Mapped[str] = field(6, FieldClass.FACT, default="")
