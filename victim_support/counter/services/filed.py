"""Applications that came in files: received where everything agrees, else left to a person."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.japanese import parse_birth
from victim_support.core.japanese.addresses import address_key
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledApplication
from victim_support.counter.queries.filed import (
    filed_id,
    find_rows,
    list_attachments_to_seal,
    list_filed_to_seal,
    protected_names,
)
from victim_support.counter.rules.filed import FiledRow, FiledState, chosen_members, name_key
from victim_support.counter.services.attachments import give_to_dwelling
from victim_support.damage import services as damage
from victim_support.damage.models import Application
from victim_support.damage.rules import RequestedPaper, cause_text, place_parts, was_born_by
from victim_support.damage.rules.applying import (
    ApplicationSource,
    DamagedPart,
    IdentityKind,
    PropertyKind,
    parts_text,
)
from victim_support.disasters.queries import get_current_disaster
from victim_support.evacuees.queries.finding import (
    REGISTER,
    OpenedHousehold,
    OpenedPerson,
    match_register,
    open_household,
)
from victim_support.journal.taken_in import after_exchange
from victim_support.residents.queries import find_resident
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people
from victim_support.victims.rules import PersonData, Protection

Word = TypeVar("Word", bound=StrEnum)


class Taken(StrEnum):
    """What taking a row in did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def take_in(row: FiledRow, *, by: UUID | None, is_dry_run: bool = False) -> Taken:
    """Take an application from a file in: new, changed, or known as it is.

    It is received at once where the register names the household and the address, nobody of it is
    protected and every member is known; else it waits until a person says whose it is.
    """
    rows = find_rows(filed_id(row.key))
    sealed = rows.get(current_scopes().sealed)
    known = sealed or rows.get(current_scopes().core)
    if known is not None and known.digest == row.digest:
        return Taken.UNCHANGED
    if is_dry_run:
        return Taken.UPDATED if known else Taken.CREATED
    household = _household_of(row)
    is_sealed = sealed is not None or _is_protected(row, household)
    filed = known or _new(row, is_sealed=is_sealed)
    filed.digest = row.digest
    if filed.state == FiledState.RECEIVED:
        _update(filed, row)
        return Taken.UPDATED
    filed.number, filed.content = row.number or None, row.content
    filed.state, filed.reason = FiledState.WAITING, None
    if is_sealed and filed.scope == current_scopes().core:
        victims.move_to_sealed(filed)
        _seal_attachments()
    elif household is not None and not is_sealed:
        _receive(filed, row, household, by)
    return Taken.UPDATED if known else Taken.CREATED


def settle_filed(filed: FiledApplication, application: Application, *, by: UUID | None) -> None:
    """Say which application one from a file became; what was received stands there from now on."""
    filed.state, filed.application_id = FiledState.RECEIVED, application.id
    filed.settled_at, filed.settled_by = clock.now(), by
    filed.content, filed.reason = None, None
    give_to_dwelling(filed, application, by=by)
    if application.scope == current_scopes().sealed:
        victims.move_to_sealed(filed)


def set_filed_aside(filed: FiledApplication, *, reason: str, by: UUID | None) -> None:
    """Say why an application from a file is not received; it stays on the list of those.

    Raises:
        DamageError: No reason was given, or it is received already.
    """
    if not reason.strip():
        raise damage.DamageError("受け付けない理由を入れてください。")
    if filed.state == FiledState.RECEIVED:
        raise damage.DamageError("この申請は、もう受け付けています。")
    filed.state, filed.reason = FiledState.SET_ASIDE, reason
    filed.settled_at, filed.settled_by = clock.now(), by


def details_of(row: FiledRow) -> damage.Details:
    """Return the items of an application as its file says them."""
    day = date.fromisoformat(row.received_on) if row.received_on else None
    noon = datetime.combine(day, time(12), clock.JAPAN) if day else None
    signed = damage.Identity(IdentityKind.ELECTRONIC) if row.signed else damage.Identity()
    return damage.Details(
        property_kind=_member(PropertyKind, row.property_kind),
        damaged_parts=[part for part in DamagedPart if part.value in row.parts],
        identity=signed,
        agrees_registers=row.agrees_registers,
        agrees_sharing=row.agrees_sharing,
        agrees_photos=row.agrees_photos,
        source=_member(ApplicationSource, row.source) or ApplicationSource.PAPER,
        source_number=row.number,
        received_at=min(noon, clock.now()) if noon else None,
    )


@victims.on_protected
def seal_filed(_person_id: UUID) -> None:
    """Seal what came in files about somebody who is protected by now."""
    for filed in list_filed_to_seal():
        victims.move_to_sealed(filed)
    _seal_attachments()


@after_exchange
def seal_filed_that_came() -> None:
    """Seal what another machine took in before it knew of a protection."""
    is_due = bool(list_filed_to_seal() or list_attachments_to_seal())
    db.session.remove()
    if is_due:
        with transaction(reason="取り込んだ申請を保護の区画へ移す(同期のあと)"):
            for filed in list_filed_to_seal():
                victims.move_to_sealed(filed)
            _seal_attachments()


