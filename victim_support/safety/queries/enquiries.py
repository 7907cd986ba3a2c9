"""Reads of enquiries (安否照会), of what was given after them, and of the dead."""

from collections.abc import Collection
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.japanese import BirthError, BirthValue, parse_birth
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.tables import load_table
from victim_support.safety.models import Death, Enquiry, Opponent, Provision
from victim_support.safety.rules import ExportItem, Ground, Item, Relation, Tier
from victim_support.victims.likeness import Facts
from victim_support.victims.queries import CHUNK, disaster_scopes
from victim_support.victims.rules import AnswerKind, Edition
from victim_support.vulnerable.queries.states import ends_search

NEWEST = 100


def get_tier(relation: Relation | str | None, edition: Edition | str | None) -> Tier:
    """Return what an asker of this kind may be told, as stands in force today.

    A kind or an edition of a newer version is told what anybody is told.
    """
    known = edition if isinstance(edition, Edition) else Edition.NATURAL_DISASTER
    table = load_table("safety", known.value, Relation).on(clock.today())
    row = table.rows[relation if isinstance(relation, Relation) else Relation.OTHER]
    return Tier(
        tuple(Item(item) for item in row["items"]),
        AnswerKind(row["answer"]),
        row["ground"],
        table.source,
        table.confirmed,
    )


def laws() -> dict[Ground, str]:
    """Return the law of each ground, as stands in force today."""
    rows = load_table("safety", "grounds", Ground).on(clock.today()).rows
    return {ground: rows[ground]["law"] for ground in Ground}


def default_headers() -> dict[ExportItem, str]:
    """Return the headers of the collection form of today."""
    rows = load_table("safety", "fire_agency", ExportItem).on(clock.today()).rows
    return {item: rows[item]["header"] for item in ExportItem}


def get_enquiry(enquiry_id: UUID, *, is_office: bool) -> Enquiry:
    """Return an enquiry of an office or of a private asker, or 404."""
    statement = select(Enquiry).where(
        Enquiry.scope.in_(disaster_scopes()),
        Enquiry.is_withdrawn.is_(False),
        Enquiry.id == enquiry_id,
        Enquiry.office.is_not(None) if is_office else Enquiry.office.is_(None),
    )
    return db.session.scalars(statement.order_by(Enquiry.scope)).first() or abort(404)


def list_enquiries(*, is_office: bool, limit: int = NEWEST) -> list[Enquiry]:
    """Return the newest enquiries of offices, or of private askers."""
    statement = (
        select(Enquiry)
        .where(
            Enquiry.scope.in_(disaster_scopes()),
            Enquiry.is_withdrawn.is_(False),
            Enquiry.office.is_not(None) if is_office else Enquiry.office.is_(None),
        )
        .order_by(Enquiry.asked_at.desc(), Enquiry.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def list_provisions_of(enquiry_ids: Collection[UUID]) -> dict[UUID, list[Provision]]:
    """Return what was given after each enquiry; never of somebody who is protected now."""
    statement = (
        select(Provision)
        .where(
            Provision.scope == disaster_scopes()[0],
            Provision.is_withdrawn.is_(False),
            Provision.enquiry_id.in_(list(enquiry_ids)),
        )
        .order_by(Provision.given_at, Provision.id)
    )
    given: dict[UUID, list[Provision]] = {}
    for row in db.session.scalars(statement):
        if row.enquiry_id is not None:
            given.setdefault(row.enquiry_id, []).append(row)
    return given


def list_provisions(*, has_sealed: bool, person_id: UUID | None = None) -> list[Provision]:
    """Return what was given outside, the newest first; of protected people for sealed roles."""
    statement = select(Provision).where(
        Provision.scope.in_(disaster_scopes() if has_sealed else disaster_scopes()[:1]),
        Provision.is_withdrawn.is_(False),
    )
    if person_id is not None:
        statement = statement.where(Provision.person_id == person_id)
    ordered = statement.order_by(Provision.given_at.desc(), Provision.id).limit(NEWEST * 5)
    return list(db.session.scalars(ordered))


def list_deaths(person_ids: Collection[UUID]) -> dict[UUID, Death]:
    """Return the deaths (死亡の確認) recorded of people, over their records as given."""
    statement = (
        select(Death)
        .where(
            Death.scope.in_(disaster_scopes()),
            Death.is_withdrawn.is_(False),
            Death.person_id.in_(list(person_ids)),
        )
        .order_by(Death.recorded_at, Death.id)
    )
    return {row.person_id: row for row in db.session.scalars(statement) if row.person_id}


@ends_search
def find_dead(person_ids: Collection[UUID]) -> Collection[UUID]:
    """Return who of some people was found dead: nobody looks for them or publishes their names."""
    ids = list(person_ids)
    return [
        dead
        for start in range(0, len(ids), CHUNK)
        for dead in list_deaths(ids[start : start + CHUNK])
    ]


def list_opponents(person_id: UUID) -> list[Opponent]:
    """Return from whom somebody is protected (相手方)."""
    statement = (
        select(Opponent)
        .where(
            Opponent.scope == disaster_scopes()[1],
            Opponent.is_withdrawn.is_(False),
            Opponent.person_id == person_id,
        )
        .order_by(Opponent.recorded_at, Opponent.id)
    )
    return list(db.session.scalars(statement))


def facts_of_told(row: Enquiry, nobody: UUID) -> Facts:
    """Return what an asker told of somebody, to be compared with records.

    Args:
        row: The enquiry.
        nobody: An id that no record has.
    """
    return Facts(
        id=nobody,
        name=row.name or "",
        kana=row.kana or "",
        birth=birth_told(row.birth),
        told_on=clock.local(row.asked_at).date(),
        sex=row.sex,
        address=row.address or "",
        phone=row.phone or "",
    )


def birth_told(text: str | None) -> BirthValue:
    """Read a birth date as it was kept; what cannot be read any more is unknown."""
    try:
        return parse_birth(text or "", clock.today())
    except BirthError:
        return UNKNOWN
