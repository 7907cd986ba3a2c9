"""What damage leaves for a person to decide (要確認)."""

from flask import url_for

from victim_support.core.access import current_actor
from victim_support.core.tasks import Task, TaskKind
from victim_support.damage.queries import list_waiting_judgements
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


KINDS = (
    TaskKind(
        "judgements",
        "承認を待つ判定",
        "入力した人とは別の人が、承認するか差し戻してください。",
        "damage.approve",
        _waiting,
    ),
)
