"""Handing out (配布): nobody is refused; what somebody was given before is only shown."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.supplies.models import Handout, HandoutRound
from victim_support.supplies.queries import list_handouts_of
from victim_support.supplies.rules import HandoutUnit
from victim_support.supplies.services.stock import take_for_handout
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people


def start_round(
    *,
    shelter_id: UUID,
    label: str,
    unit: HandoutUnit,
    portion: int,
    at: datetime,
    item_id: UUID | None = None,
    most: int | None = None,
) -> HandoutRound:
    """Begin to hand something out; with goods of the list, each portion leaves the stock."""
    found = HandoutRound(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        label=label,
        item_id=item_id,
        portion=portion,
        unit=unit,
        most=most,
        started_at=at,
    )
    db.session.add(found)
    return found


def end_round(found: HandoutRound, *, at: datetime) -> None:
    """End a handing out."""
    found.ended_at = found.ended_at or at


def hand_out(
    found: HandoutRound,
    *,
    at: datetime,
    person_ids: Collection[UUID] = (),
    group_id: UUID | None = None,
) -> list[Handout]:
    """Hand one portion to each of some people, or to somebody without a name.

    Args:
        found: What is handed out.
        at: When.
        person_ids: Who is given something; nobody is somebody who was not asked for a name.
        group_id: Those who came together, when a portion is for all of them.
    """
    portion, core = found.portion or 1, current_scopes().core
    scopes = {person.id: victims.writing_scope(person) for person in list_people(person_ids)}
    people: list[UUID | None] = list(person_ids) or [None]
    handed = [
        Handout(
            scope=scopes.get(person_id, core) if person_id else core,
            id=new_id(),
            round_id=found.id,
            person_id=person_id,
            group_id=group_id,
            quantity=portion,
            handed_at=at,
            handed_by=current_actor_id(),
        )
        for person_id in people
    ]
    db.session.add_all(handed)
    if found.item_id is not None:
        take_for_handout(
            place_id=found.shelter_id,
            item_id=found.item_id,
            pieces=portion * len(handed),
            at=at,
        )
    return handed


@victims.on_protected
def seal_handouts(person_id: UUID) -> None:
    """Move what somebody was given to the sealed scope when her presence is hidden."""
    person = victims.fullest_row(victims.person_rows(person_id))
    if victims.writing_scope(person) == current_scopes().sealed:
        for row in list_handouts_of(person_id):
            victims.move_to_sealed(row)


@victims.on_lifted
def open_handouts(person_id: UUID) -> None:
    """Move it back when her protection is lifted."""
    for row in list_handouts_of(person_id):
        victims.move_to_core(row)


@victims.finds_open
def find_open_handouts() -> Collection[UUID]:
    """Return of whom another machine wrote openly in the meantime what she was given."""
    statement = select(Handout.person_id).where(
        Handout.scope == current_scopes().core,
        Handout.is_withdrawn.is_(False),
        Handout.person_id.in_(victims.protected_ids(hidden_only=True)),
    )
    return {each for each in db.session.scalars(statement) if each is not None}
