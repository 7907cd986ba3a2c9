"""What the counter leaves for a person to decide (要確認)."""

from flask import url_for

from victim_support.core.tasks import Task, TaskKind
from victim_support.counter.queries.filed import list_filed
from victim_support.counter.queries.regrades import list_regrades
from victim_support.counter.rules.filed import FiledState


def _regrades() -> list[Task]:
    return [
        Task(
            url_for("counter.regrade", application_id=one.application.id),
            one.now.approved_at or one.now.entered_at,
            (one.head,) if one.head else (),
            f"{one.before_label} → {one.now_label}",
        )
        for one in list_regrades()
        if one.is_open
    ]


def _filed() -> list[Task]:
    return [
        Task(
            url_for("counter.filed", filed_application_id=one.id),
            one.taken_in_at,
            words=f"受付番号 {one.number}" if one.number else "",
        )
        for one in list_filed(FiledState.WAITING)
    ]


KINDS = (
    TaskKind(
        "regrades",
        "程度が変わった証明書",
        "証明書を渡したあとで、被害の程度が変わりました。世帯に伝え、証明書を差し替え、受けている支援を確かめてください。",
        "regrade.tell",
        _regrades,
    ),
    TaskKind(
        "filed-applications",
        "世帯を決める申請",
        "紙やオンラインの申請のうち、住民データと合わなかったものです。世帯を決めて受け付けてください。",
        "damage.apply",
        _filed,
    ),
)
