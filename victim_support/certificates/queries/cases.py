"""Cases at the counter: an application with its head, judgement in force and papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from victim_support.certificates.queries.papers import Paper, find_applications_of, list_papers_for
from victim_support.certificates.rules import NumberState, PaperKind, parse_check
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.queries import (
    CurrentJudgement,
    judgements_in_force,
    list_applications,
    list_applications_of_people,
    list_dwellings,
)
from victim_support.damage.rules import RequestedPaper
from victim_support.victims.queries import list_people, search_people
from victim_support.victims.rules import label_of

_KINDS = {
    RequestedPaper.RISAI: (PaperKind.RISAI, PaperKind.HISAI, PaperKind.RECEIPT),
    RequestedPaper.HISAI: (PaperKind.HISAI, PaperKind.RISAI, PaperKind.RECEIPT),
    RequestedPaper.OWNER: (PaperKind.OWNER, PaperKind.RECEIPT),
}
SHOWN = 20
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Case:
    """One application as the counter sees it."""

    application: Application
    head: DisclosedPerson
    dwelling: Dwelling
    current: CurrentJudgement
    papers: list[Paper]

    @property
    def kind(self) -> PaperKind:
        """Return which paper the applicant asks for."""
        return kinds_for(self.application)[0]

    @property
    def paper(self) -> Paper | None:
        """Return the valid paper of the kind that was asked for."""
        valid = [
            paper
            for paper in self.papers
            if paper.certificate.kind == self.kind and paper.state == NumberState.ISSUED
        ]
        return valid[-1] if valid else None

    @property
    def judgement(self) -> Judgement | None:
        """Return the judgement in force."""
        return self.current.judgement

    @property
    def grade_label(self) -> str:
        """Return the grade in force, or why there is none."""
        judgement = self.current.judgement
        if judgement is None:
            return ""
        return label_of(judgement.grade) or label_of(judgement.no_grade)


def kinds_for(application: Application) -> tuple[PaperKind, ...]:
    """Return which papers an application may lead to, the one asked for first.

    An owner (所有者) gets no paper of somebody who lives there, and the other way round.
    """
    asked = next((one for one in RequestedPaper if one == application.requested), None)
    return _KINDS[asked or RequestedPaper.RISAI]


def find_cases(text: str) -> list[Case]:
    """Return the cases of a paper number, else of the people that the words mean, best first."""
    code = parse_check(text)
    if code is not None:
        return _cases(find_applications_of(code.number))
    people, _total = search_people(text, LOOKED_AT)
    order = {person.id: place for place, person in enumerate(people)}
    found = list_applications_of_people(list(order))
    found.sort(key=lambda one: order.get(one.head_person_id or one.id, len(order)))
    return _cases(found[:SHOWN])


def list_newest_cases() -> list[Case]:
    """Return the cases received last."""
    return _cases(list_applications(limit=SHOWN))


def get_case(application: Application) -> Case | None:
    """Return the case of an application, None when its head may not be shown."""
    return next(iter(_cases([application])), None)


def _cases(applications: Sequence[Application]) -> list[Case]:
    disclosure = view(Audience.COUNTER, Purpose.RECORD)
    people = list_people([one.head_person_id for one in applications if one.head_person_id])
    heads = {person.id: disclosure.person(person) for person in people}
    dwelling_ids = [one.dwelling_id for one in applications]
    dwellings, current = list_dwellings(dwelling_ids), judgements_in_force(dwelling_ids)
    papers = list_papers_for([one.id for one in applications])
    return [
        Case(one, head, dwellings[one.dwelling_id], current[one.dwelling_id], papers[one.id])
        for one in applications
        if one.head_person_id
        and (head := heads.get(one.head_person_id)) is not None
        and one.dwelling_id in dwellings
    ]
