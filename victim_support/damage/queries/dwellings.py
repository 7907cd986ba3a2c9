"""Reads of dwellings, and which scopes somebody may see."""

import unicodedata
from collections.abc import Collection
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.core.japanese.addresses import dwelling_key
from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Dwelling, DwellingKey

_CHUNK = 500


def visible_scopes() -> tuple[str, ...]:
    """Return the scopes whose applications the actor may see."""
    scopes = current_scopes()
    if SEALED_PERMISSION in current_actor().permissions:
        return scopes.core, scopes.sealed
    return (scopes.core,)


def get_dwelling(dwelling_id: UUID) -> Dwelling:
    """Return a dwelling or 404."""
    return find_dwelling(dwelling_id) or abort(404)


def find_dwelling(dwelling_id: UUID) -> Dwelling | None:
    """Return a dwelling, or None."""
    dwelling = db.session.get(Dwelling, (current_scopes().base, dwelling_id))
    return None if dwelling is None or dwelling.is_withdrawn else dwelling


def find_dwelling_at(address: str, unit: str | None) -> Dwelling | None:
    """Return the dwelling written down at this place, in this notation or else in another."""
    base = current_scopes().base
    is_here = (DwellingKey.scope == base, DwellingKey.key == dwelling_key(address, unit))
    own = (Dwelling.scope == base, Dwelling.is_withdrawn.is_(False))
    among = Dwelling.id.in_(select(DwellingKey.id).where(*is_here))
    found = list(db.session.scalars(select(Dwelling).where(*own, among).order_by(Dwelling.id)))
    written = (address, unit or "")
    return min(found, key=lambda one: (one.address, one.unit or "") != written, default=None)


def list_dwellings(dwelling_ids: Collection[UUID]) -> dict[UUID, Dwelling]:
    """Return dwellings by id."""
    found: dict[UUID, Dwelling] = {}
    for ids in in_chunks(dwelling_ids):
        statement = (
            select(Dwelling)
            .where(
                Dwelling.scope == current_scopes().base,
                Dwelling.is_withdrawn.is_(False),
                Dwelling.id.in_(ids),
            )
            .order_by(Dwelling.id)
        )
        found |= {dwelling.id: dwelling for dwelling in db.session.scalars(statement)}
    return found


def list_dwellings_in(street: str) -> list[Dwelling]:
    """Return the dwellings of a street, block or town; [] without one.

    Args:
        street: The beginning of their addresses, in any notation.
    """
    wanted = fold_kanji(unicodedata.normalize("NFKC", street)).strip()
    if not wanted:
        return []
    statement = select(Dwelling).where(
        Dwelling.scope == current_scopes().base, Dwelling.is_withdrawn.is_(False)
    )
    every = db.session.scalars(statement.order_by(Dwelling.address, Dwelling.id))
    return [
        one for one in every if wanted in fold_kanji(unicodedata.normalize("NFKC", one.address))
    ]


def in_chunks(ids: Collection[UUID]) -> list[list[UUID]]:
    """Return ids in lists that one statement takes."""
    listed = list(dict.fromkeys(ids))
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]
