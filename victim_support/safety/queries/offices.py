"""Who in the ledger an office may mean, for the clerk who decides what to give."""

from dataclasses import dataclass

from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.ids import new_id
from victim_support.evacuees.queries import list_open_stays
from victim_support.evacuees.queries.checks import facts_of, may_see
from victim_support.safety.models import Enquiry
from victim_support.safety.queries.enquiries import facts_of_told
from victim_support.safety.rules import names_one
from victim_support.shelters.queries import list_shelters
from victim_support.victims.likeness import common_features
from victim_support.victims.links import same_people
from victim_support.victims.queries import search_people

LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody of the ledger who is called so: where she is, and whether more fits."""

    person: DisclosedPerson
    place: str
    is_sure: bool


def list_held(enquiry: Enquiry) -> list[Held]:
    """Return who an office may mean; protected people only for who may see sealed records."""
    disclosure = view(Audience.HEADQUARTERS, Purpose.PRESENCE)
    words = dict.fromkeys(word for word in (enquiry.kana, enquiry.name) if word)
    found = {
        person.id: person
        for word in words
        for person in search_people(word, LOOKED_AT, has_sealed=disclosure.sees_sealed)[0]
        if may_see(person, disclosure)
    }
    people = same_people().once(found.values(), lambda person: person.id)
    stays = list_open_stays([person.id for person in people])
    names = {shelter.id: shelter.name for shelter in list_shelters()}
    told = facts_of_told(enquiry, new_id())
    held = [
        Held(
            shown,
            names.get(stays[person.id][-1].shelter_id, "") if person.id in stays else "",
            names_one(common_features(told, facts_of(person))),
        )
        for person in people
        if (shown := disclosure.person(person)) is not None
    ]
    return sorted(held, key=lambda one: not one.is_sure)
