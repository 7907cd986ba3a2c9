"""What surveys leave for a person to decide (要確認)."""

from flask import url_for

from victim_support.core.tasks import Task, TaskKind
from victim_support.survey.queries import list_waiting_groups
from victim_support.victims.rules import label_of


def _waiting() -> list[Task]:
    """Return the pictures of cards that nobody gave to a dwelling yet, group by group."""
    return [
        Task(
            url_for("survey.sorting"),
            group.photos[0].imported_at,
            words=f"{len(group.photos)}枚 {label_of(group.doubt) if group.doubt else ''}",
        )
        for group in list_waiting_groups()
    ]


KINDS = (
    TaskKind(
        "photos",
        "仕分けを待つ写真",
        "カードから取り込んだ写真のうち、住家のわからないものです。調査票の番号を打って入れてください。",
        "survey.record",
        _waiting,
    ),
)
