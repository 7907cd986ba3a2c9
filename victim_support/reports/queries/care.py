"""What the neighbours count for a report: needs in detail, who runs shelters, animals, requests."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from victim_support.operations.queries.counts import (
    AnimalCount,
    CrewCount,
    count_animals,
    count_crews,
)
from victim_support.reports.rules import Figure
from victim_support.supplies.queries.requests import RequestCase
from victim_support.victims.rules import NeedKind, label_of
from victim_support.vulnerable.queries.counts import count_kinds
from victim_support.vulnerable.rules.needs import DetailKind


def care_figures(at: datetime, people: Collection[UUID]) -> tuple[Figure, ...]:
    """Return how many people of all shelters need what kind of care; nobody's place is told."""
    kinds = count_kinds(people, at)
    return tuple(
        Figure(f"care.{kind.value}", _label(kind), kinds[kind], "人") for kind in DetailKind
    )


def _label(kind: DetailKind) -> str:
    """Return what is counted; an urgent mark of the same word also counts whom nobody asked."""
    is_marked = kind.label in {mark.label for mark in NeedKind}
    return f"{kind.label}（内容を聞いた方）" if is_marked else kind.label


def running_figures(
    at: datetime, used: Collection[UUID], wanted: Mapping[UUID, Sequence[RequestCase]]
) -> tuple[Figure, ...]:
    """Return who runs the shelters, the animals there, and the requests nobody has answered."""
    crews, animals = count_crews(at), count_animals(at)
    helpers = [crews.get(each, CrewCount()) for each in used]
    beasts = [animals.get(each, AnimalCount()) for each in used]
    cases = [case for each in wanted.values() for case in each]
    urgent = sum(bool(case.request.is_urgent) for case in cases)
    return (
        Figure("crews.people", "運営する人", sum(one.people for one in helpers), "人"),
        Figure("crews.fed", "うち食事の要る人", sum(one.fed for one in helpers), "人"),
        Figure("animals.pets", "ペット", sum(one.pets for one in beasts), "頭"),
        Figure("animals.dogs", "補助犬", sum(one.assistance_dogs for one in beasts), "頭"),
        Figure("requests.open", "済んでいない物資の要請", len(cases), "件"),
        Figure("requests.urgent", "うち至急", urgent, "件"),
    )


def words_of_request(case: RequestCase) -> str:
    """Return a request in a line: what, how much, how far it is."""
    goods = "・".join(
        f"{line.words}{line.quantity or ''}{line.unit if line.quantity else ''}"
        for line in case.lines
    )
    urgent = "至急 " if case.request.is_urgent else ""
    return f"{urgent}{goods}({label_of(case.state)})"
