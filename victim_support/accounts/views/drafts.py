"""Half-typed forms (書きかけ): kept when their page is left, offered again, thrown away."""

from http import HTTPStatus

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from victim_support.accounts.drafts import drop_drafts, keep_drafts, list_drafts
from victim_support.accounts.views.blueprint import bp, own_id
from victim_support.core.access import EVERYBODY, current_login, requires
from victim_support.core.drafts import Draft, carried_drafts, typed_input
from victim_support.core.forms import is_resumed


@bp.post("/drafts")
@requires(EVERYBODY)
def keep() -> ResponseReturnValue:
    keep_drafts(own_id(), carried_drafts())
    return {"ok": True}


@bp.post("/drafts/drop")
@requires(EVERYBODY)
def drop() -> ResponseReturnValue:
    key = request.form.get("key")
    drop_drafts(own_id(), None if key is None else [key])
    return redirect("/")


@bp.before_app_request
def forget_resumed() -> None:
    """Forget what goes back into its form: from now on its page holds it."""
    here = current_login()
    draft = typed_input() if here and not here.is_locked and is_resumed() else None
    if draft:
        drop_drafts(own_id(), [draft.key])


@bp.after_app_request
def forget_saved(response: Response) -> Response:
    """Forget what was kept of a form that is saved now."""
    is_saved = request.method == "POST" and response.status_code in {302, 303}
    key = request.form.get("idempotency_key") if is_saved else None
    if key and current_login():
        drop_drafts(own_id(), [key])
    return response


@bp.after_app_request
def call_resumed_right(response: Response) -> Response:
    """Answer with a page like any other: what comes back into its form is not wrong yet."""
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and is_resumed():
        response.status_code = HTTPStatus.OK
    return response


@bp.app_template_global()
def kept_drafts() -> list[Draft]:
    """Return what whoever works here typed and did not send."""
    return list_drafts(own_id()) if current_login() else []
