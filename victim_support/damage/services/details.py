"""Write down what an application says beside its people: damage, consents, checks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.damage.models import Application
from victim_support.damage.rules.applying import (
    ApplicationSource,
    DamagedPart,
    HeadState,
    IdentityKind,
    PropertyKind,
    ResidenceProof,
    identity_problem,
    parts_text,
)
from victim_support.damage.services.errors import DamageError


@dataclass(frozen=True, slots=True)
class Identity:
    """How it was seen who applies (本人確認); never a number of a document."""

    kind: IdentityKind = IdentityKind.LATER
    detail: str = ""
    vouched_by: str = ""


@dataclass(frozen=True, slots=True)
class Residence:
    """What showed that they lived there (居住の確認): seen, not copied."""

    proof: ResidenceProof | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MailTo:
    """Where papers are sent when it is not the head's address (送り先)."""

    postal_code: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """The items of the application form beside place, cause and people."""

    property_kind: PropertyKind | None = None
    damaged_parts: Collection[DamagedPart] = ()
    head_state: HeadState | None = None
    identity: Identity = field(default_factory=Identity)
    residence: Residence = field(default_factory=Residence)
    agrees_registers: bool = False
    agrees_sharing: bool = False
    agrees_photos: bool = False
    mail_to: MailTo = field(default_factory=MailTo)
    source: ApplicationSource = ApplicationSource.COUNTER
    source_number: str = ""
    received_at: datetime | None = None
    """When it came, for one that came by paper or file; now when left out."""


def write_details(application: Application, details: Details, *, by: UUID | None) -> None:
    """Write the items of the form into an application that is being received."""
    application.property_kind = details.property_kind
    application.damaged_parts = parts_text(details.damaged_parts)
    application.head_state = details.head_state
    application.agrees_registers = details.agrees_registers
    application.agrees_sharing = details.agrees_sharing
    application.agrees_photos = details.agrees_photos
    application.mail_postal_code = details.mail_to.postal_code or None
    application.mail_address = details.mail_to.address or None
    application.source = details.source
    application.source_number = details.source_number or None
    if details.identity.kind is not IdentityKind.LATER:
        check_identity(application, details.identity, by=by)
    if details.residence.proof is not None:
        confirm_residence(application, details.residence, by=by)


def check_identity(application: Application, identity: Identity, *, by: UUID | None) -> None:
    """Write down how it was seen who applies, and by which officer (本人確認).

    Raises:
        DamageError: Without documents it is not said what was asked or who vouched.
    """
    problem = identity_problem(identity.kind, identity.detail, identity.vouched_by)
    if problem:
        raise DamageError(problem[1])
    application.identity_kind = identity.kind
    application.identity_detail = identity.detail or None
    application.identity_vouched_by = identity.vouched_by or None
    application.identity_by, application.identity_at = by, clock.now()


def confirm_residence(application: Application, residence: Residence, *, by: UUID | None) -> None:
    """Write down what showed that they lived there, and which officer saw it (居住の確認)."""
    application.residence_proof = residence.proof
    application.residence_note = residence.note or None
    application.residence_by, application.residence_at = by, clock.now()
