"""Writes of damage: dwellings, applications, judgements and their approval."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id, new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application, ApplicationMember, Dwelling, Judgement
from victim_support.damage.photos import seal_photos_of
from victim_support.damage.queries import (
    find_dwelling_at,
    find_same_application,
    list_applications_naming,
    list_doubled_judgements,
    list_member_rows,
)
from victim_support.damage.rules import (
    DamageGrade,
    Inundation,
    JudgementMethod,
    JudgementState,
    NoGrade,
    RequestedPaper,
    may_decide,
)
from victim_support.evacuees.queries.finding import OpenedHousehold
from victim_support.evacuees.services import take_over_resident
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people
from victim_support.victims.rules import HEADS, Protection


class DamageError(Exception):
    """Something the desk can read and act on."""


class AlreadyAppliedError(DamageError):
    """The household has applied for this paper about this dwelling already."""

    def __init__(self, application: Application) -> None:
        super().__init__("この世帯は、この住家について申請済みです。")
        self.application = application


class SamePersonError(DamageError):
    """The person who entered a judgement tried to decide on it."""


class AlreadyDecidedError(DamageError):
    """A second person has decided on this judgement already."""


class UnclearOutcomeError(DamageError):
    """A judgement needs exactly one of a grade and an outcome that is no grade."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One member as the clerk leaves the list."""

    person_id: UUID
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: one of the people, or somebody for them (代理人)."""

    person_id: UUID | None = None
    name: str = ""
    relation: str = ""
    contact: str = ""


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


@dataclass(frozen=True, slots=True)
class Survey:
    """What a survey found, how, when and by whom; one of grade and no_grade."""

    method: JudgementMethod
    judged_on: date
    judged_by: str
    grade: DamageGrade | None = None
    no_grade: NoGrade | None = None
    inundation: Inundation | None = None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A household in the ledger, as far as an application needs it."""

    household_id: UUID
    head_id: UUID
    members: list[MemberEntry]


def take_over(
    household: OpenedHousehold, *, listed: Collection[str], applicant_id: UUID | None
) -> TakenOver:
    """Write the people of an application into the ledger, where they are not in it yet.

    A protected person is written only for her own application, as head or applicant.

    Args:
        household: The household of the register or of the ledger.
        listed: Ids of the members who lived in the dwelling.
        applicant_id: Who of them applies, None for somebody else.
    """
    head = next(
        (one for one in household.people if one.shown.relation in HEADS), household.people[0]
    )
    owners = {head.shown.id, applicant_id}
    if household.register_number is not None:
        household_id = victims.take_over_household(register_number=household.register_number).id
    else:
        household_id = household.household_id or victims.create_household().id
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
            relation = "世帯主" if one is head else one.shown.relation
            members.append(MemberEntry(person_id, relation))
    db.session.flush()
    return TakenOver(household_id, head.shown.id, members)


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
    protected = _protected([*owners, *(member.person_id for member in data.members)])
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
        contact=applicant.contact or None,
        cause=data.cause,
        requested=data.requested,
        wants_self_judgement=data.wants_self_judgement,
        reported_damage=data.reported_damage or None,
        members_reason=data.members_reason or None,
        received_at=clock.now(),
        received_by=by,
    )
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
    hidden = _protected(member.person_id for member in members) - owners
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


def record_judgement(
    *, dwelling_id: UUID, survey: Survey, note: str = "", by: UUID | None
) -> Judgement:
    """Append a round of judgement (判定); earlier rounds stay as they are.

    Raises:
        UnclearOutcomeError: Not exactly one of a grade and an outcome that is no grade.
    """
    if (survey.grade is None) is (survey.no_grade is None):
        raise UnclearOutcomeError("被害の程度か、程度のつかない結果のどちらかを選んでください。")
    judgement = Judgement(
        scope=current_scopes().core,
        id=new_id(),
        dwelling_id=dwelling_id,
        round=_last_round(dwelling_id) + 1,
        grade=survey.grade,
        no_grade=survey.no_grade,
        method=survey.method,
        judged_on=survey.judged_on,
        judged_by=survey.judged_by,
        inundation=survey.inundation,
        note=note or None,
        entered_by=by,
        entered_at=clock.now(),
    )
    db.session.add(judgement)
    db.session.flush()
    return judgement


def approve_judgement(judgement: Judgement, *, by: UUID) -> None:
    """Approve a judgement (認定) as the second person.

    Raises:
        SamePersonError: It was entered by the same person.
        AlreadyDecidedError: Somebody has decided already.
    """
    _check_decision(judgement, by)
    judgement.approved_by = by
    judgement.approved_at = clock.now()


def return_judgement(judgement: Judgement, *, reason: str, by: UUID) -> None:
    """Send a judgement back (差し戻し); a new round is recorded in its place.

    Raises:
        SamePersonError: It was entered by the same person.
        AlreadyDecidedError: Somebody has decided already.
        DamageError: No reason was given.
    """
    _check_decision(judgement, by)
    if not reason.strip():
        raise DamageError("差し戻す理由を入れてください。")
    judgement.returned_by = by
    judgement.returned_at = clock.now()
    judgement.returned_reason = reason


def set_aside_judgement(judgement: Judgement, *, reason: str, by: UUID) -> None:
    """Send back one of two approved judgements of the same round; the other one holds.

    Raises:
        AlreadyDecidedError: There is no other one any more.
        SamePersonError: It was entered by the same person.
        DamageError: No reason was given.
    """
    doubled = list_doubled_judgements([judgement.dwelling_id])
    if not any(judgement in found for found in doubled):
        raise AlreadyDecidedError("この判定は、もう食い違っていません。")
    if not may_decide(decided_by=by, entered_by=judgement.entered_by):
        raise SamePersonError("入力した人とは別の人が決めてください。")
    if not reason.strip():
        raise DamageError("差し戻す理由を入れてください。")
    judgement.approved_by = judgement.approved_at = None
    judgement.returned_by, judgement.returned_at = by, clock.now()
    judgement.returned_reason = reason


def _check_decision(judgement: Judgement, by: UUID) -> None:
    if judgement.state is not JudgementState.WAITING:
        raise AlreadyDecidedError("この判定は、もう承認か差し戻しが済んでいます。")
    if not may_decide(decided_by=by, entered_by=judgement.entered_by):
        raise SamePersonError("入力した人とは別の人が承認してください。")


def _last_round(dwelling_id: UUID) -> int:
    statement = select(func.max(Judgement.round)).where(
        Judgement.scope == current_scopes().core, Judgement.dwelling_id == dwelling_id
    )
    return db.session.scalar(statement) or 0


def _protected(person_ids: Iterable[UUID | None]) -> set[UUID]:
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
