"""Writes of what was given outside (提供の記録), and of the columns of files."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import put_setting
from victim_support.safety.models import Provision
from victim_support.safety.queries.exporting import SETTING
from victim_support.safety.rules import ExportItem, Ground, Means
from victim_support.victims.models import Person
from victim_support.victims.services.sealing import statement_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given to whom, why, and who decided it; never the values themselves."""

    recipient: str
    items: str
    ground: Ground
    law: str
    purpose: str
    decided_by: str
    means: Means
    people: int = 1
    note: str = ""


def record_provision(
    given: Given, *, person: Person | None = None, enquiry_id: UUID | None = None
) -> Provision:
    """Keep that something was given outside (災害対策基本法 第90条の4、第86条の15).

    Of a protected person the record is sealed: it tells that she is known here.

    Args:
        given: What, to whom, why.
        person: Whom it is about; None for a list of many.
        enquiry_id: The enquiry that was answered.
    """
    provision = Provision(
        scope=statement_scope(person) if person else current_scopes().core,
        id=new_id(),
        enquiry_id=enquiry_id,
        person_id=person.id if person else None,
        given_at=clock.now(),
        given_by=current_actor_id(),
        recipient=given.recipient,
        items=given.items,
        people=given.people,
        ground=given.ground,
        law=given.law,
        purpose=given.purpose or None,
        decided_by=given.decided_by or None,
        means=given.means,
        note=given.note or None,
    )
    db.session.add(provision)
    return provision


def save_columns(columns: Sequence[tuple[ExportItem, str]]) -> None:
    """Keep which items stand in the columns of the file, in this order, under which headers."""
    put_setting(key=SETTING, value=[[item.value, header] for item, header in columns])
