"""What reports wait for: published ones not yet sent, shelters nobody has heard of."""

from collections.abc import Sequence

from flask import url_for

from victim_support.core.dates import short_time
from victim_support.core.tasks import Task, TaskKind
from victim_support.reports.queries import list_contacts, list_published

PUBLISH, RECORD = "report.publish", "report.record"


def _unsent() -> Sequence[Task]:
    """Return the newest report of each kind while it has not been sent."""
    newest = {one.row.kind: one for one in reversed(list_published())}
    return [
        Task(
            url_for("reports.transfer", report_id=one.id),
            one.row.published_at,
            words=f"{one.title}（{short_time(one.row.as_of)} 現在）",
        )
        for one in newest.values()
        if not one.is_sent
    ]


def _doubled() -> Sequence[Task]:
    return [
        Task(url_for("reports.published", report_id=one.id), one.row.published_at, words=one.title)
        for one in list_published()
        if one.is_doubled
    ]


def _silent() -> Sequence[Task]:
    return [
        Task(
            url_for("reports.telephone"),
            contact.heard_at,
            words=f"{contact.shelter.name} {contact.phone or '電話の登録なし'}",
        )
        for contact in list_contacts()
        if contact.is_late
    ]


KINDS = (
    TaskKind(
        "report-unsent",
        "県へ送っていない報告",
        "転記票を見ながら県のシステムに入れ、「送った」を付けてください。",
        PUBLISH,
        _unsent,
    ),
    TaskKind(
        "report-silent",
        "報告のない避難所",
        "電話して、人数と要望を聞いてください。電話票に入れると消えます。",
        RECORD,
        _silent,
    ),
    TaskKind(
        "report-doubled",
        "同じ番号の報告",
        "別々の端末で同じ番号の報告を公表しました。正しいほうを確かめ、もう一方の記録を取り消してください。",
        PUBLISH,
        _doubled,
    ),
)
