"""Writes of enquiries (安否照会) and of messages (伝言)."""

from dataclasses import asdict, dataclass
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.safety.models import Delivery, Enquiry, Message
from victim_support.safety.rules import (
    CallBack,
    Channel,
    Ground,
    IdentityCheck,
    Office,
    Relation,
)
from victim_support.victims.models import Person
from victim_support.victims.rules import Edition
from victim_support.victims.services.sealing import statement_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody said who asks: of themselves, and of whom they ask for; empty is not said."""

    asker_name: str
    asker_address: str = ""
    asker_phone: str = ""
    channel: Channel | None = None
    identity: IdentityCheck | None = None
    relation: Relation | None = None
    purpose: str = ""
    name: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""
    address: str = ""
    phone: str = ""
    marks: str = ""
    office: Office | None = None
    organisation: str = ""
    called_number: str = ""
    number_found_in: str = ""
    call_back: CallBack | None = None
    ground: Ground | None = None


def record_enquiry(asked: Asked, *, edition: Edition, shelter_id: UUID | None) -> Enquiry:
    """Write down who asks for whom; it is never changed, and tells nothing of the ledger.

    Args:
        asked: What was said.
        edition: Which rules hold (自然災害・国民保護).
        shelter_id: Where it was taken, None at the headquarters or a counter.
    """
    enquiry = Enquiry(
        scope=current_scopes().core,
        id=new_id(),
        asked_at=clock.now(),
        taken_by=current_actor_id(),
        shelter_id=shelter_id,
        edition=edition,
        **{name: value or None for name, value in asdict(asked).items()},
    )
    db.session.add(enquiry)
    return enquiry


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Words for somebody, who left them, and how the sender describes that person."""

    text: str
    sender: str
    sender_phone: str = ""
    name: str = ""
    kana: str = ""
    birth: str = ""
    address: str = ""
    phone: str = ""


def leave_message(
    left: Left, *, enquiry_id: UUID | None = None, person: Person | None = None
) -> Message:
    """Keep words for somebody until they are handed over (伝言).

    Args:
        left: The words, from whom, for whom.
        enquiry_id: The enquiry with which they were left.
        person: Whom they are for, where a record is known; then a protection seals them.
    """
    message = Message(
        scope=statement_scope(person) if person else current_scopes().core,
        id=new_id(),
        left_at=clock.now(),
        taken_by=current_actor_id(),
        enquiry_id=enquiry_id,
        person_id=person.id if person else None,
        **{name: value or None for name, value in asdict(left).items()},
    )
    db.session.add(message)
    return message


def deliver_message(message: Message, person: Person, *, reply: str = "") -> Delivery:
    """Write down that somebody was given a message, where nobody else reads that she is here."""
    delivery = Delivery(
        scope=statement_scope(person),
        id=new_id(),
        message_id=message.id,
        person_id=person.id,
        delivered_at=clock.now(),
        delivered_by=current_actor_id(),
        reply=reply or None,
    )
    db.session.add(delivery)
    return delivery
