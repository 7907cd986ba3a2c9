"""What is checked of an application, or changes in it, after it was received."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from victim_support.damage.models import Application
from victim_support.damage.queries import list_members
from victim_support.damage.rules.applying import IdentityKind, OtherMember
from victim_support.damage.services import (
    Identity,
    MailTo,
    MemberEntry,
    Residence,
    change_members,
    check_identity,
    confirm_residence,
    take_over,
    write_others,
)
from victim_support.evacuees.queries.finding import OpenedHousehold


@dataclass(frozen=True, slots=True)
class Changes:
    """What the counter writes down later."""

    identity: Identity
    residence: Residence
    contact: str
    staying_at: str
    mail_to: MailTo
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
        "mail_postal_code": changes.mail_to.postal_code or None,
        "mail_address": changes.mail_to.address or None,
        "agrees_registers": changes.agrees_registers,
        "agrees_sharing": changes.agrees_sharing,
    }
    for name, value in values.items():
        if getattr(application, name) != value:
            setattr(application, name, value)


def correct_members(
    application: Application,
    household: OpenedHousehold | None,
    *,
    listed: Collection[str],
    others: Iterable[OtherMember],
    reason: str,
) -> None:
    """Put right who lived in the dwelling (世帯構成員); papers that were issued stay as they are.

    Args:
        application: The application.
        household: Whose it is, as the clerk sees it; None when nobody of it can be opened.
        listed: Ids of those of the household, and of those listed before, who lived there.
        others: Who lived there too and is in no list; each becomes a person of the ledger.
        reason: Why the list is put right.
    """
    before = {row.person_id: row.relation or "" for row in list_members(application)}
    found = _of_household(application, household, listed)
    kept = [each for each in before if str(each) in listed and each not in found]
    members = [MemberEntry(each, before.get(each) or relation) for each, relation in found.items()]
    members += [MemberEntry(each, before[each]) for each in kept]
    members += write_others(others, application.household_id)
    change_members(application, members=members, reason=reason)


def _of_household(
    application: Application, household: OpenedHousehold | None, listed: Collection[str]
) -> dict[UUID, str]:
    """Return who of the household is listed, with the relation; the ledger has them from now on."""
    if household is None:
        return {}
    written = take_over(
        household,
        listed=listed,
        applicant_id=application.applicant_person_id,
        head_id=application.head_person_id,
    )
    return {one.person_id: one.relation for one in written.members}
