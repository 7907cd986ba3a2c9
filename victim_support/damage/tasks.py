"""What damage leaves for a person to decide (要確認)."""

from flask import url_for

from victim_support.core.access import current_actor
from victim_support.core.tasks import Task, TaskKind
from victim_support.damage.queries import list_doubled_judgements, list_waiting_judgements
from victim_support.damage.rules import may_decide
from victim_support.victims.rules import label_of


def _waiting() -> list[Task]:
    """Return the judgements that somebody else entered."""
    by = current_actor().id
    return [
        Task(
            url_for("damage.dwelling", dwelling_id=one.dwelling_id),
            one.entered_at,
            words=f"第{one.round}回 {label_of(one.grade or one.no_grade)}",
        )
        for one in list_waiting_judgements()
        if by is not None and may_decide(decided_by=by, entered_by=one.entered_by)
    ]


def _doubled() -> list[Task]:
    """Return the rounds that two laptops judged differently."""
    return [
        Task(
            url_for("damage.dwelling", dwelling_id=found[0].dwelling_id),
            max(one.entered_at for one in found),
            words=f"第{found[0].round}回 "
            + "・".join(label_of(one.grade or one.no_grade) for one in found),
        )
        for found in list_doubled_judgements()
    ]


KINDS = (
    TaskKind(
        "judgements-doubled",
        "同じ回の判定が食い違っています",
        "二つの端末で違う判定が承認されました。調べ方を確かめ、採らないほうを差し戻してください。",
        "damage.approve",
        _doubled,
    ),
    TaskKind(
        "judgements",
        "承認を待つ判定",
        "入力した人とは別の人が、承認するか差し戻してください。",
        "damage.approve",
        _waiting,
    ),
)
