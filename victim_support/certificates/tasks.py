"""What papers leave for a person to decide (要確認) after laptops have met."""

from flask import url_for

from victim_support.certificates.queries import (
    Paper,
    find_applications_of,
    list_doubled_numbers,
    list_doubled_sets,
    list_voided_sets,
)
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import propose
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.tasks import Task, TaskKind
from victim_support.damage.models import Application
from victim_support.damage.queries import find_application
from victim_support.victims.queries import find_person
from victim_support.victims.rules import label_of


def _doubled_sets() -> list[Task]:
    return [_task(papers) for papers in list_doubled_sets()]


def _voided_sets() -> list[Task]:
    """Those that have a right to a paper; without one that is right there is nothing to do."""
    return [_task(papers) for papers in list_voided_sets() if _can_be_issued(papers[-1])]


def _can_be_issued(paper: Paper) -> bool:
    application = find_application(paper.certificate.application_id)
    return application is not None and propose(application, _kind(paper)).is_ready


def _kind(paper: Paper) -> PaperKind:
    return PaperKind(paper.certificate.kind)


def _task(papers: list[Paper]) -> Task:
    certificate = papers[-1].certificate
    numbers = "・".join(paper.certificate.number for paper in papers)
    return Task(
        _page(certificate.application_id, str(certificate.kind)),
        certificate.issued_at,
        _head(find_application(certificate.application_id)),
        f"{label_of(certificate.kind)} {numbers}",
    )


def _doubled_numbers() -> list[Task]:
    return [
        Task(_page(application.id, "risai"), application.received_at, _head(application), number)
        for number in list_doubled_numbers()
        for application in find_applications_of(number)
    ]


def _head(application: Application | None) -> tuple[DisclosedPerson, ...]:
    if application is None or application.head_person_id is None:
        return ()
    shown = view(Audience.COUNTER, Purpose.RECORD).person(find_person(application.head_person_id))
    return (shown,) if shown else ()


def _page(application_id: object, kind: str) -> str:
    return url_for("certificates.paper", application_id=application_id, kind=kind)


KINDS = (
    TaskKind(
        "numbers-doubled",
        "同じ番号の証明書",
        "複製した端末が同じ番号を使いました。番号を「誤交付（無効）」にし、それぞれ新しい番号で交付して、紙を取り替えてください。",
        "certificate.void",
        _doubled_numbers,
    ),
    TaskKind(
        "papers-doubled",
        "二つの端末が証明書を交付しました",
        "1枚を有効として残し、ほかは一覧で「誤交付（無効）」にして、紙を回収してください。",
        "certificate.void",
        _doubled_sets,
    ),
    TaskKind(
        "papers-voided",
        "証明書がすべて無効の世帯",
        "別々の端末で互いの証明書を無効にしました。世帯は有効な証明書を持っていません。新しい番号で交付し、無効の紙と取り替えてください。",
        "certificate.void",
        _voided_sets,
    ),
)
