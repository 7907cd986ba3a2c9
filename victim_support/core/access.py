"""Who may call what: deny by default, one guard before every view.

``@requires``, ``@public`` and ``@reads`` only mark a view; the guard reads the mark. An endpoint
without a mark stops the start (``refuse_unmarked``).
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, has_request_context, request
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, Locked, Unauthorized

from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.limits import CONFIRMED_MINUTES, minutes
from victim_support.core.permissions import matrix

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYBODY = "desk.use"
ANY_SHELTER = "shelter.any"
_MARK = "_access_mark"

csrf = CSRFProtect()


@dataclass(frozen=True)
class Actor:
    """Who acts (操作者): plain values, never a database object. The id of the program is None."""

    id: UUID | None
    name: str
    role: str | None
    permissions: frozenset[str]
    shelter_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Tell whether the actor has a permission."""
        return permission in self.permissions

    @property
    def bound_to(self) -> UUID | None:
        """Return the one shelter this person was given, None when others may be looked at, too."""
        return None if self.may(ANY_SHELTER) else self.shelter_id


@dataclass(frozen=True)
class Login(UserMixin):
    """One living login (ログイン): who, and at which disaster and shelter."""

    session_id: UUID
    token: str
    actor: Actor
    disaster_key: str | None = None
    shelter_id: UUID | None = None
    must_change_secret: bool = False
    needs_factor: bool = False
    is_locked: bool = False
    confirmed_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the person has proven lately who works here."""
        if self.confirmed_at is None:
            return False
        return timedelta() <= clock.now() - self.confirmed_at < minutes(CONFIRMED_MINUTES)

    def get_id(self) -> str:
        return self.token


Loader = Callable[[str], Login | None]


class NoActorError(Exception):
    """Nobody is logged in, and no command runs."""


class ConfirmationNeededError(Unauthorized):
    """A weighty act asks for the password once more (step-up)."""


class UnmarkedEndpointError(Exception):
    """An endpoint declares no permission; the program does not start."""


@dataclass
class Mark:
    """What a view declares about its callers and its effect."""

    permission: str | None = None
    is_public: bool = False
    is_reading: bool = False
    upload_bytes: int | None = None
    works_locked: bool = False
    asks_again: bool = False


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view as open to those who have the permission."""
    if permission not in matrix().permissions:
        message = f"{permission} is not in permissions.toml"
        raise KeyError(message)

    def mark(view: View) -> View:
        mark_of(view).permission = permission
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everybody, also without login."""
    mark_of(view).is_public = True
    return view


def reads(view: View) -> View:
    """Mark a POST that writes nothing, such as a search."""
    mark_of(view).is_reading = True
    return view


def works_locked(view: View) -> View:
    """Mark a view that answers while the screen is closed: opening it again, leaving."""
    mark_of(view).works_locked = True
    return view


def asks_again(view: View) -> View:
    """Mark a weighty act: whoever does it must have given the password within ten minutes."""
    mark_of(view).asks_again = True
    return view


def accepts_upload(megabytes: int) -> Callable[[View], View]:
    """Let a view receive a file of this size; everybody else is held to the small limit."""

    def mark(view: View) -> View:
        mark_of(view).upload_bytes = megabytes * 1024 * 1024
        return view

    return mark


def mark_of(view: Callable[..., Any]) -> Mark:
    """Return the mark of a view, making an empty one when there is none."""
    if not hasattr(view, _MARK):
        setattr(view, _MARK, Mark())
    return cast("Mark", getattr(view, _MARK))


def is_unmarked(view: Callable[..., Any]) -> bool:
    """Tell whether a view says nothing about who may call it."""
    mark = getattr(view, _MARK, Mark())
    return not mark.is_public and mark.permission is None


def unmarked_endpoints(app: Flask) -> list[str]:
    """Return the endpoints that declare neither a permission nor ``@public``."""
    return sorted(name for name, view in app.view_functions.items() if is_unmarked(view))


def refuse_unmarked(app: Flask) -> None:
    """Stop the start when an endpoint is unmarked; the last step of building the program."""
    unmarked = unmarked_endpoints(app)
    if unmarked:
        raise UnmarkedEndpointError(", ".join(unmarked))


def system_actor() -> Actor:
    """Return the actor of commands and background jobs: the program, with every permission."""
    return Actor(None, "システム", None, frozenset(matrix().permissions))


def current_actor() -> Actor:
    """Return who acts: the person logged in, or the program in commands and jobs.

    Raises:
        NoActorError: A request without login asks.
    """
    if not has_request_context():
        return system_actor()
    login = current_login()
    if login is None:
        raise NoActorError
    return login.actor


def current_login() -> Login | None:
    """Return the login of the request, None when nobody is logged in."""
    return cast("Login", current_user._get_current_object()) if is_logged_in() else None


def is_logged_in() -> bool:
    """Tell whether the request comes from somebody who is logged in."""
    user: Any = current_user
    return has_request_context() and bool(user.is_authenticated)


def enter_login(login: Login) -> None:
    """Make a login the one of this browser: no remember-me, everything of the old one gone."""
    login_user(login)


def init_app(app: Flask, load_login: Loader) -> None:
    """Set up logins and the guard; call before any other ``before_request``.

    Args:
        app: The program.
        load_login: Finds the living login of a session token, in a session of its own.
    """
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard below calls it, in its order
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # pages send no referrer; see _check_origin
        SESSION_PROTECTION=None,  # addresses change on a LAN; the login is checked in local.db
    )
    csrf.init_app(app)
    manager = LoginManager(app)
    manager.user_loader(load_login)
    public(app.view_functions["static"])
    app.before_request(_guard)
    app.teardown_request(_leave)
    app.context_processor(_template_values)


def enter_for_request(context: AbstractContextManager[Any]) -> None:
    """Hold a context manager open until the request ends."""
    if "contexts" not in g:
        g.contexts = ExitStack()
    g.contexts.enter_context(context)


def find_page_above(path: str) -> str | None:
    """Return the nearest page above a path that whoever asks may open, or None.

    The way back from an address that only a button leads to.
    """
    adapter, login = current_app.url_map.bind(""), current_login()
    parts = path.strip("/").split("/")
    for length in range(len(parts), 0, -1):
        above = "/" + "/".join(parts[:length])
        for tried in (above, f"{above}/"):
            with suppress(HTTPException):
                endpoint, _values = adapter.match(tried, method="GET")
                if login and _is_allowed(mark_of(current_app.view_functions[endpoint]), login):
                    return tried
    return None


def _guard() -> None:
    """Refuse what is not allowed, in the order: other sites, forged forms, strangers, roles."""
    _check_origin()
    mark = _mark_of_endpoint()
    login = None if request.endpoint == "static" else current_login()
    if mark and mark.upload_bytes and login and _is_allowed(mark, login):
        request.max_content_length = mark.upload_bytes
    csrf.protect()
    if mark and not mark.is_public:
        if login is None:
            raise Unauthorized
        if not _is_allowed(mark, login):
            raise Forbidden(matrix().label(mark.permission) if mark.permission else None)
        _check_presence(mark, login)
    if login:
        enter_for_request(acting(login.actor.id))


def _check_presence(mark: Mark, login: Login) -> None:
    """Refuse while the screen is closed, and weighty acts some time after the last proof."""
    if login.is_locked and not mark.works_locked:
        raise Locked
    if mark.asks_again:
        require_confirmed()


def require_confirmed() -> None:
    """Ask for the password once more when it was not proven lately; commands have none to ask."""
    login = current_login()
    if login is not None and not login.is_confirmed:
        raise ConfirmationNeededError


def _mark_of_endpoint() -> Mark | None:
    """Return the mark of the view that will answer; None when there is no such page."""
    if request.endpoint is None:
        return None
    return mark_of(current_app.view_functions[request.endpoint])


def _is_allowed(mark: Mark, login: Login) -> bool:
    return mark.permission is not None and login.actor.may(mark.permission)


def _check_origin() -> None:
    """Refuse a writing request that another site made, before its token is looked at."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise BadRequest
        return
    origin = request.headers.get("Origin", "null")  # "null": pages here send no referrer
    if origin != "null" and re.sub(r"^https?://", "", origin) != request.host:
        raise BadRequest


def _leave(_error: BaseException | None) -> None:
    contexts = g.pop("contexts", None)
    if contexts is not None:
        contexts.close()


def _template_values() -> dict[str, Any]:
    login = current_login()
    return {"actor": login.actor if login else None, "may": _may}


def _may(permission: str) -> bool:
    login = current_login()
    return login is not None and login.actor.may(permission)
