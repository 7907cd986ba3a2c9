"""Protect a person (支援措置・本人の希望) with all that tells where she is; lift it again."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db, transaction
from victim_support.core.disclosure import WITHHELD
from victim_support.core.ids import natural_id
from victim_support.core.scopes import Scopes, current_scopes, using_scopes
from victim_support.disasters.queries import list_disasters
from victim_support.evacuees import queries
from victim_support.evacuees.models import Departure, Group, Stay
from victim_support.evacuees.rules import TELLING, UNTRACED, GroupKind, LeavingReason
from victim_support.journal.merge import join_kept
from victim_support.residents.queries import list_protected_numbers
from victim_support.residents.services import on_import
from victim_support.victims import services as victims
from victim_support.victims.links import same_people
from victim_support.victims.models import Person
from victim_support.victims.queries import (
    list_linked,
    list_members,
    list_people,
    list_statements,
)
from victim_support.victims.rules import PersonData, Protection

LOWER = frozenset({None, Protection.NONE, Protection.HIDE_ADDRESS})
TELLS_NOTHING = UNTRACED | {LeavingReason.OTHER}
"""Reasons of leaving that say nothing of where somebody is; a stay is left with one of them."""
CAME_ALONG = "（一緒に来た人）"
OWN_CONTACT = frozenset({GroupKind.HOUSEHOLD, GroupKind.ALONE})
"""Kinds of groups whose telephone is that of their people, not of a home or a bus company."""


def protect_person(person_id: UUID, protection: Protection) -> Person:
    """Hide a person's address or presence at once; taking it back is not done here.

    Where two records are one person, both are hidden.
    """
    person, *_others = [
        _seal_stays(victims.seal_person(record, protection))
        for record in dict.fromkeys((person_id, *same_people().records(person_id)))
    ]
    return person


def take_over_resident(
    data: PersonData,
    *,
    register_number: str,
    household_id: UUID | None,
    protection: Protection,
) -> Person:
    """Write a resident into the ledger; a protection that is new in the register seals it all."""
    person = victims.take_over_person(
        data, register_number=register_number, household_id=household_id, protection=protection
    )
    if person.protection in {None, Protection.NONE}:
        return person
    return protect_person(person.id, known_level(person))


@on_import
def carry_register_flags() -> None:
    """Protect whom the register protects by now and who was received openly before.

    Runs after every import of the register, in every open disaster, in transactions of its own.
    """
    municipality = current_scopes().municipality
    keys = [disaster.key for disaster in list_disasters(open_only=True)]
    numbers = list_protected_numbers() if keys else []
    db.session.remove()
    for key in keys:
        with using_scopes(Scopes(municipality, key)), transaction(reason="住民データの保護の設定"):
            for person in list_linked(numbers).values():
                if person.protection in LOWER:
                    protect_person(person.id, Protection.HIDE_PRESENCE)


def lift_protection(person_id: UUID) -> Person:
    """Lift a protection that two people agreed to lift: all of it returns to the core scope."""
    person, *_others = [
        _open_stays(victims.unseal_person(record))
        for record in dict.fromkeys((person_id, *same_people().records(person_id)))
    ]
    return person


def seal_destination(stay: Stay) -> None:
    """Keep where somebody went apart, whose address is hidden: it is her next address.

    What the core scope keeps is that she left, and when. Of a stay that is sealed as a whole
    nothing needs to be kept apart.
    """
    said = stay.destination or stay.destination_phone
    if stay.scope == current_scopes().sealed or (stay.reason in TELLS_NOTHING and not said):
        return
    departure = _departure_of(stay)
    departure.person_id = stay.person_id
    departure.stay_id = stay.id
    departure.shelter_id = stay.shelter_id
    departure.left_at = stay.ended_at or clock.now()
    departure.reason = stay.reason
    departure.destination = stay.destination
    departure.destination_phone = stay.destination_phone
    departure.recorded_by = current_actor_id()
    departure.settled_at = clock.now()
    departure.settled_how = "退所の記録"
    departure.is_withdrawn = False
    stay.reason = LeavingReason.OTHER
    stay.destination = stay.destination_phone = None


def _departure_of(stay: Stay) -> Departure:
    """Return the row that keeps where a stay led, the same one whichever machine moves it there."""
    scopes = current_scopes()
    departure_id = natural_id("departure", scopes.municipality, str(stay.id))
    departure = db.session.get(Departure, (scopes.sealed, departure_id))
    if departure is None:
        departure = Departure(scope=scopes.sealed, id=departure_id)
        db.session.add(departure)
    return departure


def keep_contact(group: Group, person: Person) -> None:
    """Keep a household's telephone with its protected member, where nobody else reads it."""
    if group.scope == current_scopes().sealed or group.kind not in OWN_CONTACT:
        return
    phones = join_kept([person.phone, group.contact_phone])
    if phones != (person.phone or ""):
        victims.update_person(person.id, phone=phones)
    group.contact_name = group.contact_phone = None


