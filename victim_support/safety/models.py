"""Enquiries, messages and what was given to whom; who must not find somebody; the dead.

What an asker says (``Enquiry``) tells nothing of the ledger and is never changed. Whatever tells
that somebody is known here (a message handed over, something given away, a death) is a row of its
own, written to the sealed scope when the person is protected, and moved there when she is later.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.safety.rules import (
    CallBack,
    Channel,
    Ground,
    IdentityCheck,
    Means,
    Office,
    Relation,
)
from victim_support.victims.rules import Edition


class Enquiry(Synced):
    """Somebody asks for somebody (安否照会), as they said it: who, about whom, why.

    Of an office (警察・消防・病院) ``office`` is filled, of a private asker ``relation``.
    """

    __tablename__ = "enquiries"
    __history__ = "enquiry.read"
    __sync__ = sync_table(50, ScopeKind.DISASTER)

    asked_at: Mapped[datetime] = field(1, FieldClass.FACT, index=True)
    taken_by: Mapped[UUID | None] = field(2, FieldClass.FACT)
    shelter_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    channel: Mapped[Channel | str | None] = field(4, FieldClass.FACT, type_=OpenEnum(Channel))
    edition: Mapped[Edition | str | None] = field(5, FieldClass.FACT, type_=OpenEnum(Edition))
    asker_name: Mapped[str | None] = field(6, FieldClass.FACT)
    asker_address: Mapped[str | None] = field(7, FieldClass.FACT)
    asker_phone: Mapped[str | None] = field(8, FieldClass.FACT)
    identity: Mapped[IdentityCheck | str | None] = field(
        9, FieldClass.FACT, type_=OpenEnum(IdentityCheck)
    )
    relation: Mapped[Relation | str | None] = field(10, FieldClass.FACT, type_=OpenEnum(Relation))
    purpose: Mapped[str | None] = field(11, FieldClass.FACT)
    name: Mapped[str | None] = field(12, FieldClass.FACT)
    kana: Mapped[str | None] = field(13, FieldClass.FACT)
    birth: Mapped[str | None] = field(14, FieldClass.FACT)
    sex: Mapped[str | None] = field(15, FieldClass.FACT)
    address: Mapped[str | None] = field(16, FieldClass.FACT)
    phone: Mapped[str | None] = field(17, FieldClass.FACT)
    marks: Mapped[str | None] = field(18, FieldClass.FACT)
    office: Mapped[Office | str | None] = field(19, FieldClass.FACT, type_=OpenEnum(Office))
    organisation: Mapped[str | None] = field(20, FieldClass.FACT)
    called_number: Mapped[str | None] = field(21, FieldClass.FACT)
    number_found_in: Mapped[str | None] = field(22, FieldClass.FACT)
    call_back: Mapped[CallBack | str | None] = field(23, FieldClass.FACT, type_=OpenEnum(CallBack))
    ground: Mapped[Ground | str | None] = field(24, FieldClass.FACT, type_=OpenEnum(Ground))


class Message(Synced):
    """Words left for somebody (伝言): for a person, or for whom a description fits.

    General on purpose: it needs no enquiry. Words left at a shelter for paging are a
    ``PersonMessage`` of the presence slice, whose row itself says that they were handed over.
    For whom they are is looked up at each reading, never stored, unless ``person_id`` is known.
    That they were handed over is a :class:`Delivery`.
    """

    __tablename__ = "messages"
    __history__ = "message.deliver"
    __sync__ = sync_table(51, ScopeKind.DISASTER)

    left_at: Mapped[datetime] = field(1, FieldClass.FACT, index=True)
    taken_by: Mapped[UUID | None] = field(2, FieldClass.FACT)
    enquiry_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    person_id: Mapped[UUID | None] = field(4, FieldClass.ORDINARY, index=True)
    name: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    kana: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    birth: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    address: Mapped[str | None] = field(8, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    sender: Mapped[str | None] = field(10, FieldClass.ORDINARY)
    sender_phone: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    text: Mapped[str | None] = field(12, FieldClass.ORDINARY)


class Delivery(Synced):
    """A message was handed over (伝言を渡した); it tells that the person is known here."""

    __tablename__ = "message_deliveries"
    __history__ = "message.deliver"
    __sync__ = sync_table(52, ScopeKind.DISASTER)

    message_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    delivered_at: Mapped[datetime | None] = field(3, FieldClass.ORDINARY)
    delivered_by: Mapped[UUID | None] = field(4, FieldClass.ORDINARY)
    reply: Mapped[str | None] = field(5, FieldClass.ORDINARY)


class Provision(Synced):
    """Something of the ledger was given outside (提供の記録): to whom, what, on which ground."""

    __tablename__ = "provisions"
    __history__ = "provision.read"
    __sync__ = sync_table(53, ScopeKind.DISASTER)

    enquiry_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    given_at: Mapped[datetime | None] = field(3, FieldClass.ORDINARY)
    given_by: Mapped[UUID | None] = field(4, FieldClass.ORDINARY)
    recipient: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    items: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    people: Mapped[int | None] = field(7, FieldClass.ORDINARY)
    ground: Mapped[Ground | str | None] = field(8, FieldClass.ORDINARY, type_=OpenEnum(Ground))
    law: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    purpose: Mapped[str | None] = field(10, FieldClass.ORDINARY)
    decided_by: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    means: Mapped[Means | str | None] = field(12, FieldClass.ORDINARY, type_=OpenEnum(Means))
    note: Mapped[str | None] = field(13, FieldClass.ORDINARY)


class Opponent(Synced):
    """From whom somebody is protected (相手方); in the sealed scope alone."""

    __tablename__ = "opponents"
    __history__ = "opponent.read"
    __sync__ = sync_table(54, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    name: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    recorded_at: Mapped[datetime | None] = field(4, FieldClass.ORDINARY)


class Death(Synced):
    """Somebody was found dead (死亡の確認), and whether the family was told."""

    __tablename__ = "deaths"
    __history__ = "death.record"
    __sync__ = sync_table(55, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    recorded_at: Mapped[datetime | None] = field(2, FieldClass.ORDINARY)
    confirmed_by: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    told_at: Mapped[datetime | None] = field(5, FieldClass.COUPLED, group="told")
    told_to: Mapped[str | None] = field(6, FieldClass.COUPLED, group="told")
