"""Protect a person (支援措置・本人の希望), with everything that would tell where she is."""

from uuid import UUID

from victim_support.core.scopes import current_scopes
from victim_support.evacuees import queries
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection


def protect_person(person_id: UUID, protection: Protection) -> Person:
    """Hide a person's address or presence at once; taking it back is not done here."""
    person = victims.seal_person(person_id, protection)
    if victims.writing_scope(person) != current_scopes().sealed:
        return person
    stays = queries.list_stays([person_id])[person_id]
    groups = queries.list_groups({stay.group_id for stay in stays if stay.group_id})
    for stay in stays:
        victims.move_to_sealed(stay)
    for group in groups.values():
        if not queries.list_core_stays_of_group(group.id):
            victims.move_to_sealed(group)
    return person
