"""Departures: leaving, going out and coming back, the roll call typed back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees import queries
from victim_support.evacuees.models import Departure, Stay
from victim_support.evacuees.rules import SLEEPING, LeavingReason, PresenceKind
from victim_support.evacuees.services.protection import seal_destination
from victim_support.evacuees.services.sightings import record_events
from victim_support.victims.queries import list_people
from victim_support.victims.rules import Protection


class AlreadyLeftError(Exception):
    """The stay was ended by somebody else in the meantime."""

    message = "すでに退所になっています。"


class AlreadySettledError(Exception):
    """Somebody else decided in the meantime."""

    message = "先にほかの方が決めています。"


def leave(
    *,
    stays: Sequence[Stay],
    at: datetime,
    reason: LeavingReason,
    destination: str = "",
    destination_phone: str = "",
) -> list[Stay]:
    """End stays (退所); 聞けず is always accepted.

    Raises:
        AlreadyLeftError: All of them were ended before.
    """
    opened = [stay for stay in _of_the_same_people(stays) if stay.ended_at is None]
    if stays and not opened:
        raise AlreadyLeftError
    for stay in opened:
        stay.ended_at = max(at, stay.started_at)
        stay.reason = reason
        stay.destination = destination or None
        stay.destination_phone = destination_phone or None
        stay.away_since = stay.away_until = stay.away_kind = None
    is_absent = reason is LeavingReason.ROLL_CALL
    record_events(opened, PresenceKind.ABSENT if is_absent else PresenceKind.LEFT, at=at)
    hidden = {
        person.id
        for person in list_people([stay.person_id for stay in opened])
        if person.protection not in {None, Protection.NONE}
    }
    for stay in opened:
        if stay.person_id in hidden:
            seal_destination(stay)
    return opened


def record_departure(
    *,
    shelter_id: UUID,
    name: str,
    at: datetime,
    reason: LeavingReason,
    destination: str = "",
    destination_phone: str = "",
) -> Departure:
    """Write down that somebody left whom the desk cannot find (退所の申し出).

    It is sealed and ends no stay: were a number on the screen to change, it would tell that
    somebody of that name was here and hidden. Who may see sealed records settles it.
    """
    departure = Departure(
        scope=current_scopes().sealed,
        id=new_id(),
        shelter_id=shelter_id,
        name=name,
        left_at=at,
        reason=reason,
        destination=destination or None,
        destination_phone=destination_phone or None,
        recorded_by=current_actor().id,
    )
    db.session.add(departure)
    return departure


def settle_departure(departure: Departure, *, stay: Stay | None, how: str = "") -> None:
    """End the stay of the person who was meant, as of the time she left; or say why there is none.

    Raises:
        AlreadyLeftError: The stay was ended before.
        AlreadySettledError: Somebody else settled it in the meantime.
    """
    if departure.settled_at is not None:
        raise AlreadySettledError
    departure.settled_at = clock.now()
    departure.settled_by = current_actor().id
    departure.settled_how = how or None
    if stay is None:
        return
    departure.person_id, departure.settled_how = stay.person_id, "退所にした"
    leave(
        stays=[stay],
        at=departure.left_at,
        reason=_reason_of(departure),
        destination=departure.destination or "",
        destination_phone=departure.destination_phone or "",
    )


def _reason_of(departure: Departure) -> LeavingReason:
    reason = departure.reason
    return reason if isinstance(reason, LeavingReason) else LeavingReason.OTHER


def _of_the_same_people(stays: Sequence[Stay]) -> list[Stay]:
    """Return the stays and those in the same places under other records of the same people."""
    places = {(stay.person_id, stay.shelter_id) for stay in stays}
    lines = queries.list_open_stays([stay.person_id for stay in stays])
    others = [
        stay
        for person_id, line in lines.items()
        for stay in line
        if (person_id, stay.shelter_id) in places
    ]
    return list({stay.id: stay for stay in (*stays, *others)}.values())


def go_out(
    *,
    stay: Stay,
    at: datetime,
    kind: PresenceKind = PresenceKind.OUT,
    until: str = "",
    card_number: str | None = None,
) -> Stay:
    """Note that somebody is out for a while (一時外出・外泊); that is not leaving.

    Args:
        stay: The stay.
        at: When it was.
        kind: Whether for hours or overnight.
        until: When they said to be back.
        card_number: The card that was read, if any.
    """
    stay.away_since = at
    stay.away_until = until or None
    stay.away_kind = kind
    record_events([stay], kind, at=at, card_number=card_number)
    return stay


def come_back(*, stay: Stay, at: datetime | None = None, card_number: str | None = None) -> Stay:
    """Note that somebody is back; now when no time is given."""
    stay.away_since = stay.away_until = stay.away_kind = None
    record_events([stay], PresenceKind.BACK, at=at or clock.now(), card_number=card_number)
    return stay


def end_roll_call(
    *, shelter_id: UUID, at: datetime, present: Collection[UUID], listed: Collection[UUID]
) -> list[Stay]:
    """Type a roll call (点呼) back: who was listed and not ticked left for an unknown place.

    Who was ticked was seen, and is back if noted as out.

    Args:
        shelter_id: Where the list was read out.
        at: When it was, to the minute; who came within that minute is on the list or not.
        present: Ids of the stays that were ticked.
        listed: Ids of the stays on the list; who arrived after printing is left alone.

    Returns:
        The stays that were ended: the list of people to call.
    """
    called = [
        stay
        for stay in queries.list_shelter_stays(shelter_id, is_open=True)
        if stay.kind in SLEEPING and stay.id in listed
    ]
    there = [stay for stay in called if stay.id in present]
    missing = [stay for stay in called if stay.id not in present and stay.away_since is None]
    record_events(there, PresenceKind.CALLED, at=at)
    for stay in there:
        if stay.away_since and stay.away_since <= at:
            come_back(stay=stay, at=at)
    return leave(stays=missing, at=at, reason=LeavingReason.ROLL_CALL)
