"""Households: as in the register, or as people say at the desk."""

from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.victims.models import Household, household_id_of


def take_over_household(*, register_number: str) -> Household:
    """Write a household of the register into the ledger, once."""
    scope = current_scopes().core
    household_id = household_id_of(register_number)
    household = db.session.get(Household, (scope, household_id))
    if household is None:
        household = Household(scope=scope, id=household_id, register_number=register_number)
        db.session.add(household)
    elif household.is_withdrawn:
        household.is_withdrawn = False
    return household


def create_household() -> Household:
    """Write a household that nobody knew yet."""
    household = Household(scope=current_scopes().core, id=new_id())
    db.session.add(household)
    return household
