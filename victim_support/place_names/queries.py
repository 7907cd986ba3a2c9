"""Reads of other names of places; what a search needs is kept until any name changes."""

from uuid import UUID

from flask import abort, current_app
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.search import PlaceAlias, place_alias, places_meant
from victim_support.journal.store import read_heads
from victim_support.place_names.models import PlaceName
from victim_support.place_names.rules import PlaceNameKind

ALIASES = "place_aliases"
_Kept = tuple[object, tuple[PlaceAlias, ...]]


def list_names() -> list[PlaceName]:
    """Return every name by kind and reading."""
    statement = (
        select(PlaceName)
        .where(PlaceName.scope == current_scopes().base, PlaceName.is_withdrawn.is_(False))
        .order_by(PlaceName.kind, PlaceName.kana, PlaceName.name, PlaceName.id)
    )
    return list(db.session.scalars(statement))


def get_name(name_id: UUID) -> PlaceName:
    """Return a name or 404."""
    row = db.session.get(PlaceName, (current_scopes().base, name_id))
    return abort(404) if row is None or row.is_withdrawn else row


def list_aliases() -> tuple[PlaceAlias, ...]:
    """Return the names as a search compares them; read again after any change of the base scope."""
    base = current_scopes().base
    heads = read_heads(db.session.connection()).items()
    state = (base, tuple(sorted((str(key[1]), head.seq) for key, head in heads if key[0] == base)))
    kept: _Kept | None = current_app.extensions.get(ALIASES)
    if kept is None or kept[0] != state:
        kept = current_app.extensions[ALIASES] = (state, _read())
    return kept[1]


def towns_called(text: str) -> list[str]:
    """Return the towns of today (町名) that an old name typed so far means."""
    return places_meant(text, [_alias(row) for row in _of_kind(PlaceNameKind.DISTRICT)])


def _read() -> tuple[PlaceAlias, ...]:
    return tuple(_alias(row) for row in list_names())


def _of_kind(kind: PlaceNameKind) -> list[PlaceName]:
    return [row for row in list_names() if row.kind is kind]


def _alias(row: PlaceName) -> PlaceAlias:
    return place_alias(row.name or "", row.kana or "", row.place or "")
