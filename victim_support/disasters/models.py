"""Disasters, as every laptop of the municipality knows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, ScopeKind, Synced, field, sync_table
from victim_support.core.ids import natural_id
from victim_support.disasters.rules import DisasterKind


class Disaster(Synced):
    """A disaster (災害); its key names the scopes of everything that belongs to it."""

    __tablename__ = "disasters"
    __sync__ = sync_table(10, ScopeKind.BASE)

    key: Mapped[str] = field(1, FieldClass.FACT, default="")
    name: Mapped[str] = field(2, FieldClass.ORDINARY, default="")
    kinds: Mapped[list[str] | None] = field(3, FieldClass.ORDINARY)
    started_at: Mapped[datetime | None] = field(4, FieldClass.ORDINARY)
    area: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    closed_at: Mapped[datetime | None] = field(6, FieldClass.ORDINARY)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_civil_protection(self) -> bool:
        """Tell whether any of its kinds is one of 国民保護."""
        known = (kind for kind in DisasterKind if kind.value in (self.kinds or ()))
        return any(kind.is_civil_protection for kind in known)

    @property
    def kind_labels(self) -> list[str]:
        """Return the kinds as people call them; a kind of a newer version is not hidden."""
        known = {kind.value: kind.label for kind in DisasterKind}
        return [known.get(value, f"不明({value})") for value in self.kinds or ()]


def disaster_id(municipality: str, key: str) -> UUID:
    """Return the id of a disaster, the same on every laptop."""
    return natural_id("disaster", municipality, key)
