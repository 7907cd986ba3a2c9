"""Seal what this slice holds of somebody who is protected (支援措置), also after an exchange."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.victims import services as victims
from victim_support.vulnerable.models import NeedDetail


@victims.on_protected
def seal_vulnerable(person_id: UUID) -> None:
    """Move the needs of somebody whose presence is hidden to the sealed scope."""
    person = victims.fullest_row(victims.person_rows(person_id))
    core = current_scopes().core
    if victims.writing_scope(person) == core:
        return
    statement = select(NeedDetail).where(
        NeedDetail.scope == core, NeedDetail.person_id == person_id
    )
    for row in db.session.scalars(statement.order_by(NeedDetail.id)):
        victims.move_to_sealed(row)


@victims.finds_open
def find_open_details() -> Collection[UUID]:
    """Return whose needs stand in the open scope although their presence is hidden."""
    statement = select(NeedDetail.person_id).where(
        NeedDetail.scope == current_scopes().core,
        NeedDetail.is_withdrawn.is_(False),
        NeedDetail.person_id.in_(victims.protected_ids(hidden_only=True)),
    )
    return db.session.scalars(statement).all()
