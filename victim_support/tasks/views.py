"""The page of things to decide."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.disclosure import Audience
from victim_support.core.exports import release
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.paging import asked_page
from victim_support.core.reads import log_read
from victim_support.tasks import documents, queries

bp = Blueprint("tasks", __name__)
ROWS = 50


@bp.get("/tasks")
@requires("task.read")
def index() -> str:
    waiting = queries.list_waiting()
    chosen, lines = _chosen(waiting)
    part = asked_page(len(lines), ROWS)
    shown = part.of(lines)
    log_read("tasks.list", [person.id for _, task in shown for person in task.people], "要確認")
    return render_template(
        "tasks/index.html",
        waiting=waiting,
        chosen=chosen,
        lines=shown,
        page=part.page,
        pages=part.pages,
    )


@bp.get("/tasks.pdf")
@requires("task.read")
def tasks_pdf() -> ResponseReturnValue:
    chosen = request.args.get("kind") or None
    return answer_pdf(_released(Audience.PAPER), back=url_for(".index", kind=chosen))


@bp.get("/tasks.csv")
@requires("task.read")
def tasks_csv() -> ResponseReturnValue:
    return answer_csv(_released(Audience.FILE), "tasks")


def _released(audience: Audience) -> PlainList:
    waiting = queries.list_waiting()
    chosen, lines = _chosen(waiting)
    found, names = documents.released(lines, audience)
    ids = [person.id for _kind, task in found for person in task.people]
    release("tasks.list", ids, "要確認", is_paper=audience is Audience.PAPER)
    about = next((one.kind.label for one in waiting if one.kind.key == chosen), "")
    return documents.tasks_list(found, names, about)


def _chosen(waiting: list[queries.Waiting]) -> tuple[str, list[documents.Line]]:
    """Return which kind the address names, "" for all, and what waits of it; or 404."""
    chosen = request.args.get("kind", "")
    if chosen and chosen not in {one.kind.key for one in waiting}:
        abort(404)
    wanted = [one for one in waiting if chosen in {"", one.kind.key}]
    return chosen, [(one.kind, task) for one in wanted for task in one.tasks]
