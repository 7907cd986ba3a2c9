"""Reads of applications and of the members that stand on them."""

from collections.abc import Collection
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import (
    Application,
    ApplicationMember,
    Dwelling,
)
from victim_support.damage.queries.dwellings import in_chunks, list_dwellings, visible_scopes
from victim_support.damage.rules import RequestedPaper


def get_application(application_id: UUID) -> Application:
    """Return an application the actor may see, or 404."""
    return find_application(application_id) or abort(404)


def find_application(application_id: UUID) -> Application | None:
    """Return an application the actor may see, or None."""
    return next(iter(_applications(Application.id == application_id)), None)


def find_applications(application_ids: Collection[UUID]) -> dict[UUID, Application]:
    """Return applications the actor may see, by id."""
    found = (
        each
        for ids in in_chunks(application_ids)
        for each in _applications(Application.id.in_(ids))
    )
    return {application.id: application for application in found}


def list_applications(*, limit: int | None = 200) -> list[Application]:
    """Return the newest applications first."""
    statement = (
        select(Application)
        .where(Application.scope.in_(visible_scopes()), Application.is_withdrawn.is_(False))
        .order_by(Application.received_at.desc(), Application.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def count_applications() -> int:
    """Return how many applications there are."""
    statement = select(func.count()).where(
        Application.scope.in_(visible_scopes()), Application.is_withdrawn.is_(False)
    )
    return db.session.scalar(statement) or 0


def list_applications_for(dwelling_id: UUID) -> list[Application]:
    """Return the applications for one dwelling, oldest first."""
    return _applications(Application.dwelling_id == dwelling_id)


def list_applications_of(household_id: UUID) -> list[Application]:
    """Return the applications of one household, oldest first."""
    return _applications(Application.household_id == household_id)


def list_sibling_ids(application_id: UUID) -> list[UUID]:
    """Return the applications of the same household for the same place, this one first.

    Two laptops that did not know of each other receive two, and may write the place down twice.
    """
    application = find_application(application_id)
    if application is None:
        return [application_id]
    others = list_applications_of(application.household_id)
    dwellings = list_dwellings([one.dwelling_id for one in others])
    places = {one.id: _place_of(one, dwellings) for one in others}
    same = [one.id for one in others if places[one.id] == places.get(application_id)]
    return [application_id, *(each for each in same if each != application_id)]


def list_applications_of_people(person_ids: Collection[UUID]) -> list[Application]:
    """Return the applications in which any of these people is head, applicant or member."""
    found: dict[UUID, Application] = {}
    for ids in in_chunks(person_ids):
        as_member = select(ApplicationMember.application_id).where(
            ApplicationMember.scope.in_(visible_scopes()),
            ApplicationMember.is_withdrawn.is_(False),
            ApplicationMember.person_id.in_(ids),
        )
        condition = (
            Application.head_person_id.in_(ids)
            | Application.applicant_person_id.in_(ids)
            | Application.id.in_(as_member)
        )
        found |= {application.id: application for application in _applications(condition)}
    return list(found.values())


def find_same_application(
    household_id: UUID, dwelling_id: UUID, requested: RequestedPaper, *, is_sealed: bool
) -> Application | None:
    """Return the application of a household for the same paper and dwelling, or None.

    For one that will be sealed the sealed scope is looked into whoever asks: the answer decides
    what is written, and nothing of it is shown to who may not see it. An open one is compared with
    open ones only, so that it is written whatever a protected person of the household did.
    """
    scopes = current_scopes()
    statement = (
        select(Application)
        .where(
            Application.scope.in_((scopes.core, scopes.sealed) if is_sealed else (scopes.core,)),
            Application.is_withdrawn.is_(False),
            Application.household_id == household_id,
            Application.dwelling_id == dwelling_id,
            Application.requested == requested,
        )
        .order_by(Application.received_at, Application.id)
    )
    return db.session.scalars(statement).first()


def list_partly_sealed() -> list[Application]:
    """Return the applications that lie in the sealed scope, or of which a member's line does."""
    scopes = current_scopes()
    of_member = select(ApplicationMember.application_id).where(
        ApplicationMember.scope == scopes.sealed, ApplicationMember.is_withdrawn.is_(False)
    )
    statement = select(Application).where(
        Application.scope.in_((scopes.core, scopes.sealed)),
        Application.is_withdrawn.is_(False),
        (Application.scope == scopes.sealed) | Application.id.in_(of_member),
    )
    return list(db.session.scalars(statement.order_by(Application.id)))


def list_named_openly(whose: Select[UUID]) -> set[UUID]:
    """Return which of some people stand on an application in the core scope."""
    found: set[UUID] = set()
    for model, person_id in (
        (Application, Application.head_person_id),
        (Application, Application.applicant_person_id),
        (ApplicationMember, ApplicationMember.person_id),
    ):
        statement = select(person_id).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            person_id.in_(whose),
        )
        found |= {each for each in db.session.scalars(statement) if each is not None}
    return found


def list_applications_naming(person_id: UUID) -> list[Application]:
    """Return all applications that somebody ever was on, sealed ones too, to decide on sealing."""
    scopes = current_scopes()
    both = (scopes.core, scopes.sealed)
    as_member = select(ApplicationMember.application_id).where(
        ApplicationMember.scope.in_(both), ApplicationMember.person_id == person_id
    )
    statement = (
        select(Application)
        .where(
            Application.scope.in_(both),
            Application.is_withdrawn.is_(False),
            (Application.head_person_id == person_id)
            | (Application.applicant_person_id == person_id)
            | Application.id.in_(as_member),
        )
        .order_by(Application.received_at, Application.id)
    )
    return list(db.session.scalars(statement))


def list_members(application: Application) -> list[ApplicationMember]:
    """Return the members of the dwelling that the actor may see, in the order they are printed."""
    statement = (
        _member_rows(application.id, visible_scopes())
        .where(ApplicationMember.is_withdrawn.is_(False))
        .order_by(ApplicationMember.position, ApplicationMember.id)
    )
    return list(db.session.scalars(statement))


def list_member_rows(application_id: UUID) -> list[ApplicationMember]:
    """Return every row about a member, sealed and withdrawn ones too, to decide on sealing."""
    scopes = current_scopes()
    statement = _member_rows(application_id, (scopes.core, scopes.sealed))
    return list(
        db.session.scalars(statement.order_by(ApplicationMember.id, ApplicationMember.scope))
    )


def _place_of(application: Application, dwellings: dict[UUID, Dwelling]) -> str:
    dwelling = dwellings.get(application.dwelling_id)
    return dwelling.place if dwelling else str(application.dwelling_id)


def _member_rows(application_id: UUID, scopes: Collection[str]) -> Select[ApplicationMember]:
    return select(ApplicationMember).where(
        ApplicationMember.scope.in_(scopes), ApplicationMember.application_id == application_id
    )


def _applications(*conditions: ColumnElement[bool]) -> list[Application]:
    statement = (
        select(Application)
        .where(
            Application.scope.in_(visible_scopes()),
            Application.is_withdrawn.is_(False),
            *conditions,
        )
        .order_by(Application.received_at, Application.id)
    )
    return list(db.session.scalars(statement))
