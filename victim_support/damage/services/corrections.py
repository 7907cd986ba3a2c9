"""Put right what an application says, after it was received (申請の訂正).

Papers that were issued stay as they are; the next one says what holds now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application
from victim_support.damage.photos import seal_photos_of
from victim_support.damage.queries import find_same_application, list_member_rows
from victim_support.damage.rules import RequestedPaper
from victim_support.damage.rules.applying import HeadState
from victim_support.damage.services.applications import ensure_dwelling, protected_among
from victim_support.damage.services.errors import AlreadyAppliedError, DamageError


@dataclass(frozen=True, slots=True)
class Content:
    """What the papers of an application rest on, as the counter leaves it."""

    cause: str
    address: str
    unit: str
    head_person_id: UUID | None
    head_state: HeadState | None
    reported_damage: str
    relations: Mapping[UUID, str] = field(default_factory=dict)
    """The relation of each member to the head, where it is put right."""


def correct_content(application: Application, content: Content) -> None:
    """Write what was put right; another dwelling has its own judgements and photographs.

    Raises:
        AlreadyAppliedError: The household has an application for that dwelling already.
        DamageError: Somebody cannot stand as head here.
    """
    head_id = content.head_person_id or application.head_person_id
    is_sealed = application.scope == current_scopes().sealed
    if not is_sealed and protected_among([head_id]):
        raise DamageError("世帯主を選び直してください。わからないときは本部に確認してください。")
    values = {
        "cause": content.cause,
        "dwelling_id": _dwelling_of(application, content, is_sealed=is_sealed),
        "head_person_id": head_id,
        "head_state": content.head_state,
        "reported_damage": content.reported_damage or None,
    }
    for name, value in values.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
    for row in list_member_rows(application.id):
        relation = content.relations.get(row.person_id)
        if relation is not None and row.scope == application.scope and row.relation != relation:
            row.relation = relation or None


def _dwelling_of(application: Application, content: Content, *, is_sealed: bool) -> UUID:
    dwelling = ensure_dwelling(address=content.address, unit=content.unit or None)
    if dwelling.id == application.dwelling_id:
        return dwelling.id
    requested = next((one for one in RequestedPaper if one == application.requested), None)
    known = requested and find_same_application(
        application.household_id, dwelling.id, requested, is_sealed=is_sealed
    )
    if known and known.id != application.id:
        raise AlreadyAppliedError(known)
    if is_sealed:
        seal_photos_of(dwelling.id)
    return dwelling.id
