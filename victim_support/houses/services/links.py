"""What people decide about who lives in a house."""

from datetime import date
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.houses.models import HouseLink
from victim_support.houses.rules import Decision


def decide_link(
    *,
    house_number: str,
    household_number: str,
    decision: Decision,
    since: date | None = None,
    reason: str = "",
    by: UUID | None,
) -> HouseLink:
    """Say whether a household lives in a house (居住の判断); the newest decision holds."""
    link = HouseLink(
        scope=current_scopes().base,
        id=new_id(),
        house_number=house_number,
        household_number=household_number,
        decision=decision,
        since=since,
        reason=reason or None,
        decided_at=clock.now(),
        decided_by=by,
    )
    db.session.add(link)
    return link
