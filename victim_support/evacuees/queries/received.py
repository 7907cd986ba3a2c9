"""Who is received already, as far as the desk may know, before it receives somebody again."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from flask import has_request_context

from victim_support.core.access import current_actor
from victim_support.core.context import current_context
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.presence import PLACE_PERMISSION
from victim_support.evacuees.queries.stays import list_open_stays, list_stays
from victim_support.evacuees.rules import moves
from victim_support.residents.models import Resident
from victim_support.shelters.queries import find_shelter
from victim_support.victims.queries import list_linked, list_people
from victim_support.victims.rules import Protection

HERE = ""
ELSEWHERE = "別の避難所に受付があります"


def list_received(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return those who have a stay the viewer may know of: nothing for here, words for elsewhere.

    The other place is named to those who may read it, and never of a protected person: others
    see the screen, too.
    """
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    opened = list_open_stays(person_ids)
    own = current_context().shelter_id if has_request_context() else None
    words = {}
    for person in list_people(list(opened)):
        if not disclosure.may_locate(person):
            continue
        places = [stay.shelter_id for stay in opened[person.id]]
        is_open = person.protection in {None, Protection.NONE}
        name = _place_name(places[-1]) if is_open and own not in places else ""
        words[person.id] = HERE if own in places else _words(ELSEWHERE, name)
    return words


def list_received_residents(residents: Sequence[Resident]) -> dict[UUID, str]:
    """Return the residents who are received, also under the record they were typed in as."""
    linked = list_linked([resident.number for resident in residents])
    received = list_received([person.id for person in linked.values()])
    return {
        resident.id: received[linked[resident.number].id]
        for resident in residents
        if resident.number in linked and linked[resident.number].id in received
    }


def list_moved(stays: Sequence[Stay], people: Sequence[DisclosedPerson]) -> list[str]:
    """Return what to say of the people whose stay elsewhere ended by these arrivals."""
    shown = {person.id: person for person in people}
    before = list_former_places([stay.person_id for stay in stays])
    return [
        f"{person.name} さんは{_words('別の避難所', '' if person.is_marked else name)}"
        "からの移動として記録しました。"
        for stay in stays
        if (person := shown.get(stay.person_id)) and (name := before.get(stay.id)) is not None
    ]


def list_former_places(person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return, by the stay that began with a move, the place moved from; nothing if not to know."""
    return {
        new_id: _place_name(old.shelter_id)
        for line in list_stays(person_ids).values()
        for new_id, old in moves(line).items()
    }


def _place_name(shelter_id: UUID) -> str:
    shelter = find_shelter(shelter_id) if current_actor().may(PLACE_PERMISSION) else None
    return shelter.name if shelter else ""


def _words(words: str, name: str) -> str:
    return f"{words}（{name}）" if name else words
