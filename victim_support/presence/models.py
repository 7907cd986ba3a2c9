"""Cards (札) that stand for people, and calls by the number of a card."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.presence.rules import CardKind


class Card(Synced):
    """That a card was given to somebody; a household's card is one row for each of its people.

    Rows are only added: the newest card of a person and kind holds, older ones are void. Whose it
    is leaves the open scope with the rest when she is protected; the number tells of nobody.
    """

    __tablename__ = "cards"
    __history__ = "person.read"
    __sync__ = sync_table(100, ScopeKind.DISASTER)

    number: Mapped[str] = field(1, FieldClass.FACT, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    kind: Mapped[CardKind | str | None] = field(3, FieldClass.FACT, type_=OpenEnum(CardKind))
    issued_at: Mapped[datetime] = field(4, FieldClass.FACT)
    issued_by: Mapped[UUID | None] = field(5, FieldClass.FACT)


class Paging(Synced):
    """A card was called out (呼び出し), so that nobody hears a name; no row says whose it is."""

    __tablename__ = "pagings"
    __history__ = "person.read"
    __sync__ = sync_table(102, ScopeKind.DISASTER)

    card_number: Mapped[str] = field(1, FieldClass.FACT)
    shelter_id: Mapped[UUID] = field(2, FieldClass.FACT, index=True)
    place: Mapped[str | None] = field(3, FieldClass.FACT)
    called_at: Mapped[datetime] = field(4, FieldClass.FACT)
    called_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    answered_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="answer")
    answered_by: Mapped[UUID | None] = field(7, FieldClass.COUPLED, group="answer")
