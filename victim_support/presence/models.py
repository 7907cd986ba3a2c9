"""Cards (札) that stand for people, and messages (伝言) left for them."""

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


class PersonMessage(Synced):
    """A message (伝言) for somebody, known here or not; it stands until it is handed over."""

    __tablename__ = "person_messages"
    __history__ = "person.read"
    __sync__ = sync_table(101, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    name: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    body: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    sender: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    sender_phone: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID | None] = field(6, FieldClass.ORDINARY)
    left_at: Mapped[datetime] = field(7, FieldClass.FACT)
    left_by: Mapped[UUID | None] = field(8, FieldClass.FACT)
    handed_at: Mapped[datetime | None] = field(9, FieldClass.COUPLED, group="handed")
    handed_by: Mapped[UUID | None] = field(10, FieldClass.COUPLED, group="handed")
    handed_how: Mapped[str | None] = field(11, FieldClass.COUPLED, group="handed")
