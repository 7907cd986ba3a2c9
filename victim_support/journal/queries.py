"""Reads for the history page: which record, and whether it may be opened."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core.access import current_actor
from victim_support.core.db import ScopeKind, Synced, db, synced_classes
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.core.scopes import NoDisasterChosenError, Scopes
from victim_support.journal.history import Change, history_of
from victim_support.journal.models import Op
from victim_support.journal.sealed import is_sealed

HISTORY = "history.read"
_CHUNK = 500


def get_class(table: str) -> type[Synced]:
    """Return the class of a synced table, or answer that there is no such page."""
    found = next((cls for cls in synced_classes() if cls.__tablename__ == table), None)
    if found is None:
        abort(404)
    return found


def permission_of(cls: type[Synced]) -> str:
    """Return what the history of a table asks for besides the permission to read histories."""
    return getattr(cls, "__history__", HISTORY)


def get_history(cls: type[Synced], scopes: Scopes, row_id: UUID) -> list[Change]:
    """Return the history of a record, or answer as if there were none.

    A record that lies in the sealed scope, or points at one that does (支援措置対象者), is there
    only for those who may see sealed records.
    """
    may_see_sealed = current_actor().may(SEALED_PERMISSION)
    try:
        of_disaster = [scopes.core, scopes.sealed] if may_see_sealed else [scopes.core]
        sealed = is_sealed(cls, scopes, row_id)
    except NoDisasterChosenError:
        of_disaster, sealed = [], False
    of_kind = {ScopeKind.BASE: [scopes.base], ScopeKind.DISASTER: of_disaster}
    allowed = of_kind.get(cls.__sync__.scope, [scopes.base, *of_disaster])
    if not current_actor().may(permission_of(cls)):
        abort(403)
    changes = history_of(cls, allowed, row_id)
    if not changes or (sealed and not may_see_sealed):
        abort(404)
    return changes


def first_recorded(cls: type[Synced], row_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when records of a table were first written down, in whichever scope."""
    found: dict[UUID, datetime] = {}
    ids = list(row_ids)
    for start in range(0, len(ids), _CHUNK):
        statement = (
            select(Op.row_id, func.min(Op.recorded_at))
            .where(Op.row_id.in_(ids[start : start + _CHUNK]), Op.tbl == cls.__sync__.number)
            .group_by(Op.row_id)
        )
        found |= {row[0]: row[1] for row in db.session.execute(statement)}
    return found
