"""Logins at work: closed after a pause, opened again, proven before weighty acts, listed, ended."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts import queries, services
from victim_support.accounts.drafts import drop_drafts, keep_drafts, list_drafts
from victim_support.accounts.forms import AgainForm
from victim_support.accounts.services import LoginRefusedError
from victim_support.accounts.views.blueprint import bp, here, own_id, terminal
from victim_support.accounts.views.login import renew_cookie
from victim_support.core.access import EVERYBODY, current_actor, requires, works_locked
from victim_support.core.drafts import carried_draft, own_page
from victim_support.core.errors import wants_json
from victim_support.core.reads import log_security
from victim_support.core.throttle import ThrottledError

WRONG = "パスワードか暗証番号が違います。"


@bp.post("/lock")
@works_locked
@requires(EVERYBODY)
def lock() -> ResponseReturnValue:
    draft = carried_draft()
    if draft:
        keep_drafts(own_id(), [draft])
    services.lock_session(here().session_id)
    log_security("login.lock", staff_id=own_id())
    return {"ok": True} if wants_json() else redirect("/")


@bp.post("/unlock")
@works_locked
@requires(EVERYBODY)
def unlock() -> ResponseReturnValue:
    words, status = _proven(AgainForm())
    if words:
        return _say(words, status, "errors/locked.html")
    services.unlock_session(here().session_id)
    draft = carried_draft()
    if wants_json():  # the page under the cover still holds what was typed
        drop_drafts(own_id(), [draft.key] if draft else [])
        return {"ok": True}
    drafts = [draft] if draft else list_drafts(own_id())
    if drafts:
        return render_template("accounts/resume.html", drafts=drafts)
    return redirect(own_page(request.form.get("next")))


@bp.post("/at-work")
@requires(EVERYBODY)
def at_work() -> ResponseReturnValue:
    """Hear that somebody types; what holds for all pages notes it."""
    return {"ok": True}


@bp.post("/confirm")
@requires(EVERYBODY)
def confirm() -> ResponseReturnValue:
    words, status = _proven(AgainForm())
    if words:
        return _say(words, status, "errors/confirm.html")
    renew_cookie(services.confirm_session(here().session_id))
    draft = carried_draft(may_be_empty=True)
    if draft:
        return render_template("accounts/go_on.html", draft=draft)
    return redirect(own_page(request.form.get("next")))


@bp.get("/sessions")
@requires(EVERYBODY)
def own_sessions() -> str:
    return render_template(
        "accounts/sessions.html", sessions=queries.list_sessions(own_id()), this=here().session_id
    )


@bp.get("/staff/sessions")
@requires("account.manage")
def all_sessions() -> str:
    names = {one.id: one.display_name for one in queries.list_staff()}
    return render_template(
        "accounts/sessions.html",
        sessions=queries.list_sessions(),
        this=here().session_id,
        names=names,
    )


@bp.post("/sessions/<uuid:session_id>/end")
@requires(EVERYBODY)
def end_one(session_id: UUID) -> ResponseReturnValue:
    row = queries.find_session(session_id)
    if row is None:
        abort(404)
    if row.staff_id != own_id():
        services.require_may_end(by=current_actor(), staff=queries.get_staff(row.staff_id))
    services.end_session(session_id)
    log_security("login.ended", staff_id=row.staff_id)
    flash("この端末のログインを終えました。", "success")
    is_own = row.staff_id == own_id()
    return redirect(url_for("accounts.own_sessions" if is_own else "accounts.all_sessions"))


def _proven(form: AgainForm) -> tuple[str, int]:
    """Return what is wrong with the password, in words and status; empty when it is right."""
    try:
        services.prove_again(
            staff_id=own_id(), password=form.password.data or "", terminal=terminal()
        )
    except LoginRefusedError:
        return WRONG, 401
    except ThrottledError as error:
        return str(error.description), 429
    return "", 200


def _say(words: str, status: int, page: str) -> ResponseReturnValue:
    if wants_json():
        return {"words": words}, status
    return render_template(
        page,
        draft=carried_draft(may_be_empty=True),
        next_path=own_page(request.form.get("next")),
        error=words,
    ), status
