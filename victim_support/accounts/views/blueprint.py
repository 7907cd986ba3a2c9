"""The blueprint of accounts, and what holds for all of its pages."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, current_login

bp = Blueprint("accounts", __name__)
ANY_ROLE = "account.manage_any"
OPEN_TO_NEW = ("accounts.password", "accounts.change_password", "accounts.logout", "static")


@bp.before_app_request
def ask_for_password() -> ResponseReturnValue | None:
    """Hold a new person at the page that asks for a password of one's own."""
    if request.endpoint in OPEN_TO_NEW:
        return None
    here = current_login()
    if here is None or not here.must_change_secret:
        return None
    return redirect(url_for("accounts.password"))


@bp.app_context_processor
def own_addresses() -> dict[str, str]:
    return {
        "logout_url": url_for("accounts.logout"),
        "place_url": url_for("accounts.place"),
        "password_url": url_for("accounts.password"),
    }


def may_give_any_role() -> bool:
    """Tell whether the person at the desk may manage everybody."""
    return current_actor().may(ANY_ROLE)
