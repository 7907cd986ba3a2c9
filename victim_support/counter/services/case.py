"""What is checked of an application, or changes in it, after it was received."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.damage.models import Application
from victim_support.damage.rules.applying import IdentityKind
from victim_support.damage.services import (
    Identity,
    Residence,
    check_identity,
    confirm_residence,
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the counter writes down later."""

    identity: Identity
    residence: Residence
    contact: str
    staying_at: str
    agrees_registers: bool
    agrees_sharing: bool


def change_case(application: Application, changes: Changes, *, by: UUID | None) -> None:
    """Write down what was checked or changed; a check that says the same keeps its officer.

    Raises:
        DamageError: Identity without documents does not say what was asked or who vouched.
    """
    identity, residence = changes.identity, changes.residence
    known = (
        application.identity_kind,
        application.identity_detail or "",
        application.identity_vouched_by or "",
    )
    if identity.kind is not IdentityKind.LATER and known != (
        identity.kind,
        identity.detail,
        identity.vouched_by,
    ):
        check_identity(application, identity, by=by)
    seen = (application.residence_proof, application.residence_note or "")
    if residence.proof is not None and seen != (residence.proof, residence.note):
        confirm_residence(application, residence, by=by)
    values = {
        "contact": changes.contact or None,
        "staying_at": changes.staying_at or None,
        "agrees_registers": changes.agrees_registers,
        "agrees_sharing": changes.agrees_sharing,
    }
    for name, value in values.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
