"""Reads of dwellings, applications and judgements."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.core.japanese.addresses import dwelling_key
from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.damage.models import (
    Application,
    ApplicationMember,
    Dwelling,
    DwellingKey,
    Judgement,
)
from victim_support.damage.rules import InForcePolicy, JudgementState, RequestedPaper, in_force

POLICY_SETTING = "damage.in_force_policy"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class CurrentJudgement:
    """The judgement in force of a dwelling, and why it is this one."""

    judgement: Judgement | None
    reason: str


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
    for ids in _chunks(dwelling_ids):
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


def get_application(application_id: UUID) -> Application:
    """Return an application the actor may see, or 404."""
    return find_application(application_id) or abort(404)


def find_application(application_id: UUID) -> Application | None:
    """Return an application the actor may see, or None."""
    return next(iter(_applications(Application.id == application_id)), None)


def find_applications(application_ids: Collection[UUID]) -> dict[UUID, Application]:
    """Return applications the actor may see, by id."""
    found = (
        each for ids in _chunks(application_ids) for each in _applications(Application.id.in_(ids))
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


def list_doubled_judgements(dwelling_ids: Collection[UUID] | None = None) -> list[list[Judgement]]:
    """Return approved judgements of one round of a dwelling that are not the same (食い違い).

    Two laptops judged the same dwelling; neither is silently the winner.
    """
    of_round: dict[tuple[UUID, int], list[Judgement]] = defaultdict(list)
    chosen = () if dwelling_ids is None else (Judgement.dwelling_id.in_(dwelling_ids),)
    for judgement in _judgements(Judgement.approved_at.is_not(None), *chosen):
        of_round[judgement.dwelling_id, judgement.round].append(judgement)
    return [
        found
        for found in of_round.values()
        if len({(one.grade, one.no_grade) for one in found}) > 1
    ]


def list_applications_of_people(person_ids: Collection[UUID]) -> list[Application]:
    """Return the applications in which any of these people is head, applicant or member."""
    found: dict[UUID, Application] = {}
    for ids in _chunks(person_ids):
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


def get_judgement(judgement_id: UUID) -> Judgement:
    """Return a judgement or 404."""
    judgement = db.session.get(Judgement, (current_scopes().core, judgement_id))
    if judgement is None or judgement.is_withdrawn:
        abort(404)
    return judgement


def list_judgements(dwelling_id: UUID) -> list[Judgement]:
    """Return all rounds of judgement of a dwelling, oldest first."""
    return _judgements(Judgement.dwelling_id == dwelling_id)


def list_waiting_judgements(*, limit: int | None = None, start: int = 0) -> list[Judgement]:
    """Return the judgements no second person has decided on, oldest first."""
    return _judgements(*_waiting(), limit=limit, start=start)


def count_waiting_judgements() -> int:
    """Return how many judgements no second person has decided on."""
    own = (Judgement.scope == current_scopes().core, Judgement.is_withdrawn.is_(False))
    return db.session.scalar(select(func.count()).where(*own, *_waiting())) or 0


def list_approved_judgements() -> list[Judgement]:
    """Return the judgements a second person has approved, oldest round first."""
    return _judgements(Judgement.approved_at.is_not(None))


def judgement_in_force(dwelling_id: UUID) -> CurrentJudgement:
    """Return the judgement in force of one dwelling."""
    return judgements_in_force([dwelling_id])[dwelling_id]


def judgements_in_force(dwelling_ids: Collection[UUID]) -> dict[UUID, CurrentJudgement]:
    """Return the judgement in force of each dwelling."""
    rounds: dict[UUID, list[Judgement]] = defaultdict(list)
    for ids in _chunks(dwelling_ids):
        for judgement in _judgements(Judgement.dwelling_id.in_(ids)):
            rounds[judgement.dwelling_id].append(judgement)
    policy = in_force_policy()
    return {dwelling_id: _current(rounds[dwelling_id], policy) for dwelling_id in dwelling_ids}


def in_force_policy() -> InForcePolicy:
    """Return the municipality's choice between the heavier and the newer judgement."""
    chosen = setting(POLICY_SETTING)
    return next((one for one in InForcePolicy if one == chosen), InForcePolicy.HEAVIER)


def _current(rounds: list[Judgement], policy: InForcePolicy) -> CurrentJudgement:
    unknown = [one for one in rounds if one.grade and one.known_grade is None]
    if any(one.state is JudgementState.APPROVED for one in unknown):
        return CurrentJudgement(None, "新しい版の判定があります。プログラムを新しくしてください。")
    chosen = in_force([one.facts for one in rounds], policy)
    by_id = {one.id: one for one in rounds}
    return CurrentJudgement(by_id[chosen.judgement.id] if chosen.judgement else None, chosen.reason)


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


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return Judgement.approved_at.is_(None), Judgement.returned_at.is_(None)


def _judgements(
    *conditions: ColumnElement[bool], limit: int | None = None, start: int = 0
) -> list[Judgement]:
    statement = (
        select(Judgement)
        .where(
            Judgement.scope == current_scopes().core, Judgement.is_withdrawn.is_(False), *conditions
        )
        .order_by(Judgement.round, Judgement.entered_at, Judgement.id)
        .limit(limit)
        .offset(start)
    )
    return list(db.session.scalars(statement))


def _chunks(ids: Collection[UUID]) -> list[list[UUID]]:
    listed = list(dict.fromkeys(ids))
    return [listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK)]
