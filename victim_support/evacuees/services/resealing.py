"""Seal what two machines left open of protected people together (同期のあと)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Group, PresenceEvent, Stay, Whereabouts
from victim_support.evacuees.rules import TELLING, LeavingReason
from victim_support.evacuees.services.protection import (
    OWN_CONTACT,
    TELLS_NOTHING,
    known_level,
    protect_person,
)
from victim_support.journal.taken_in import after_exchange
from victim_support.victims import services as victims

REASON = "保護の区画へ移す(同期のあと)"
MOVED = TELLS_NOTHING | {LeavingReason.OTHER_SHELTER, LeavingReason.CHANGED}


@after_exchange
def seal_what_came_back() -> None:
    """Seal what was written openly about somebody whom another machine had protected meanwhile.

    One recorded transaction of the program itself; none when there is nothing to move.
    """
    finders = (
        victims.find_refilled,
        victims.find_overtaken,
        victims.find_exposed,
        victims.find_behind,
    )
    is_due = victims.is_anybody_protected() and any(find() for find in finders)
    db.session.remove()
    if not is_due:
        return
    with transaction(reason=REASON):
        for row in victims.find_refilled():
            victims.take_back(row)
        for person_id, values in victims.find_overtaken().items():
            victims.take_over(person_id, values)
        db.session.flush()
        for person_id in victims.find_exposed():
            person = victims.fullest_row(victims.person_rows(person_id))
            protect_person(person_id, known_level(person))
        db.session.flush()
        for person in victims.find_behind():
            victims.catch_up(person)


@victims.finds_open
def find_open_stays() -> Collection[UUID]:
    """Return whose stay, next address or telephone stands in the open scope."""
    return {*_hidden_stays(), *_told_destinations(), *_told_contacts(), *_seen_or_placed()}


def _hidden_stays() -> Collection[UUID]:
    statement = select(Stay.person_id).where(
        Stay.scope == current_scopes().core,
        Stay.is_withdrawn.is_(False),
        or_(
            Stay.person_id.in_(victims.protected_ids(hidden_only=True)),
            Stay.kind.in_(TELLING) & Stay.person_id.in_(victims.protected_ids()),
        ),
    )
    return db.session.scalars(statement).all()


def _seen_or_placed() -> Collection[UUID]:
    found: set[UUID | None] = set()
    for model, whose in (
        (PresenceEvent, victims.protected_ids(hidden_only=True)),
        (Whereabouts, victims.protected_ids()),
    ):
        statement = select(model.person_id).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            model.person_id.in_(whose),
        )
        found |= set(db.session.scalars(statement))
    return {each for each in found if each is not None}


def _told_destinations() -> Collection[UUID]:
    statement = select(Stay.person_id).where(
        Stay.scope == current_scopes().core,
        Stay.is_withdrawn.is_(False),
        Stay.ended_at.is_not(None),
        Stay.person_id.in_(victims.protected_ids()),
        or_(
            Stay.destination.is_not(None),
            Stay.destination_phone.is_not(None),
            Stay.reason.not_in(MOVED),
        ),
    )
    return db.session.scalars(statement).all()


def _told_contacts() -> Collection[UUID]:
    core = current_scopes().core
    statement = (
        select(Stay.person_id)
        .join(Group, Group.id == Stay.group_id)
        .where(
            Group.scope == core,
            Group.is_withdrawn.is_(False),
            Group.kind.in_(OWN_CONTACT),
            or_(Group.contact_phone.is_not(None), Group.contact_name.is_not(None)),
            Stay.scope.in_((core, current_scopes().sealed)),
            Stay.is_withdrawn.is_(False),
            Stay.person_id.in_(victims.protected_ids()),
        )
    )
    return db.session.scalars(statement).all()
