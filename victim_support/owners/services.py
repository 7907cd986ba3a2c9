"""Receive the application of an owner who does not live in the house."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage import services as damage
from victim_support.damage.models import Application
from victim_support.damage.queries import list_applications_naming, list_partly_sealed
from victim_support.damage.rules import RequestedPaper
from victim_support.evacuees.queries.finding import REGISTER, open_household
from victim_support.owners.models import OwnershipCheck
from victim_support.owners.queries import LedgerOwner, list_checks
from victim_support.owners.rules import OwnershipProof
from victim_support.victims import services as victims
from victim_support.victims.rules import PersonData


@dataclass(frozen=True, slots=True)
class Claim:
    """What an owner says, and what showed that it is so."""

    dwelling_id: UUID
    owner: LedgerOwner | PersonData
    contact: str
    cause: str
    reported_damage: str
    proof: OwnershipProof
    note: str = ""


def receive_claim(claim: Claim, *, by: UUID | None) -> Application:
    """Receive an owner's application (所有者の申請の受付); nobody is a member of a household in it.

    Raises:
        AlreadyAppliedError: This resident has applied for this house as its owner.
    """
    household_id, person_id = _written(claim.owner)
    application = damage.receive_application(
        damage.ApplicationData(
            household_id=household_id,
            dwelling_id=claim.dwelling_id,
            head_person_id=person_id,
            applicant=damage.Applicant(
                person_id=person_id, relation="所有者", contact=claim.contact
            ),
            members=[],
            cause=claim.cause,
            requested=RequestedPaper.OWNER,
            reported_damage=claim.reported_damage,
        ),
        by=by,
    )
    check = OwnershipCheck(
        scope=application.scope,
        id=new_id(),
        application_id=application.id,
        proof=claim.proof,
        note=claim.note or None,
        checked_by=by,
        checked_at=clock.now(),
    )
    db.session.add(check)
    return application


def _written(owner: LedgerOwner | PersonData) -> tuple[UUID, UUID]:
    """Write the owner into the ledger of victims; return household and person."""
    if isinstance(owner, LedgerOwner):
        household = open_household(f"{REGISTER}{owner.household_number}")
        if household is None or owner.person_id is None:
            raise damage.DamageError("所有者が住民データに見つかりません。下に書いてください。")
        written = damage.take_over(
            household, listed=(), applicant_id=owner.person_id, head_id=owner.person_id
        )
        return written.household_id, owner.person_id
    household_id = victims.create_household().id
    person = victims.create_person(owner, household_id=household_id)
    db.session.flush()
    return household_id, person.id


@victims.on_protected
def seal_checks(person_id: UUID) -> None:
    """Seal what was seen of the ownership of somebody protected by now."""
    for application in list_applications_naming(person_id):
        if person_id in {application.head_person_id, application.applicant_person_id}:
            for row in list_checks(application.id):
                victims.move_to_sealed(row)


@victims.finds_open
def find_open_checks() -> Collection[UUID]:
    """Return who is protected and whose ownership was seen in the open scope (同期のあと)."""
    whose = set(db.session.scalars(victims.protected_ids()))
    sealed = {one.id: one for one in list_partly_sealed()}
    statement = select(OwnershipCheck.application_id).where(
        OwnershipCheck.scope == current_scopes().core, OwnershipCheck.is_withdrawn.is_(False)
    )
    found = [sealed[each] for each in db.session.scalars(statement) if each in sealed]
    return whose & {each for one in found for each in (one.head_person_id, one.applicant_person_id)}
