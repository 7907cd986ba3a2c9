"""The history of a record (変更の記録), and taking back one's own last action (取り消し)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from victim_support.core.access import current_actor, requires
from victim_support.core.actor import current_actor_id, name_of
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.core.scopes import current_scopes
from victim_support.journal.erasure import KEPT_TABLES
from victim_support.journal.history import Change, title_of
from victim_support.journal.queries import HISTORY, get_class, get_history, permission_of
from victim_support.journal.undo import (
    UNDO_REASON,
    NothingToUndoError,
    NotLastError,
    NotYoursError,
    UndoReport,
    last_action,
    undo,
)
from victim_support.journal.wording import words_of_field

bp = Blueprint("journal", __name__)
NOT_LAST = (
    "取り消せるのは、ご自分の最後の操作だけです。このあとに別の操作をしています。"
    "その操作を先に取り消すか、記録を直してください。"
)


@bp.get("/history/<table>/<uuid:row_id>")
@requires(HISTORY)
def history(table: str, row_id: UUID) -> str:
    cls = get_class(table)
    changes = get_history(cls, current_scopes(), row_id)
    action, words = last_action(current_actor_id()), partial(words_of_field, cls)
    log_read("history", record_ids=[row_id], purpose=table)
    return render_template(
        "journal/history.html",
        title=f"{title_of(cls)}の変更の記録",
        table_name=table,
        row_id=row_id,
        is_erasable=table not in KEPT_TABLES,
        changes=[_told(change, words) for change in changes[::-1]],
        undoable=action.txn if action else None,
        name_of=name_of,
        words_of=words,
    )


def _told(change: Change, words: Callable[[str, Any], str]) -> Change:
    """Leave out what reads alike before and after, such as nothing and an empty list."""
    told = [
        each
        for each in change.fields
        if each.is_decision or words(each.name, each.before) != words(each.name, each.after)
    ]
    return replace(change, fields=tuple(told))


@bp.app_template_global()
def words_of_change(table: str, name: str, value: Any) -> str:
    """Return a value of one field of a table in the words of the office."""
    return words_of_field(get_class(table), name, value)


@bp.app_template_global()
def history_url(table: str, row_id: UUID) -> str | None:
    """Return where the history of a record is, None for those who may not read it."""
    actor = current_actor()
    if not (actor.may(HISTORY) and actor.may(permission_of(get_class(table)))):
        return None
    return url_for("journal.history", table=table, row_id=row_id)


@bp.post("/undo/<uuid:txn>", endpoint="undo")
@requires("undo.own")
def undo_action(txn: UUID) -> Response:
    try:
        with transaction(reason=UNDO_REASON):
            report = undo(txn)
    except (NothingToUndoError, NotYoursError):
        flash("取り消せる操作がありません。", "error")
    except NotLastError:
        flash(NOT_LAST, "error")
    else:
        _tell(report)
    return redirect(_way_back())


def _tell(report: UndoReport) -> None:
    flash("取り消しました。", "success")
    if report.kept:
        kept = "、".join(dict.fromkeys(report.kept))
        flash(f"そのままにしたもの: {kept}", "warning")


def _way_back() -> str:
    """Return the page to go back to: a path of this program, never another site."""
    path = request.args.get("back", "/")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
