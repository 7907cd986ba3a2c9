"""Sheets that are typed once more by somebody else, and what is corrected by it."""

from collections.abc import Collection, Sequence

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.paper.models import SheetCheck, TypedSheet
from victim_support.paper.rules import Difference
from victim_support.victims import services as victims
from victim_support.victims.rules import PersonData


def record_check(
    sheet: TypedSheet,
    *,
    people: Sequence[DisclosedPerson],
    typed: Sequence[PersonData],
    found: Sequence[Difference],
    second_is_right: Collection[str],
) -> SheetCheck:
    """Record that a sheet was typed twice (照合), and correct what was read wrong at first.

    Args:
        sheet: What was typed first.
        people: Its people, in the order of the sheet.
        typed: What was typed now.
        found: What differs.
        second_is_right: Keys of the differences in which the second reading is right.
    """
    corrected = [one for one in found if one.key in second_is_right and one.field != "person"]
    for one in corrected:
        value = getattr(typed[one.position], one.field)
        columns = victims.birth_columns(value) if one.field == "birth" else {one.field: value}
        victims.update_person(people[one.position].id, **columns)
    check = SheetCheck(
        scope=current_scopes().core,
        id=new_id(),
        sheet_id=sheet.id,
        checked_at=clock.now(),
        checked_by=current_actor().id,
        differences=len(found),
        corrected=len(corrected),
    )
    db.session.add(check)
    return check
