"""What is disputed of what a paper prints or rests on: only that stands in its way (食い違い).

A conflict about anything else, or about somebody whom the paper does not name, blocks nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from victim_support.certificates.models import NumberEntry
from victim_support.certificates.queries import doubled_of, list_set
from victim_support.certificates.rules import PaperKind
from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.queries import (
    list_doubled_judgements,
    list_judgements,
    visible_scopes,
)
from victim_support.journal.conflicts import open_fields
from victim_support.journal.history import label_of
from victim_support.victims.models import Person
from victim_support.victims.rules import label_of as words_of

PERSON = frozenset({"name", "protection", "is_withdrawn"})
APPLICATION = frozenset({"dwelling_id", "head_person_id", "is_withdrawn"})


@dataclass(frozen=True, slots=True)
class Blocker:
    """One value that two people gave differently, and the record on which it is decided."""

    what: str
    table: str
    row_id: UUID

    @property
    def words(self) -> str:
        """Return what the counter reads."""
        return f"{self.what}が端末のあいだで食い違っています。決まるまで交付できません。"


def find_blockers(
    application: Application, kind: PaperKind, people: Collection[DisclosedPerson]
) -> list[Blocker]:
    """Return what has to be decided before a paper is issued.

    Args:
        application: The application it is for.
        kind: Which paper.
        people: Who stands on it.
    """
    numbers = [paper.entry for paper in list_set(application.id) if paper.certificate.kind == kind]
    ids = {application.id, application.dwelling_id}
    ids |= {person.id for person in people} | {entry.id for entry in numbers}
    if kind is PaperKind.RISAI and application.dwelling_id:
        ids |= {one.id for one in list_judgements(application.dwelling_id)}
    disputed = open_fields([current_scopes().base, *visible_scopes()], ids)
    return list(_blockers(application, people, numbers, disputed)) if disputed else []


def find_doubles(application: Application, kind: PaperKind) -> list[str]:
    """Return what was done twice on two laptops, in words for the counter; a person decides."""
    problems = []
    if papers := doubled_of(application.id, kind):
        numbers = "、".join(paper.certificate.number for paper in papers)
        problems.append(
            f"有効な{kind.label}が{len(papers)}枚あります（{numbers}）。本部が、下の一覧で1枚を残し、"
            "ほかを「誤交付（無効）」にします。"
        )
    if kind is PaperKind.RISAI and (found := list_doubled_judgements([application.dwelling_id])):
        grades = "、".join(words_of(one.grade or one.no_grade) for one in found[0])
        problems.append(
            f"第{found[0][0].round}回の判定が二つ承認されていて、被害の程度が違います（{grades}）。"
            "「判定を見る」から、認定する人がどちらかを差し戻します。"
        )
    return problems


def _blockers(
    application: Application,
    people: Collection[DisclosedPerson],
    numbers: Collection[NumberEntry],
    disputed: Collection[tuple[str, UUID, str]],
) -> Iterator[Blocker]:
    for table, row_id, name in sorted(disputed):
        if table == Person.__tablename__ and name in PERSON:
            who = next(_role(application, one) for one in people if one.id == row_id)
            yield Blocker(f"{who}の「{label_of(Person, name)}」", table, row_id)
        elif table == Application.__tablename__ and name in APPLICATION:
            yield Blocker(f"申請の「{label_of(Application, name)}」", table, row_id)
        elif table == Dwelling.__tablename__:
            yield Blocker(f"住家の「{label_of(Dwelling, name)}」", table, row_id)
        elif table == Judgement.__tablename__:
            yield Blocker(f"判定の「{label_of(Judgement, name)}」", table, row_id)
        elif table == NumberEntry.__tablename__:
            entry = next(one for one in numbers if one.id == row_id)
            yield Blocker(f"番号 {entry.number} の「{label_of(NumberEntry, name)}」", table, row_id)


def _role(application: Application, person: DisclosedPerson) -> str:
    if person.id == application.head_person_id:
        return "世帯主"
    if person.id == application.applicant_person_id:
        return "申請者"
    return f"世帯構成員 {person.name} さん"
