"""Adding a shelter nobody designated, and correcting master data by hand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import find_operation
from victim_support.shelters.rules import Hazard, ShelterKind


class ShelterWithPeopleError(Exception):
    """An open shelter cannot be withdrawn."""

    def __init__(self) -> None:
        super().__init__("開設中の避難所は取り下げられません。先に閉鎖してください。")


@dataclass(frozen=True, kw_only=True)
class ShelterDetails:
    """What people may say of a shelter by hand."""

    name: str
    name_kana: str = ""
    kind: ShelterKind | None = None
    address: str = ""
    district: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    capacity_indoor: int | None = None
    capacity_outdoor: int | None = None
    hazards: Sequence[Hazard] = field(default_factory=tuple)
    accepts: str = ""
    note: str = ""


def add_shelter(*, name: str, address: str = "", kind: ShelterKind | None = None) -> Shelter:
    """Add a shelter that is in no list (指定のない避難所); name and place are enough.

    Args:
        name: What people call it.
        address: Where it is, as far as known.
        kind: Its legal kind; without one it is undesignated.
    """
    scopes = current_scopes()
    shelter = Shelter(
        scope=scopes.base,
        id=new_id(),
        name=name,
        kind=kind or ShelterKind.UNDESIGNATED,
        address=address or None,
        municipality=scopes.municipality,
    )
    db.session.add(shelter)
    return shelter


def change_shelter(shelter: Shelter, *, details: ShelterDetails) -> None:
    """Correct the master data of a shelter; whether it is open is not touched."""
    for name, value in asdict(details).items():
        setattr(shelter, name, value or None if isinstance(value, str) else value)
    shelter.name = details.name
    shelter.hazards = [hazard.value for hazard in Hazard if hazard in details.hazards]
    if details.capacity_indoor is not None or details.capacity_outdoor is not None:
        shelter.capacity_total = (details.capacity_indoor or 0) + (details.capacity_outdoor or 0)


def withdraw_shelter(shelter: Shelter) -> None:
    """Withdraw a shelter that should not have been added (取り下げ); its history stays.

    Raises:
        ShelterWithPeopleError: It is open in the current disaster.
    """
    operation = find_operation(shelter.id)
    if operation is not None and operation.takes_people:
        raise ShelterWithPeopleError
    shelter.is_withdrawn = True
