"""Write what a round found of people at home, and give the support register to those who help."""

from collections.abc import Collection
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import list_statements
from victim_support.vulnerable.models import EmergencyDecision, SafetyCheck, SupportProvision
from victim_support.vulnerable.queries.register import find_standing_decision
from victim_support.vulnerable.rules.register import (
    DecisionGround,
    ProvisionGround,
    RecipientKind,
)
from victim_support.vulnerable.rules.states import SAID, SEEN, CheckOutcome


class NoDecisionError(Exception):
    """The register is to be given without consent, and no decision of the mayor stands."""

    message = "市町村長の決定が記録されていません。同意のある人だけを提供できます。"


def record_check(
    person: Person, outcome: CheckOutcome, *, source: str, note: str = "", place: str = ""
) -> None:
    """Write down what a round found of somebody.

    要救助 and 連絡がとれない are what others say: they stand on the rescue list at once.
    Whoever was seen is not looked for any more: what was said before counts as settled.

    Args:
        person: Who.
        outcome: What was found.
        source: Which round, or who told it.
        note: How the person is.
        place: Where to look for somebody who needs rescue; else the address.
    """
    if outcome in SAID:
        victims.record_statement(
            person,
            kind=SAID[outcome],
            informant=source,
            place=place or person.address or "",
            note=note,
        )
        return
    check = SafetyCheck(
        scope=victims.writing_scope(person),
        id=new_id(),
        person_id=person.id,
        outcome=outcome,
        source=source or None,
        note=note or None,
        occurred_at=clock.now(),
    )
    db.session.add(check)
    if outcome in SEEN:
        for statement in list_statements([person.id]).get(person.id, []):
            if statement.settled_at is None:
                victims.settle_statement(statement, how=f"{outcome.label} {source}".strip())


def record_decision(*, ground: DecisionGround, reason: str, decided_by: str) -> EmergencyDecision:
    """Record the mayor's decision that life or body needs the register given without consent."""
    decision = EmergencyDecision(
        scope=current_scopes().core,
        id=new_id(),
        ground=ground,
        reason=reason,
        decided_by=decided_by,
        decided_at=clock.now(),
        recorded_by=current_actor_id(),
    )
    db.session.add(decision)
    return decision


def end_decision(decision: EmergencyDecision) -> None:
    """Say that the register is given with consent only again."""
    decision.ended_at = clock.now()
    decision.ended_by = current_actor_id()


def record_provision(
    *,
    recipient: str,
    recipient_kind: RecipientKind,
    ground: ProvisionGround,
    purpose: str,
    area: str,
    entry_ids: Collection[UUID],
) -> SupportProvision:
    """Note that lines of the register were given to somebody, before the paper is made.

    Raises:
        NoDecisionError: Without consent, and no decision of the mayor stands.
    """
    decision = find_standing_decision() if ground is ProvisionGround.EMERGENCY else None
    if ground is ProvisionGround.EMERGENCY and decision is None:
        raise NoDecisionError
    provision = SupportProvision(
        scope=current_scopes().core,
        id=new_id(),
        recipient=recipient,
        recipient_kind=recipient_kind,
        ground=ground,
        decision_id=decision.id if decision else None,
        purpose=purpose,
        area=area or None,
        entry_ids=sorted(str(each) for each in entry_ids),
        provided_by=current_actor_id(),
        provided_at=clock.now(),
    )
    db.session.add(provision)
    return provision
