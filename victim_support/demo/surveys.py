"""Surveys of the invented town: two teams tomorrow, one house where nobody was."""

from collections.abc import Iterable
from datetime import timedelta

from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import transaction
from victim_support.demo.support import position_of
from victim_support.demo.town import staff_id
from victim_support.survey import queries, services
from victim_support.survey.rules import TO_PLAN, VisitResult

TEAMS = ("1班", "2班")
EACH = 3


def plan_surveys() -> None:
    """Give waiting dwellings to teams for today and tomorrow, and meet nobody at one of them."""
    with acting(staff_id("chosa")), transaction(reason="調査の予定") as session:
        by, today = staff_id("chosa"), clock.today()
        waiting = [case for case in queries.list_cases() if case.state in TO_PLAN]
        for number, team in enumerate(TEAMS):
            slot = services.Slot(team, today + timedelta(days=number))
            chosen = waiting[number * EACH : (number + 1) * EACH]
            _place(chosen)
            visits = services.assign(chosen, slot=slot, by=by)
            if number == 0 and visits:
                session.flush()
                sheet = services.Sheet(VisitResult.ABSENT, today, team, note="不在票を入れた")
                services.record_outcome(visits[0], sheet, by=by)


def _place(cases: Iterable[queries.Case]) -> None:
    """Give dwellings an invented place, as the house ledger would."""
    for case in cases:
        if case.dwelling.latitude is None:
            case.dwelling.latitude, case.dwelling.longitude = position_of(case.street)