def known_level(person: Person) -> Protection:
    """Return how somebody is protected; a level unknown to this version is the strictest."""
    level = person.protection or Protection.NONE
    return level if isinstance(level, Protection) else Protection.HIDE_PRESENCE


def _seal_stays(person: Person) -> Person:
    stays = queries.list_stays([person.id])[person.id]
    groups = queries.list_groups({stay.group_id for stay in stays if stay.group_id})
    is_hidden = victims.writing_scope(person) == current_scopes().sealed
    if is_hidden:
        _unname_informant(person)
    for stay in stays:
        if is_hidden or stay.kind in TELLING:
            victims.move_to_sealed(stay)
        elif stay.ended_at is not None and not _is_moved(stay):
            seal_destination(stay)
    for place in queries.list_whereabouts_rows(person.id):
        victims.move_to_sealed(place)
    for event in queries.list_event_rows(person.id) if is_hidden else []:
        victims.move_to_sealed(event)
    for group in groups.values():
        if is_hidden and not queries.list_core_stays_of_group(group.id):
            victims.move_to_sealed(group)
        else:
            keep_contact(group, person)
    return person


def _unname_informant(person: Person) -> None:
    """Let nobody read from what she told of her household at the desk that she was there."""
    members = list_members(person.household_id) if person.household_id else []
    for said in list_statements([one.id for one in members]).values():
        for statement in said:
            if statement.informant == f"{person.name_display}{CAME_ALONG}":
                statement.informant = f"{WITHHELD}{CAME_ALONG}"
                statement.shelter_id = None


def _is_moved(stay: Stay) -> bool:
    """Tell whether the stay ended by an own arrival elsewhere, which the next stay shows."""
    is_move = stay.reason in {LeavingReason.OTHER_SHELTER, LeavingReason.CHANGED}
    return is_move and not (stay.destination or stay.destination_phone)


def _open_stays(person: Person) -> Person:
    stays = queries.list_stays([person.id])[person.id]
    groups = queries.list_groups({stay.group_id for stay in stays if stay.group_id})
    moved = [*queries.list_whereabouts_rows(person.id), *queries.list_event_rows(person.id)]
    for row in (*stays, *groups.values(), *moved):
        victims.move_to_core(row)
    db.session.flush()
    for group in queries.list_groups(groups).values():
        _keep_contacts_of_others(group)
    for departure in queries.list_departures_of([person.id]):
        _tell_destination(departure)
    return person


def _keep_contacts_of_others(group: Group) -> None:
    """Keep the telephone with those of a group who stay protected, as when they arrived."""
    ids = [stay.person_id for stay in queries.list_group_stays(group.id)]
    for person in list_people(ids):
        if person.protection not in {None, Protection.NONE}:
            keep_contact(group, person)


def _tell_destination(departure: Departure) -> None:
    """Put what was kept apart back into the stay."""
    for stay in queries.list_stays_by_ids([departure.stay_id] if departure.stay_id else []):
        stay.reason = departure.reason
        stay.destination = departure.destination
        stay.destination_phone = departure.destination_phone
        departure.is_withdrawn = True
