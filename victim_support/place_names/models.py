"""Other names of places, the same in every disaster."""

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.place_names.rules import PlaceNameKind


class PlaceName(Synced):
    """What people call a house or a part of the town (地名・屋号), and where that is today.

    The office's own list; it names places and nobody who lives there.
    """

    __tablename__ = "place_names"
    __sync__ = sync_table(240, ScopeKind.BASE)

    kind: Mapped[PlaceNameKind | str | None] = field(
        1, FieldClass.FACT, type_=OpenEnum(PlaceNameKind)
    )
    name: Mapped[str | None] = field(2, FieldClass.FACT)
    kana: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    place: Mapped[str | None] = field(4, FieldClass.FACT)
