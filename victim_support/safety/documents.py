"""The rescue list (要救助) on paper, for the fire service."""

from collections.abc import Sequence
from typing import Any

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.dates import day_time, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.safety.queries.statements import Standing
from victim_support.victims.rules import StatementKind, label_of

RESCUE = "evacuees/rescue_list.html"


def rescue_pdf(standing: Sequence[Standing], place: str) -> bytes:
    """Return the list of people said to need rescue, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    rows = [one for one in standing if one.statement.kind is StatementKind.RESCUE]
    values = {
        "title": "要救助者一覧",
        "shelter_name": place,
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
        "totals": [{"label": "要救助", "value": f"{len(rows)}人"}],
        "rows": [_row(one) for one in rows],
    }
    return render_pdf(RESCUE, values)


def _row(one: Standing) -> dict[str, Any]:
    statement, person = one.statement, one.person
    return {
        "name": person.name,
        "kana": person.kana,
        "age": person.age,
        "sex": label_of(person.sex),
        "address": person.address,
        "place": statement.place if statement.place != person.address else "",
        "statement": label_of(statement.kind),
        "informant": statement.informant or "",
        "informed_at": day_time(statement.occurred_at),
        "phone": one.phone,
        "needs": [label_of(need) for need in one.needs],
        "note": statement.note or "",
    }
