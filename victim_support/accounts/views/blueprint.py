"""The blueprint of accounts, and what holds for all of its pages."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts import services
from victim_support.accounts.policy import idle_limit
from victim_support.core import clock
from victim_support.core.access import Login, current_actor, current_login

bp = Blueprint("accounts", __name__)
ANY_ROLE = "account.manage_any"
ALWAYS_OPEN = (
    "static",
    *(f"accounts.{name}" for name in ("at_work", "confirm", "lock", "logout", "unlock")),
)
OPEN_TO_NEW = ("accounts.password", "accounts.change_password", *ALWAYS_OPEN)
OPEN_WITHOUT_FACTOR = (
    "accounts.factors",
    "accounts.begin_app",
    "accounts.keep_app",
    "accounts.keep_key",
    *ALWAYS_OPEN,
)
_NOTED_EACH = timedelta(seconds=30)


@bp.before_app_request
def ask_for_password() -> ResponseReturnValue | None:
    """Hold a new person at the page that asks for a password of one's own."""
    if request.endpoint in OPEN_TO_NEW:
        return None
    here = current_login()
    if here is None or not here.must_change_secret:
        return None
    return redirect(url_for("accounts.password"))


@bp.before_app_request
def ask_for_factor() -> ResponseReturnValue | None:
    """Hold somebody without a second factor at the page where it is set up."""
    here = current_login()
    if here is None or not here.needs_factor or here.must_change_secret:
        return None
    return (
        None if request.endpoint in OPEN_WITHOUT_FACTOR else redirect(url_for("accounts.factors"))
    )


@bp.before_app_request
def note_activity() -> None:
    """Keep the screen open while somebody works; pictures and what pages ask for are no work."""
    here = current_login()
    if here is None or here.is_locked or not _is_work():
        return
    if here.seen_at is None or not timedelta() <= clock.now() - here.seen_at < _NOTED_EACH:
        services.note_activity(here.session_id)


def _is_work() -> bool:
    asked_for = request.headers.get("Sec-Fetch-Dest", "document")
    return request.endpoint != "static" and (request.method == "POST" or asked_for == "document")


@bp.app_context_processor
def own_addresses() -> dict[str, str | int]:
    return {
        "lock_after": int(idle_limit().total_seconds()),
        "keep_url": url_for("accounts.keep"),
        "logout_url": url_for("accounts.logout"),
        "place_url": url_for("accounts.place"),
        "password_url": url_for("accounts.password"),
        "factors_url": url_for("accounts.factors"),
        "sessions_url": url_for("accounts.own_sessions"),
    }


def here() -> Login:
    """Return the login of this request."""
    login = current_login()
    if login is None:
        raise services.LoginRefusedError
    return login


def own_id() -> UUID:
    """Return the id of the person at the desk."""
    staff_id = current_actor().id
    if staff_id is None:
        raise services.LoginRefusedError
    return staff_id


def terminal() -> str:
    """Return the address of the terminal."""
    return request.remote_addr or "unknown"


def may_give_any_role() -> bool:
    """Tell whether the person at the desk may manage everybody."""
    return current_actor().may(ANY_ROLE)
