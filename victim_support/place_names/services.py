"""Writes of other names of places."""

from collections.abc import Iterable

from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.place_names.models import PlaceName
from victim_support.place_names.rules import NamedPlace, PlaceNameKind


def add_names(kind: PlaceNameKind, places: Iterable[NamedPlace]) -> int:
    """Add names of places (名前を加える); return how many were not there before.

    A name known already of the same place gets the reading that is told now.
    """
    scopes, added = current_scopes(), 0
    for one in dict.fromkeys(places):
        key = f"{kind.value}/{one.name}/{one.place}"
        name_id = natural_id("place-name", scopes.municipality, key)
        row = db.session.get(PlaceName, (scopes.base, name_id))
        if row is None:
            row = PlaceName(
                scope=scopes.base, id=name_id, kind=kind, name=one.name, place=one.place
            )
            db.session.add(row)
            added += 1
        elif row.is_withdrawn:
            row.is_withdrawn = False
            added += 1
        if one.kana and row.kana != one.kana:
            row.kana = one.kana
    return added


def withdraw_name(row: PlaceName) -> None:
    """Take a name off the list (名前を外す)."""
    row.is_withdrawn = True
