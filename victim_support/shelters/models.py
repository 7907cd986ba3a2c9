"""Master data of shelters, and apart from them what happens there in one disaster."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import (
    FieldClass,
    LocalBase,
    OpenEnum,
    ScopeKind,
    Synced,
    field,
    sync_table,
)
from victim_support.core.ids import natural_id
from victim_support.shelters.rules import Hazard, HeadCountSource, OperationStatus, ShelterKind

UNKNOWN_VALUE = "不明(新しい版)"


class Shelter(Synced):
    """A place people can flee to (避難所・避難場所): master data only.

    Its id comes from the 共通ID, else the municipal ID, else name and address, so that every
    laptop that imports the same list has the same shelters. What happens there in a disaster is
    in ``ShelterOperation`` and ``HeadCount``: editing the master can never broadcast an opening.
    """

    __tablename__ = "shelters"
    __sync__ = sync_table(20, ScopeKind.BASE)

    name: Mapped[str] = field(1, FieldClass.ORDINARY, default="")
    kind: Mapped[ShelterKind | str | None] = field(
        2, FieldClass.ORDINARY, type_=OpenEnum(ShelterKind)
    )
    latitude: Mapped[float | None] = field(3, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(4, FieldClass.COUPLED, group="position")
    municipality: Mapped[str] = field(5, FieldClass.ORDINARY, default="", index=True)
    common_id: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    municipal_id: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    name_kana: Mapped[str | None] = field(8, FieldClass.ORDINARY)
    address: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    elevation: Mapped[float | None] = field(10, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    hazards: Mapped[list[str] | None] = field(12, FieldClass.ORDINARY)
    capacity_indoor: Mapped[int | None] = field(13, FieldClass.COUPLED, group="capacity")
    capacity_outdoor: Mapped[int | None] = field(14, FieldClass.COUPLED, group="capacity")
    capacity_total: Mapped[int | None] = field(15, FieldClass.COUPLED, group="capacity")
    capacity_text: Mapped[str | None] = field(16, FieldClass.COUPLED, group="capacity")
    overlaps_other_kind: Mapped[bool | None] = field(17, FieldClass.ORDINARY)
    accepts: Mapped[str | None] = field(18, FieldClass.ORDINARY)
    other_matters: Mapped[str | None] = field(19, FieldClass.ORDINARY)
    district: Mapped[str | None] = field(20, FieldClass.ORDINARY)
    area: Mapped[str | None] = field(21, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(22, FieldClass.ORDINARY)

    @property
    def capacity(self) -> int | None:
        """Return how many people can stay: indoors where that is known, else the stated number."""
        return self.capacity_indoor if self.capacity_indoor is not None else self.capacity_total

    @property
    def kind_label(self) -> str:
        """Return the legal kind as the law names it; 区分未確認 while nobody has said."""
        if isinstance(self.kind, ShelterKind):
            return self.kind.label
        return UNKNOWN_VALUE if self.kind else "区分未確認"

    @property
    def hazard_labels(self) -> list[str]:
        """Return the hazards the place is designated for, in the order of the lists."""
        return [hazard.label for hazard in Hazard if hazard.value in (self.hazards or ())]


class ShelterOperation(Synced):
    """Whether a shelter is open in one disaster (開設状況), in the words of the L-Alert."""

    __tablename__ = "shelter_operations"
    __sync__ = sync_table(21, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    status: Mapped[OperationStatus | str | None] = field(
        2, FieldClass.COUPLED, type_=OpenEnum(OperationStatus), group="operation"
    )
    opened_at: Mapped[datetime | None] = field(3, FieldClass.COUPLED, group="operation")
    closed_at: Mapped[datetime | None] = field(4, FieldClass.COUPLED, group="operation")

    @property
    def takes_people(self) -> bool:
        """Tell whether the shelter counts as open."""
        return isinstance(self.status, OperationStatus) and self.status.takes_people

    @property
    def status_label(self) -> str:
        if isinstance(self.status, OperationStatus):
            return self.status.label
        return UNKNOWN_VALUE if self.status else OperationStatus.UNKNOWN.label


class HeadCount(Synced):
    """People seen at a shelter at one time (点呼・観測): an observation, never changed."""

    __tablename__ = "head_counts"
    __sync__ = sync_table(22, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    occurred_at: Mapped[datetime] = field(2, FieldClass.FACT)
    count: Mapped[int] = field(3, FieldClass.FACT)
    counted_by: Mapped[str | None] = field(4, FieldClass.FACT)
    source: Mapped[HeadCountSource | str | None] = field(
        5, FieldClass.FACT, type_=OpenEnum(HeadCountSource)
    )

    @property
    def source_label(self) -> str:
        if isinstance(self.source, HeadCountSource):
            return self.source.label
        return UNKNOWN_VALUE if self.source else ""


def operation_id(municipality: str, disaster: str, shelter_id: UUID) -> UUID:
    """Return the id of a shelter's operation in a disaster, the same on every laptop."""
    return natural_id("shelter_operation", municipality, f"{disaster}/{shelter_id}")


class ShelterUpload(LocalBase):
    """A list that was uploaded and is looked at before it is imported; of this machine alone."""

    __tablename__ = "shelter_uploads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID | None]
    file_name: Mapped[str]
    content: Mapped[bytes]
    as_of: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None]
    uploaded_at: Mapped[datetime]