def _seal_attachments() -> None:
    db.session.flush()
    for row in list_attachments_to_seal():
        victims.move_to_sealed(row)


def _new(row: FiledRow, *, is_sealed: bool) -> FiledApplication:
    scopes = current_scopes()
    filed = FiledApplication(
        scope=scopes.sealed if is_sealed else scopes.core,
        id=filed_id(row.key),
        state=FiledState.WAITING,
        taken_in_at=clock.now(),
    )
    db.session.add(filed)
    return filed


def _household_of(row: FiledRow) -> OpenedHousehold | None:
    """Return the household of the register that a row names without doubt, or None."""
    birth = parse_birth(row.birth, clock.today()) if row.birth else UNKNOWN
    number = row.register_number
    if not number:
        data = PersonData(name=row.name, kana=row.kana, birth=birth)
        number = match_register(data).number or ""
    resident = find_resident(number) if number else None
    if resident is None or (row.name and name_key(resident.name) != name_key(row.name)):
        return None
    return open_household(f"{REGISTER}{resident.household_number}")


def _is_protected(row: FiledRow, household: OpenedHousehold | None) -> bool:
    people = household.people if household else []
    in_register = any(one.candidate.protection is not Protection.NONE for one in people)
    known = list_people([one.shown.id for one in people])
    in_ledger = any(one.protection not in {None, Protection.NONE} for one in known)
    return in_register or in_ledger or bool(row.names & protected_names())


def _receive(
    filed: FiledApplication, row: FiledRow, household: OpenedHousehold, by: UUID | None
) -> None:
    """Receive an application whose household, address and members all agree with the register."""
    applicant = next(
        (
            one
            for one in household.people
            if name_key(one.shown.name_received) == name_key(row.name)
        ),
        None,
    )
    address = _register_address(household)
    members = _members(row, household)
    if applicant is None or members is None or not _is_same_place(row.address, address):
        return
    place, unit = place_parts(address)
    dwelling = damage.ensure_dwelling(address=place, unit=row.unit or unit or None)
    written = damage.take_over(household, listed=members, applicant_id=applicant.shown.id)
    try:
        application = damage.receive_application(_data(row, written, dwelling.id, applicant), by=by)
    except damage.AlreadyAppliedError as error:
        application = error.application
    settle_filed(filed, application, by=by)


def _data(
    row: FiledRow, written: damage.TakenOver, dwelling_id: UUID, applicant: OpenedPerson
) -> damage.ApplicationData:
    disaster = get_current_disaster()
    began = clock.local(disaster.started_at).date() if disaster and disaster.started_at else None
    usual = cause_text(began, disaster.name) if disaster and began else ""
    return damage.ApplicationData(
        household_id=written.household_id,
        dwelling_id=dwelling_id,
        head_person_id=written.head_id,
        applicant=damage.Applicant(
            person_id=applicant.shown.id,
            relation=row.relation,
            contact=row.phone,
            staying_at=row.staying_at,
        ),
        members=written.members,
        cause=usual or row.cause,
        requested=_member(RequestedPaper, row.requested) or RequestedPaper.RISAI,
        wants_self_judgement=row.self_judgement,
        reported_damage=row.damage,
        details=details_of(row),
    )


def _update(filed: FiledApplication, row: FiledRow) -> None:
    """Write into a received application what its file says now of contact and damage."""
    application = db.session.get(Application, (filed.scope, filed.application_id))
    if application is None:
        return
    details = details_of(row)
    values = {
        "contact": row.phone or application.contact,
        "staying_at": row.staying_at or application.staying_at,
        "reported_damage": row.damage or application.reported_damage,
        "damaged_parts": parts_text(details.damaged_parts) or application.damaged_parts,
        "agrees_registers": row.agrees_registers or application.agrees_registers,
        "agrees_sharing": row.agrees_sharing or application.agrees_sharing,
        "agrees_photos": row.agrees_photos or application.agrees_photos,
    }
    for name, value in values.items():
        if getattr(application, name) != value:
            setattr(application, name, value)


def _members(row: FiledRow, household: OpenedHousehold) -> set[str] | None:
    """Return who lived there, None when the file names somebody the register does not know."""
    people = [one.shown for one in household.people]
    try:
        chosen = chosen_members(row.members, [(str(one.id), one.name_received) for one in people])
    except LookupError:
        return None
    disaster = get_current_disaster()
    day = clock.local(disaster.started_at).date() if disaster and disaster.started_at else None
    return {str(one.id) for one in people if str(one.id) in chosen and was_born_by(one.birth, day)}


def _register_address(household: OpenedHousehold) -> str:
    return next((one.candidate.data.address for one in household.people if one.shown.address), "")


def _is_same_place(one: str, other: str) -> bool:
    key = address_key(one)
    return bool(key) and key == address_key(other)


def _member(members: type[Word], value: str) -> Word | None:
    return next((member for member in members if member.value == value), None)
