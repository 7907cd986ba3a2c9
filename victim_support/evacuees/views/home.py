"""The first page: three buttons."""

from flask import render_template

from victim_support.core.access import EVERYBODY, requires
from victim_support.core.context import current_context
from victim_support.evacuees import queries
from victim_support.evacuees.views.blueprint import bp, current_shelter


@bp.get("/")
@requires(EVERYBODY)
def home() -> str:
    has_disaster = current_context().scopes.disaster is not None
    return render_template(
        "evacuees/home.html",
        shelter=current_shelter() if has_disaster else None,
        has_disaster=has_disaster,
        tasks=queries.count_tasks() if has_disaster else 0,
    )
