"""The ledger of applications (受付簿): whose, where, since when, how far."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.counter.rules.ledger import LedgerState, days_waited, ledger_state
from victim_support.damage.models import Application, Dwelling
from victim_support.damage.queries import (
    judgements_in_force,
    list_applications,
    list_dwellings,
    visible_scopes,
)
from victim_support.victims.queries import CHUNK, list_people
from victim_support.victims.rules import label_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One application as the ledger has it."""

    application: Application
    dwelling: Dwelling
    head: DisclosedPerson | None
    outcome: str
    state: LedgerState
    days: int


def list_ledger(
    audience: Audience = Audience.COUNTER, state: LedgerState | None = None, days: int = 0
) -> list[LedgerLine]:
    """Return the applications, the oldest first.

    Args:
        audience: Who will read the list; on paper and in files only those whose place may be shown.
        state: Only those so far.
        days: Only those received so many days ago, or earlier.
    """
    now = clock.now()
    applications = [
        one for one in list_applications(limit=None) if days_waited(one.received_at, now) >= days
    ]
    dwellings = list_dwellings([one.dwelling_id for one in applications])
    current = judgements_in_force(list(dwellings))
    issued = _issued([one.id for one in applications])
    heads = _heads(applications, audience)
    found = []
    for one in reversed(applications):
        dwelling = dwellings.get(one.dwelling_id)
        head = heads.get(one.head_person_id) if one.head_person_id else None
        if dwelling is None or (head is None and audience is not Audience.COUNTER):
            continue
        judgement = current[dwelling.id].judgement if dwelling.id in current else None
        outcome = label_of(judgement.grade or judgement.no_grade) if judgement else ""
        reached = ledger_state(is_judged=judgement is not None, is_issued=one.id in issued)
        if state is None or reached is state:
            waited = days_waited(one.received_at, now)
            found.append(LedgerLine(one, dwelling, head, outcome, reached, waited))
    return found


def _heads(
    applications: Collection[Application], audience: Audience
) -> dict[UUID, DisclosedPerson]:
    is_screen = audience is Audience.COUNTER
    disclosure = view(audience, Purpose.RECORD if is_screen else Purpose.PRESENCE)
    ids = {one.head_person_id for one in applications if one.head_person_id}
    return {
        person.id: shown
        for person in list_people(ids)
        if (is_screen or disclosure.shows_address(person)) and (shown := disclosure.person(person))
    }


def _issued(application_ids: list[UUID]) -> set[UUID]:
    """Return the applications that have a paper which counts, a receipt apart."""
    found: set[UUID] = set()
    for start in range(0, len(application_ids), CHUNK):
        statement = (
            select(Certificate.application_id)
            .join(NumberEntry, NumberEntry.number == Certificate.number)
            .where(
                Certificate.scope.in_(visible_scopes()),
                Certificate.is_withdrawn.is_(False),
                Certificate.kind != PaperKind.RECEIPT,
                Certificate.application_id.in_(application_ids[start : start + CHUNK]),
                NumberEntry.scope == current_scopes().core,
                NumberEntry.state == NumberState.ISSUED,
            )
        )
        found |= set(db.session.scalars(statement))
    return found
