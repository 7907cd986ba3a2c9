"""The declarative bases, one per database file, and the base of synced tables."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import JSON, Date, Index, LargeBinary, MetaData, Table, Uuid, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from victim_support.core.db.fields import FieldClass, FieldSpec, SyncSpec, field
from victim_support.core.db.types import PlainText, UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {
    str: PlainText(),
    bytes: LargeBinary(),
    date: Date(),
    datetime: UtcDateTime(),
    UUID: Uuid(),
    list[str]: JSON(none_as_null=True),
    dict[str, Any]: JSON(none_as_null=True),
    list[dict[str, Any]]: JSON(none_as_null=True),
}


def _registry(bind_key: str | None = None) -> registry:
    info = {"bind_key": bind_key} if bind_key else {}
    return registry(
        metadata=MetaData(naming_convention=NAMING, info=info), type_annotation_map=TYPES
    )


class Base(DeclarativeBase):
    """Tables of the main file."""

    registry = _registry()


class ReferenceBase(DeclarativeBase):
    """Tables of the reference file: imported as a whole, not journalled."""

    registry = _registry("reference")


class LocalBase(DeclarativeBase):
    """Tables of the local file: sessions, throttle, drafts, jobs; may be dropped."""

    registry = _registry("local")


class Synced(Base):
    """A table whose every change is an operation in the journal."""

    __abstract__ = True
    __sync__: ClassVar[SyncSpec]

    scope: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)
    is_withdrawn: Mapped[bool] = field(999, FieldClass.REVIEW, default=False)

    def __init_subclass__(cls, **options: Any) -> None:
        """Index by scope and field: by the field alone, SQLite reads the whole scope instead."""
        super().__init_subclass__(**options)
        table = cast("Table", cls.__table__)
        for column in table.columns:
            if column.info.get("is_indexed"):
                Index(f"ix_{table.name}_{column.name}", table.c.scope, column)


def synced_classes() -> Iterator[type[Synced]]:
    """Yield every mapped synced class, in the order of table numbers."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    synced = [cls for cls in mapped if issubclass(cls, Synced)]
    yield from sorted(synced, key=lambda cls: cls.__sync__.number)


@cache
def synced_fields(cls: type[Synced]) -> dict[str, FieldSpec]:
    """Return the journalled fields of a class by attribute name."""
    columns = inspect(cls).columns
    return {column.key: column.info["field"] for column in columns if "field" in column.info}
