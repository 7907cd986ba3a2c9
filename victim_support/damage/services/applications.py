"""Write dwellings and applications down."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application, ApplicationMember, Dwelling
from victim_support.damage.photos import seal_photos_of
from victim_support.damage.queries import (
    find_dwelling_at,
    find_same_application,
    list_applications_naming,
    list_member_rows,
)
from victim_support.damage.rules import RequestedPaper
from victim_support.damage.rules.applying import OtherMember, ProxyKind
from victim_support.damage.services.details import Details, write_details
from victim_support.damage.services.errors import AlreadyAppliedError, DamageError
from victim_support.damage.services.indexing import index_dwelling
from victim_support.evacuees.queries.finding import OpenedHousehold, OpenedPerson
from victim_support.evacuees.rules import RegisterMatch
from victim_support.evacuees.services import take_over_resident
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people
from victim_support.victims.rules import HEADS, PersonData, Protection


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One member as the clerk leaves the list."""

    person_id: UUID
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: one of the people, or somebody for them (代理人), and where to be reached."""

    person_id: UUID | None = None
    name: str = ""
    relation: str = ""
    contact: str = ""
    proxy_kind: ProxyKind | None = None
    staying_at: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationData:
    """What the clerk writes down of an application."""

    household_id: UUID
    dwelling_id: UUID
    head_person_id: UUID | None
    applicant: Applicant
    members: Sequence[MemberEntry]
    cause: str
    requested: RequestedPaper = RequestedPaper.RISAI
    wants_self_judgement: bool = False
    reported_damage: str = ""
    members_reason: str = ""
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A household in the ledger, as far as an application needs it."""

    household_id: UUID
    head_id: UUID
    members: list[MemberEntry]


def take_over(
    household: OpenedHousehold,
    *,
    listed: Collection[str],
    applicant_id: UUID | None,
    head_id: UUID | None = None,
    others: Iterable[OtherMember] = (),
    relations: Mapping[UUID, str] | None = None,
) -> TakenOver:
    """Write the people of an application into the ledger, where they are not in it yet.

    A protected person is written only for her own application, as head or applicant.

    Args:
        household: The household of the register or of the ledger.
        listed: Ids of the members who lived in the dwelling.
        applicant_id: Who of them applies, None for somebody else.
        head_id: Who of them stands on the papers as head, None for the head of the register.
        others: Who lived there too and is not among them; each becomes a person of the ledger.
        relations: The relation of members to the head, where it is not that of the register.
    """
    head = head_of(household, head_id)
    owners = {head.shown.id, applicant_id}
    household_id = _household_of(household)
    members: list[MemberEntry] = []
    for one in household.people:
        person_id = one.shown.id
        is_listed = str(person_id) in listed
        if not is_listed and person_id not in owners:
            continue
        candidate = one.candidate
        if candidate.protection is not Protection.NONE and person_id not in owners:
            continue
        if candidate.register_number is not None:
            take_over_resident(
                candidate.data,
                register_number=candidate.register_number,
                household_id=household_id,
                protection=candidate.protection,
            )
        if is_listed:
            said = (relations or {}).get(person_id) or one.shown.relation
            relation = "世帯主" if one is head else said
            members.append(MemberEntry(person_id, relation))
    members += write_others(others, household_id)
    db.session.flush()
    return TakenOver(household_id, head.shown.id, members)


def write_others(others: Iterable[OtherMember], household_id: UUID) -> list[MemberEntry]:
    """Write down who lived there and is in no register, each a person of the household."""
    data = [PersonData(name=one.name, kana=one.kana, relation=one.relation) for one in others]
    people = [victims.create_person(one, household_id=household_id) for one in data]
    return [MemberEntry(person.id, person.relation or "") for person in people]


def write_unknown(head: PersonData, match: RegisterMatch) -> UUID:
    """Write down the household of somebody whom nobody knew yet, to apply; return its id."""
    household = victims.create_household()
    person = victims.create_person(head, household_id=household.id, link=match.link)
    household.head_person_id = person.id
    db.session.flush()
    return household.id


def head_of(household: OpenedHousehold, head_id: UUID | None = None) -> OpenedPerson:
    """Return who stands on the papers as head (世帯主): the one chosen, else the register's."""
    people = household.people
    chosen = next((one for one in people if one.shown.id == head_id), None)
    return chosen or next((one for one in people if one.shown.relation in HEADS), people[0])


def ensure_dwelling(
    *,
    address: str,
    unit: str | None = None,
    house_register_number: str | None = None,
    structure: str | None = None,
) -> Dwelling:
    """Return the dwelling (住家) at a place, written down once.

    A dwelling of the house register (家屋台帳) has the same id on every laptop.
    """
    scopes = current_scopes()
    dwelling_id = new_id()
    if house_register_number:
        dwelling_id = natural_id("dwelling", scopes.municipality, house_register_number)
        known = db.session.get(Dwelling, (scopes.base, dwelling_id))
    else:
        known = find_dwelling_at(address, unit)
    if known is not None:
        return known
    dwelling = Dwelling(
        scope=scopes.base,
        id=dwelling_id,
        address=address,
        unit=unit or None,
        house_register_number=house_register_number,
        structure=structure,
    )
    db.session.add(dwelling)
    db.session.flush()
    index_dwelling(dwelling)
    return dwelling


