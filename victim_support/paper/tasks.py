"""What paper leaves for a person to do (要確認)."""

from flask import url_for

from victim_support.core.context import current_context
from victim_support.core.tasks import Task, TaskKind
from victim_support.paper import queries
from victim_support.paper.rules import show_sheet


def _doubled() -> list[Task]:
    return [
        Task(
            url_for("paper.sheet", number=sheets[0].number),
            sheets[0].typed_at,
            words=f"用紙 {show_sheet(sheets[0].number)} が{len(sheets)}回入力されています",
        )
        for sheets in queries.list_doubled_sheets()
    ]


def _due() -> list[Task]:
    return [
        Task(
            url_for("paper.check", sheet_id=sheet.id),
            sheet.typed_at,
            words=f"用紙 {show_sheet(sheet.number)}",
        )
        for sheet in queries.list_due_checks()
    ]


def _roster() -> list[Task]:
    place = current_context().shelter_id
    if place is None or not queries.is_roster_due(place):
        return []
    last = queries.last_printed(place)
    words = "まだ印刷していません" if last is None else "前の印刷から時間がたっています"
    return [Task(url_for("paper.index"), last, words=words)]


KINDS = (
    TaskKind(
        "sheets",
        "2回入力された用紙",
        "同じ世帯なら、記録の画面で「同じ人」に合わせます。",
        "person.register",
        _doubled,
    ),
    TaskKind(
        "sheet_checks",
        "もう一度入力する用紙",
        "入力した人と別の人が、同じ用紙をもう一度入力し、違いを確かめます。",
        "paper.check",
        _due,
    ),
    TaskKind(
        "paper_roster",
        "停電にそなえる名簿の印刷",
        "名簿を印刷し、持つ人を決めます。",
        "roster.print",
        _roster,
    ),
)
