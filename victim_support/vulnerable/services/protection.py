"""Seal what this slice holds of somebody who is protected (支援措置), also after an exchange."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.victims import services as victims
from victim_support.victims.rules import Protection
from victim_support.vulnerable.models import NeedDetail, SafetyCheck, SupportEntry

HIDDEN = (NeedDetail, SafetyCheck)
"""What tells that somebody is here; a line of the support register tells the address, too."""


@victims.on_protected
def seal_vulnerable(person_id: UUID) -> None:
    """Move what tells of somebody to the sealed scope: the line of the register at any level."""
    person = victims.fullest_row(victims.person_rows(person_id))
    core = current_scopes().core
    is_hidden = victims.writing_scope(person) != core
    for model in (SupportEntry, *HIDDEN) if is_hidden else (SupportEntry,):
        statement = select(model).where(model.scope == core, model.person_id == person_id)
        for row in db.session.scalars(statement.order_by(model.id)):
            if isinstance(row, SupportEntry):
                row.protection = Protection.HIDE_PRESENCE
            victims.move_to_sealed(row)


@victims.finds_open
def find_open_vulnerable() -> Collection[UUID]:
    """Return about whom something stands in the open scope that their protection moves."""
    found: set[UUID] = set()
    for model in (SupportEntry, *HIDDEN):
        whose = victims.protected_ids(hidden_only=model is not SupportEntry)
        statement = select(model.person_id).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            model.person_id.in_(whose),
        )
        found |= {each for each in db.session.scalars(statement) if each is not None}
    return found