def receive_application(data: ApplicationData, *, by: UUID | None) -> Application:
    """Receive a household's application for a dwelling (交付申請の受付).

    A protected person (支援措置) stays off a list that is another's: she is on it only when she is
    the head or applies herself, and then all of the application lies in the sealed scope.

    Raises:
        AlreadyAppliedError: There is an application of this household for this paper and dwelling.
    """
    applicant = data.applicant
    owners = {data.head_person_id, applicant.person_id} - {None}
    protected = protected_among([*owners, *(member.person_id for member in data.members)])
    is_sealed = bool(owners & protected)
    known = find_same_application(
        data.household_id, data.dwelling_id, data.requested, is_sealed=is_sealed
    )
    if known is not None:
        raise AlreadyAppliedError(known)
    application = Application(
        scope=_scope_for(is_sealed=is_sealed),
        id=new_id(),
        household_id=data.household_id,
        dwelling_id=data.dwelling_id,
        head_person_id=data.head_person_id,
        applicant_person_id=applicant.person_id,
        applicant_name=applicant.name or None,
        applicant_relation=applicant.relation or None,
        proxy_kind=applicant.proxy_kind,
        contact=applicant.contact or None,
        staying_at=applicant.staying_at or None,
        cause=data.cause,
        requested=data.requested,
        wants_self_judgement=data.wants_self_judgement,
        reported_damage=data.reported_damage or None,
        members_reason=data.members_reason or None,
        received_at=data.details.received_at or clock.now(),
        received_by=by,
    )
    write_details(application, data.details, by=by)
    db.session.add(application)
    if is_sealed:
        seal_photos_of(data.dwelling_id)
    hidden = protected - owners
    _write_members(application, [one for one in data.members if one.person_id not in hidden])
    db.session.flush()
    return application


def change_members(
    application: Application, *, members: Sequence[MemberEntry], reason: str
) -> None:
    """Make these the members of the dwelling; the reason why they differ from the register stays.

    Raises:
        DamageError: No reason was given.
    """
    if not reason.strip():
        raise DamageError("世帯構成員を変える理由を入れてください。")
    owners = {application.head_person_id, application.applicant_person_id}
    hidden = protected_among(member.person_id for member in members) - owners
    application.members_reason = reason
    _write_members(application, [one for one in members if one.person_id not in hidden])


@victims.on_protected
def seal_applications(person_id: UUID) -> None:
    """Seal the applications of somebody who is protected by now, and her line on those of others.

    Her own (as head or applicant) go with all their members, as if received today.
    """
    core = current_scopes().core
    for application in list_applications_naming(person_id):
        is_own = person_id in {application.head_person_id, application.applicant_person_id}
        for row in list_member_rows(application.id):
            if row.scope == core and (is_own or row.person_id == person_id):
                victims.move_to_sealed(row)
        if is_own:
            seal_photos_of(application.dwelling_id)
            victims.move_to_sealed(application)


def _household_of(household: OpenedHousehold) -> UUID:
    if household.register_number is not None:
        return victims.take_over_household(register_number=household.register_number).id
    return household.household_id or victims.create_household().id


def protected_among(person_ids: Iterable[UUID | None]) -> set[UUID]:
    """Return who of these is protected (支援措置), whoever asks: it decides what is written."""
    people = list_people([person_id for person_id in person_ids if person_id])
    return {person.id for person in people if person.protection not in {None, Protection.NONE}}


def _scope_for(*, is_sealed: bool) -> str:
    scopes = current_scopes()
    return scopes.sealed if is_sealed else scopes.core


def _write_members(application: Application, members: Sequence[MemberEntry]) -> None:
    wanted = {member.person_id for member in members}
    mine = [row for row in list_member_rows(application.id) if row.scope == application.scope]
    rows = {row.person_id: row for row in mine}
    for person_id, row in rows.items():
        if person_id not in wanted and not row.is_withdrawn:
            row.is_withdrawn = True
    for position, member in enumerate(members, start=1):
        row = rows.get(member.person_id) or _new_member(application, member.person_id)
        row.relation = member.relation or None
        row.position = position
        if row.is_withdrawn:
            row.is_withdrawn = False


def _new_member(application: Application, person_id: UUID) -> ApplicationMember:
    key = f"{application.id}/{person_id}"
    row = ApplicationMember(
        scope=application.scope,
        id=natural_id("application-member", current_scopes().municipality, key),
        application_id=application.id,
        person_id=person_id,
    )
    db.session.add(row)
    return row
