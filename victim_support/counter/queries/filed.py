"""Reads of applications that came in files, as far as the viewer may see them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import Select, func, select

from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledApplication, FiledAttachment
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
    """Return applications from files in a state, the oldest first, as far as a page holds them."""
    statement = _in_state(state).where(FiledApplication.scope.in_(visible_scopes()))
    return list(db.session.scalars(statement.limit(SHOWN)))


def list_filed_to_release() -> list[FiledApplication]:
    """Return all applications from files that may stand on paper and in a file, whoever asks.

    Those that wait come first. What names somebody protected is in none.
    """
    protected = protected_names()
    return [
        row
        for state in (FiledState.WAITING, FiledState.SET_ASIDE)
        for row in db.session.scalars(
            _in_state(state).where(FiledApplication.scope == current_scopes().core)
        )
        if not names_of(row) & protected
    ]


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


def list_numbers() -> list[tuple[str, UUID]]:
    """Return number and id of each application from a file, whoever asks: where pictures belong."""
    scopes = current_scopes()
    statement = select(FiledApplication.number, FiledApplication.id).where(
        FiledApplication.scope.in_((scopes.core, scopes.sealed)),
        FiledApplication.is_withdrawn.is_(False),
        FiledApplication.number.is_not(None),
    )
    rows = db.session.execute(statement.order_by(FiledApplication.id))
    return [(number, filed) for number, filed in rows if number]


def list_attachments_of(filed: UUID, scopes: Collection[str]) -> list[FiledAttachment]:
    """Return what came with an application, photographs in the order they were taken."""
    statement = (
        select(FiledAttachment)
        .where(
            FiledAttachment.scope.in_(scopes),
            FiledAttachment.is_withdrawn.is_(False),
            FiledAttachment.filed_application_id == filed,
        )
        .order_by(
            func.coalesce(FiledAttachment.taken_at, FiledAttachment.added_at), FiledAttachment.id
        )
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Attached:
    """What came with an application: photographs, and papers by their pages."""

    photos: list[FiledAttachment]
    papers: list[list[FiledAttachment]]


def attached_of(rows: Collection[FiledAttachment]) -> Attached:
    """Return what came with an application, papers with their pages in order."""
    papers: dict[str, list[FiledAttachment]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.added_at, row.page or 0)):
        if row.page is not None:
            papers[row.document or ""].append(row)
    ordered = [sorted(each, key=lambda row: row.page or 0) for each in papers.values()]
    return Attached([row for row in rows if row.page is None], ordered)


def list_papers_of(application_id: UUID) -> list[list[FiledAttachment]]:
    """Return the papers that came with an application that was received, each by its pages."""
    statement = (
        select(FiledAttachment)
        .join(
            FiledApplication,
            (FiledApplication.id == FiledAttachment.filed_application_id)
            & (FiledApplication.scope == FiledAttachment.scope),
        )
        .where(
            FiledApplication.scope.in_(visible_scopes()),
            FiledApplication.is_withdrawn.is_(False),
            FiledApplication.application_id == application_id,
            FiledAttachment.is_withdrawn.is_(False),
            FiledAttachment.page.is_not(None),
        )
        .order_by(FiledAttachment.added_at, FiledAttachment.id)
    )
    return attached_of(list(db.session.scalars(statement))).papers


def get_attachment(attachment: UUID) -> FiledAttachment:
    """Return what came with an application from a file, as far as the actor may see; or 404."""
    statement = select(FiledAttachment).where(
        FiledAttachment.scope.in_(visible_scopes()),
        FiledAttachment.id == attachment,
        FiledAttachment.is_withdrawn.is_(False),
    )
    return db.session.scalars(statement).first() or abort(404)


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


def list_attachments_to_seal() -> list[FiledAttachment]:
    """Return what lies in the open scope of an application from a file that is sealed by now."""
    scopes = current_scopes()
    of_sealed = select(FiledApplication.id).where(
        FiledApplication.scope == scopes.sealed, FiledApplication.is_withdrawn.is_(False)
    )
    statement = select(FiledAttachment).where(
        FiledAttachment.scope == scopes.core,
        FiledAttachment.is_withdrawn.is_(False),
        FiledAttachment.filed_application_id.in_(of_sealed),
    )
    return list(db.session.scalars(statement.order_by(FiledAttachment.id)))


def _in_state(state: FiledState) -> Select[FiledApplication]:
    return (
        select(FiledApplication)
        .where(FiledApplication.is_withdrawn.is_(False), FiledApplication.state == state)
        .order_by(FiledApplication.taken_in_at, FiledApplication.id)
    )


def names_of(row: FiledApplication) -> set[str]:
    """Return who is named in what was received, for comparing."""
    content = row.content or {}
    found = [content.get("name", ""), *content.get("members", ())]
    return {name_key(each) for each in found if each}
