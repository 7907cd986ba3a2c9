"""The support register (避難行動要支援者名簿) as somebody may see it, and how it was given out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Disclosure, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.victims.models import Person
from victim_support.victims.queries import disaster_scopes, list_people
from victim_support.victims.rules import Protection
from victim_support.vulnerable.models import EmergencyDecision, SupportEntry, SupportProvision
from victim_support.vulnerable.queries.states import list_standings
from victim_support.vulnerable.rules.register import (
    Consent,
    ProvisionGround,
    may_be_given,
)
from victim_support.vulnerable.rules.states import Standing
from victim_support.vulnerable.rules.streets import Street, street_of

ALL_PERMISSION = "support.read"


@dataclass(frozen=True, slots=True)
class SupportLine:
    """One line of the register as a viewer may see it, with how the person stands."""

    entry_id: UUID
    person_id: UUID
    person: DisclosedPerson
    reasons: str
    consent: Consent | str | None
    note: str
    plan: str | None
    supporters: tuple[str, ...]
    destination: str
    route: str
    district: str
    standing: Standing
    street: Street
    position: tuple[float, float] | None
    edited_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines of the register are wanted; empty is every one."""

    district: str = ""
    state: str = ""
    consent: str = ""


def list_lines(
    wanted: Wanted | None = None, *, disclosure: Disclosure | None = None
) -> list[SupportLine]:
    """Return the lines that the viewer may see, by street.

    Those who work at a shelter see who agreed to be known; everybody else of the list only after
    the mayor's decision. Of protected people a line is shown to those with the right to, only.
    """
    asked = wanted or Wanted()
    entries = [entry for entry in list_entries() if _fits(entry, asked)]
    if not current_actor().may(ALL_PERMISSION) and find_standing_decision() is None:
        entries = [entry for entry in entries if entry.consent is Consent.YES]
    lines = lines_of(entries, disclosure or view(Audience.DESK, Purpose.PRESENCE))
    return [line for line in lines if not asked.state or line.standing.state == asked.state]


def lines_of(entries: Sequence[SupportEntry], disclosure: Disclosure) -> list[SupportLine]:
    """Return entries as lines of a list, those that may be shown, by street."""
    people = {person.id: person for person in list_people(_ids(entries))}
    shown = [
        (entry, person)
        for entry in entries
        if not _is_hidden(people, entry, disclosure)
        and (person := disclosure.person(entry)) is not None
    ]
    standings = list_standings([entry.person_id or entry.id for entry, _ in shown])
    lines = [
        _line(entry, person, standings[entry.person_id or entry.id]) for entry, person in shown
    ]
    return sorted(lines, key=lambda line: (line.street, line.person.kana, str(line.entry_id)))


def list_entries() -> list[SupportEntry]:
    """Return every line of the register, of the fullest row: for services, never for a page."""
    statement = (
        select(SupportEntry)
        .where(SupportEntry.scope.in_(disaster_scopes()), SupportEntry.is_withdrawn.is_(False))
        .order_by(SupportEntry.id, SupportEntry.scope)
    )
    sealed = current_scopes().sealed
    rows = sorted(db.session.scalars(statement), key=lambda row: row.scope == sealed)
    return list({row.id: row for row in rows}.values())


def list_edited() -> list[SupportEntry]:
    """Return the lines that somebody wrote, corrected or took off by hand: for services only."""
    statement = (
        select(SupportEntry)
        .where(SupportEntry.scope.in_(disaster_scopes()), SupportEntry.edited_at.is_not(None))
        .order_by(SupportEntry.id, SupportEntry.scope)
    )
    return list(db.session.scalars(statement))


def get_entry(entry_id: UUID) -> SupportEntry:
    """Return a line of the register, or 404."""
    found = [row for scope in reversed(disaster_scopes()) if (row := _entry(scope, entry_id))]
    return found[0] if found else abort(404)


def list_districts() -> list[str]:
    """Return the districts (行政区) of the register, of lines that anybody may see."""
    core = current_scopes().core
    districts = {entry.district or "" for entry in list_entries() if entry.scope == core}
    return sorted(districts - {""})


def list_decisions() -> list[EmergencyDecision]:
    """Return the mayor's decisions to give the register without consent, newest first."""
    statement = (
        select(EmergencyDecision)
        .where(
            EmergencyDecision.scope == current_scopes().core,
            EmergencyDecision.is_withdrawn.is_(False),
        )
        .order_by(EmergencyDecision.decided_at.desc(), EmergencyDecision.id)
    )
    return list(db.session.scalars(statement))


def find_standing_decision() -> EmergencyDecision | None:
    """Return the decision that stands now, or None: then only who agreed may be given."""
    return next((one for one in list_decisions() if one.ended_at is None), None)


def list_provisions() -> list[SupportProvision]:
    """Return to whom the register was given, newest first."""
    statement = (
        select(SupportProvision)
        .where(
            SupportProvision.scope == current_scopes().core,
            SupportProvision.is_withdrawn.is_(False),
        )
        .order_by(SupportProvision.provided_at.desc(), SupportProvision.id)
    )
    return list(db.session.scalars(statement))


def get_provision(provision_id: UUID) -> SupportProvision:
    """Return a provision or 404."""
    row = db.session.get(SupportProvision, (current_scopes().core, provision_id))
    return abort(404) if row is None or row.is_withdrawn else row


def list_given(ground: ProvisionGround, district: str = "") -> list[SupportLine]:
    """Return the lines that may be given out on a ground; never of anybody protected."""
    entries = [
        entry
        for entry in list_entries()
        if may_be_given(entry, ground) and _fits(entry, Wanted(district=district))
    ]
    return lines_of(entries, view(Audience.FILE, Purpose.RECORD))


def list_provided(provision: SupportProvision) -> list[SupportLine]:
    """Return what was given, without those who are protected by now."""
    ids = set(provision.entry_ids or ())
    entries = [entry for entry in list_entries() if str(entry.id) in ids]
    return lines_of(entries, view(Audience.FILE, Purpose.RECORD))


def _entry(scope: str, entry_id: UUID) -> SupportEntry | None:
    row = db.session.get(SupportEntry, (scope, entry_id))
    return None if row is None or row.is_withdrawn else row


def _fits(entry: SupportEntry, wanted: Wanted) -> bool:
    return (not wanted.district or entry.district == wanted.district) and (
        not wanted.consent or entry.consent == wanted.consent
    )


def _ids(entries: Collection[SupportEntry]) -> list[UUID]:
    return [entry.person_id for entry in entries if entry.person_id]


def _is_hidden(people: Mapping[UUID, Person], entry: SupportEntry, disclosure: Disclosure) -> bool:
    """Tell whether the ledger protects somebody whom the line itself does not mark."""
    person = people.get(entry.person_id) if entry.person_id else None
    if person is None or disclosure.sees_sealed:
        return False
    return person.protection not in {None, Protection.NONE}


def _line(entry: SupportEntry, person: DisclosedPerson, standing: Standing) -> SupportLine:
    has_position = entry.latitude is not None and entry.longitude is not None
    return SupportLine(
        entry_id=entry.id,
        person_id=entry.person_id or entry.id,
        person=person,
        reasons=entry.reasons or "",
        consent=entry.consent,
        note=entry.note or "",
        plan=entry.plan,
        supporters=tuple((entry.supporters or "").splitlines()),
        destination=entry.destination or "",
        route=entry.route or "",
        district=entry.district or "",
        standing=standing,
        street=street_of(person.address),
        position=(entry.latitude or 0, entry.longitude or 0) if has_position else None,
        edited_at=entry.edited_at,
    )
