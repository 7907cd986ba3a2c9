"""The page of things to decide."""

from flask import Blueprint, abort, render_template, request

from victim_support.core.access import requires
from victim_support.core.reads import log_read
from victim_support.tasks import queries

bp = Blueprint("tasks", __name__)
ROWS = 50


@bp.get("/tasks")
@requires("task.read")
def index() -> str:
    waiting = queries.list_waiting()
    chosen = request.args.get("kind", "")
    if chosen and chosen not in {one.kind.key for one in waiting}:
        abort(404)
    lines = [
        (one.kind, task) for one in waiting for task in one.tasks if chosen in {"", one.kind.key}
    ]
    pages = max(1, -(-len(lines) // ROWS))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = lines[(page - 1) * ROWS : page * ROWS]
    log_read("tasks.list", [person.id for _, task in shown for person in task.people], "要確認")
    return render_template(
        "tasks/index.html", waiting=waiting, chosen=chosen, lines=shown, page=page, pages=pages
    )
