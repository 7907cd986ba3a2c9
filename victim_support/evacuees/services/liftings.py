"""Lift a protection (保護を解く): one asks with a reason, another one confirms or refuses."""

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees import queries
from victim_support.evacuees.models import Lifting
from victim_support.evacuees.rules import LiftingOutcome
from victim_support.evacuees.services.protection import lift_protection
from victim_support.victims.models import Person
from victim_support.victims.rules import Protection


class LiftingError(Exception):
    """The request cannot be made or decided so; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def request_lifting(person: Person, *, reason: str) -> Lifting:
    """Ask that a protection be lifted; it stays in force until somebody else has confirmed.

    Raises:
        LiftingError: Nothing is to be lifted, or somebody has asked already.
    """
    if person.protection in {None, Protection.NONE}:
        raise LiftingError("この方には保護の設定がありません。")
    if queries.find_open_lifting(person.id) is not None:
        raise LiftingError("この方の保護を解く求めは、もう出ています。")
    lifting = Lifting(
        scope=current_scopes().sealed,
        id=new_id(),
        person_id=person.id,
        reason=reason,
        requested_by=current_actor().id,
        requested_at=clock.now(),
    )
    db.session.add(lifting)
    return lifting


def confirm_lifting(lifting: Lifting) -> Person:
    """Lift the protection, as a second person who may.

    Raises:
        LiftingError: The same person asked, or it is decided already.
    """
    if lifting.requested_by == current_actor().id:
        raise LiftingError("求めた方とは別の保護担当の方が確かめてください。")
    _decide(lifting, LiftingOutcome.LIFTED)
    return lift_protection(lifting.person_id)


def close_lifting(lifting: Lifting, *, reason: str = "") -> LiftingOutcome:
    """Take one's own request back, or refuse somebody else's; the protection stays.

    Raises:
        LiftingError: It is decided already.
    """
    is_own = lifting.requested_by == current_actor().id
    outcome = LiftingOutcome.WITHDRAWN if is_own else LiftingOutcome.REFUSED
    _decide(lifting, outcome, reason)
    return outcome


def _decide(lifting: Lifting, outcome: LiftingOutcome, reason: str = "") -> None:
    if lifting.outcome is not None:
        raise LiftingError("先にほかの方が決めています。")
    lifting.outcome = outcome
    lifting.decided_by = current_actor().id
    lifting.decided_at = clock.now()
    lifting.decided_reason = reason or None
