"""Who owns a dwelling by the house ledger, as far as the viewer may see."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.japanese.addresses import address_key
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Dwelling
from victim_support.houses.models import House
from victim_support.houses.queries import find_houses, open_house
from victim_support.owners.models import OwnershipCheck
from victim_support.residents.models import Resident


@dataclass(frozen=True, slots=True)
class LedgerOwner:
    """The owner as the house ledger tells it; the household only of residents."""

    name: str
    address: str
    household_number: str
    person_id: UUID | None

    @property
    def is_resident(self) -> bool:
        """Tell whether the owner is in the resident register."""
        return self.person_id is not None and bool(self.household_number)


def find_owner(dwelling: Dwelling) -> LedgerOwner | None:
    """Return the owner of a dwelling by the house ledger; None when unknown or not to be shown."""
    house = _house_of(dwelling)
    if house is None:
        return None
    opened = open_house(house.number)
    if not opened.is_owner_shown or not (house.owner_name or opened.owner):
        return None
    if opened.owner is None:
        return LedgerOwner(house.owner_name, house.owner_address, "", None)
    resident = db.session.get(Resident, house.owner_number)
    return LedgerOwner(
        opened.owner.name_received or opened.owner.name,
        opened.owner.address or house.owner_address,
        resident.household_number if resident else "",
        opened.owner.id,
    )


def list_checks(application_id: UUID, *, scope: str | None = None) -> list[OwnershipCheck]:
    """Return what was seen of ownership for an application in a scope, oldest first."""
    statement = select(OwnershipCheck).where(
        OwnershipCheck.scope == (scope or current_scopes().core),
        OwnershipCheck.is_withdrawn.is_(False),
        OwnershipCheck.application_id == application_id,
    )
    return list(db.session.scalars(statement.order_by(OwnershipCheck.checked_at)))


def _house_of(dwelling: Dwelling) -> House | None:
    """Return the house that a dwelling was taken from, else the only one at its address."""
    if dwelling.house_register_number:
        return db.session.get(House, dwelling.house_register_number)
    key = address_key(dwelling.address)
    same = [one for one in find_houses(dwelling.address) if one.address_key == key]
    return same[0] if len(same) == 1 else None
