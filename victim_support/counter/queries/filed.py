"""Reads of applications that came in files, as far as the viewer may see them."""

from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledApplication
from victim_support.counter.queries.applications import sealed_application_ids
from victim_support.counter.rules.filed import FiledState, name_key
from victim_support.damage.queries import visible_scopes
from victim_support.residents.models import Resident
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection

SHOWN = 200


def filed_id(key: str) -> UUID:
    """Return the id of an application from a file, the same on every machine."""
    return natural_id("filed-application", current_scopes().municipality, key)


def find_rows(filed: UUID) -> dict[str, FiledApplication]:
    """Return the rows of one application from a file by scope, to decide on sealing."""
    scopes = current_scopes()
    found = (
        db.session.get(FiledApplication, (scope, filed)) for scope in (scopes.core, scopes.sealed)
    )
    return {row.scope: row for row in found if row is not None}


def get_filed(filed: UUID) -> FiledApplication:
    """Return an application from a file that the actor may see, or 404."""
    rows = find_rows(filed)
    scopes = reversed(visible_scopes())
    found = (rows[scope] for scope in scopes if scope in rows)
    return next((row for row in found if not row.is_withdrawn), None) or abort(404)


def list_filed(state: FiledState) -> list[FiledApplication]:
    """Return applications from files in a state, the oldest first."""
    statement = (
        select(FiledApplication)
        .where(
            FiledApplication.scope.in_(visible_scopes()),
            FiledApplication.is_withdrawn.is_(False),
            FiledApplication.state == state,
        )
        .order_by(FiledApplication.taken_in_at, FiledApplication.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def count_filed() -> dict[str, int]:
    """Return how many applications from files are in each state."""
    statement = (
        select(FiledApplication.state, func.count())
        .where(
            FiledApplication.scope.in_(visible_scopes()), FiledApplication.is_withdrawn.is_(False)
        )
        .group_by(FiledApplication.state)
    )
    return {str(state): count for state, count in db.session.execute(statement)}


def protected_names() -> set[str]:
    """Return the names of everybody protected (支援措置) in register and ledger, for comparing.

    They decide only where a row lies; nothing of them is shown.
    """
    register = select(Resident.name).where(Resident.is_protected.is_(True))
    ledger = select(Person.name).where(
        Person.scope == current_scopes().sealed, Person.protection != Protection.NONE
    )
    known = {*db.session.scalars(register), *db.session.scalars(ledger)}
    return {name_key(name) for name in known if name}


def list_filed_to_seal() -> list[FiledApplication]:
    """Return what lies in the open scope about somebody protected by now."""
    statement = select(FiledApplication).where(
        FiledApplication.scope == current_scopes().core, FiledApplication.is_withdrawn.is_(False)
    )
    received = statement.where(FiledApplication.application_id.in_(sealed_application_ids()))
    found = list(db.session.scalars(received.order_by(FiledApplication.id)))
    rows = statement.where(FiledApplication.content.is_not(None)).order_by(FiledApplication.id)
    waiting = list(db.session.scalars(rows))
    known = protected_names() if waiting else set()
    return found + [row for row in waiting if names_of(row) & known and row not in found]


def names_of(row: FiledApplication) -> set[str]:
    """Return who is named in what was received, for comparing."""
    content = row.content or {}
    found = [content.get("name", ""), *content.get("members", ())]
    return {name_key(each) for each in found if each}
