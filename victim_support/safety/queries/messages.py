"""Messages (伝言) that wait, and for whom the viewer may know they are.

For whom a message is follows from names at each reading. Who is protected is among those found
only for the sealed roles; to everybody else such a message waits like one for nobody.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Select, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Disclosure, Purpose, view
from victim_support.core.ids import new_id
from victim_support.evacuees.queries import list_open_stays
from victim_support.evacuees.queries.checks import facts_of, may_see
from victim_support.safety.models import Delivery, Message
from victim_support.safety.queries.enquiries import birth_told
from victim_support.safety.rules import names_one
from victim_support.shelters.queries import list_shelters
from victim_support.victims.likeness import Facts, common_features
from victim_support.victims.models import Person
from victim_support.victims.queries import disaster_scopes, list_people, search_people

LOOKED_AT, WAITING = 10, 200


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody a message may be for: where she is now, and whether more than the name fits."""

    person: DisclosedPerson
    place: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that nobody has handed over, as far as the viewer may know."""

    message: Message
    receivers: tuple[Receiver, ...]


def get_message(message_id: UUID) -> Message:
    """Return a message or 404."""
    return next(iter(_messages(Message.id == message_id)), None) or abort(404)


def list_messages_of(enquiry_id: UUID) -> list[Message]:
    """Return the messages left with an enquiry."""
    return _messages(Message.enquiry_id == enquiry_id)


def is_handed(message_id: UUID) -> bool:
    """Tell whether a message was handed over, as far as the viewer may know."""
    handed = _handed(view(Audience.DESK, Purpose.PRESENCE)).where(Delivery.message_id == message_id)
    return db.session.scalar(handed.limit(1)) is not None


def list_waiting(shelter_id: UUID | None = None) -> list[Waiting]:
    """Return the messages to hand over: those for people of this place first, then the oldest."""
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    messages = _messages(Message.id.not_in(_handed(disclosure)))
    names = {shelter.id: shelter.name for shelter in list_shelters()}
    waiting = [(each, _receivers(each, disclosure, names)) for each in messages]
    here = names.get(shelter_id) if shelter_id else None
    ordered = sorted(
        waiting,
        key=lambda one: (
            not any(each.place == here for each in one[1]),
            not one[1],
            one[0].left_at,
        ),
    )
    return [Waiting(message, tuple(receivers)) for message, receivers in ordered]


def find_receiver(message: Message, person_id: str) -> Person | None:
    """Return somebody the viewer may hand a message to, by the id that was sent, or None."""
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    fitting = _fitting(message, disclosure)
    return next((person for person, _ in fitting if str(person.id) == person_id), None)


def _messages(condition: ColumnElement[bool]) -> list[Message]:
    """Return messages the viewer may know of: one for somebody protected names her."""
    scopes = _visible_scopes(view(Audience.DESK, Purpose.PRESENCE))
    statement = (
        select(Message)
        .where(Message.scope.in_(scopes), Message.is_withdrawn.is_(False), condition)
        .order_by(Message.left_at, Message.id)
        .limit(WAITING)
    )
    return list(db.session.scalars(statement))


def _visible_scopes(disclosure: Disclosure) -> tuple[str, ...]:
    return disaster_scopes() if disclosure.sees_sealed else disaster_scopes()[:1]


def _handed(disclosure: Disclosure) -> Select[UUID | None]:
    """Return a query of the messages handed over, as far as the viewer may know."""
    return select(Delivery.message_id).where(
        Delivery.scope.in_(_visible_scopes(disclosure)),
        Delivery.is_withdrawn.is_(False),
        Delivery.message_id.is_not(None),
    )


def _receivers(message: Message, disclosure: Disclosure, names: dict[UUID, str]) -> list[Receiver]:
    fitting = _fitting(message, disclosure)
    stays = list_open_stays([person.id for person, _ in fitting])
    found = []
    for person, is_sure in fitting:
        shown = disclosure.person(person)
        if shown is not None and person.id in stays:
            place = names.get(stays[person.id][-1].shelter_id, "")
            found.append(Receiver(shown, place, is_sure))
    return sorted(found, key=lambda one: not one.is_sure)


def _fitting(message: Message, disclosure: Disclosure) -> list[tuple[Person, bool]]:
    """Return who is called as the message says, and whether more than the name fits."""
    if message.person_id is not None:
        people = [one for one in list_people([message.person_id]) if may_see(one, disclosure)]
        return [(one, True) for one in people]
    told = _facts(message)
    words = dict.fromkeys(word for word in (message.kana, message.name) if word)
    found = {
        person.id: person
        for word in words
        for person in search_people(word, LOOKED_AT, has_sealed=disclosure.sees_sealed)[0]
        if may_see(person, disclosure)
    }
    return [
        (person, names_one(common_features(told, facts_of(person)))) for person in found.values()
    ]


def _facts(message: Message) -> Facts:
    return Facts(
        id=new_id(),
        name=message.name or "",
        kana=message.kana or "",
        birth=birth_told(message.birth),
        told_on=clock.local(message.left_at).date(),
        address=message.address or "",
        phone=message.phone or "",
    )
