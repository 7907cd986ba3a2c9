"""The box as a Flask program: a few pages without scripts, cookies, logins or anything to read.

What was typed travels in the pages themselves until it is sent, so that nothing lies here unsealed
and a browser that keeps nothing (the small one that opens when a phone joins a network) will do.
"""

import secrets
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response, abort, current_app, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from victim_support.core import clock
from victim_support.core.documents.qr import qr_svg
from victim_support.core.headers import HEADERS
from victim_support.core.paths import resource_dir
from victim_support.dropbox.box.forms import (
    ANSWERS,
    ASKED,
    NEEDS,
    RELATION_WORDS,
    SEXES,
    STAYS,
    BoxPage,
    MemberPage,
    PlacePage,
)
from victim_support.dropbox.box.languages import language, said, speak
from victim_support.dropbox.box.pace import Pace
from victim_support.dropbox.files import FullError, put_in
from victim_support.dropbox.notice import Notice, read_notice
from victim_support.dropbox.rules import MOST_PEOPLE, Household, scan_text, show_number

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
LARGEST = 64 * 1024
STYLES = {
    "tokens.css": "vendor/design-tokens",
    "base.css": "css",
    "components.css": "css",
    "box.css": "css",
}
SHOWN = {
    str(value): words
    for table in (SEXES, NEEDS, RELATION_WORDS, STAYS, ANSWERS)
    for value, words in table.items()
}
BUSY = "今《いま》 こんでいます。1分《ぷん》 待《ま》って、また 送《おく》って ください。"
NOT_NOW = "今《いま》 送《おく》れません。受付《うけつけ》に 来《き》て ください。"
PAGES = Pace(most=120, seconds=60)
SENDS = Pace(most=10, seconds=600)
ALL_SENDS = Pace(most=300, seconds=600)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a page hands to the next one: the form's own key, and what was typed so far."""

    key: str
    household: Household = Household()

    def with_(self, **changes: Any) -> "State":
        """Return the state with a changed household."""
        return State(key=self.key, household=msgspec.structs.replace(self.household, **changes))

    @property
    def text(self) -> str:
        """Return it for a hidden field."""
        return msgspec.json.encode(self).decode()


def create_box(folder: Path) -> Flask:
    """Return the box that puts into a folder and is told by the notice there."""
    app = Flask(__name__, template_folder=str(resource_dir("templates")), static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST, MAX_FORM_MEMORY_SIZE=LARGEST, MAX_FORM_PARTS=200)
    app.logger.disabled = True  # a traceback could repeat what somebody typed
    app.extensions["drops"] = folder
    app.extensions["paces"] = [Pace(each.most, each.seconds) for each in (PAGES, SENDS, ALL_SENDS)]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["easy"] = _easy
    speak(app)
    app.context_processor(_words)
    app.before_request(_guard)
    app.after_request(_set_headers)
    app.register_error_handler(Exception, _failed)
    app.add_url_rule("/", view_func=start)
    app.add_url_rule("/style/<name>", view_func=style)
    app.add_url_rule("/write", view_func=write)
    app.add_url_rule("/person", view_func=person, methods=["POST"])
    app.add_url_rule("/people", view_func=people, methods=["POST"])
    app.add_url_rule("/place", view_func=place, methods=["POST"])
    app.add_url_rule("/send", view_func=send, methods=["POST"])
    return app


def start() -> str:
    """Say what this is for, and what it is not."""
    return _page("start")


def style(name: str) -> Response:
    """Return one of the few style sheets."""
    if name not in STYLES:
        abort(HTTPStatus.NOT_FOUND)
    return send_from_directory(resource_dir("static") / STYLES[name], name)


def write() -> str:
    """Begin with the one who types."""
    return _person(State(key=secrets.token_hex(16)), MemberPage(), 0)


def person() -> ResponseReturnValue:
    """Take one person down; then all are shown."""
    state, form, at = _state(), MemberPage(request.form), _position()
    if not form.validate():
        return _person(state, form, at), HTTPStatus.UNPROCESSABLE_ENTITY
    members = [*state.household.members]
    members[at : at + 1] = [form.member(is_first=at == 0)]
    return _page("people", state=state.with_(members=tuple(members)))


def people() -> ResponseReturnValue:
    """Add one more, correct or remove one, or go on."""
    state = _state()
    act, _, which = request.form.get("act", "").partition("-")
    members = state.household.members
    at = int(which) if which.isdecimal() and int(which) < len(members) else len(members)
    if act == "edit" and at < len(members):
        return _person(state, MemberPage(data=msgspec.structs.asdict(members[at])), at)
    if act == "remove" and at > 0:
        return _page("people", state=state.with_(members=members[:at] + members[at + 1 :]))
    if act == "add" and len(members) < MOST_PEOPLE:
        return _person(state, MemberPage(), len(members))
    if act == "on" and members:
        return _page("place", state=state, form=PlacePage(data=_place_of(state.household)))
    return _page("people", state=state)


def place() -> ResponseReturnValue:
    """Take down what is asked once; then everything is shown to be checked."""
    state, form = _state(), PlacePage(request.form)
    if not form.validate():
        return _page("place", state=state, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    answers = {kind.value: form[kind.value].data for kind in ASKED if form[kind.value].data}
    changed = state.with_(
        address=form.address.data, phone=form.phone.data, stay=form.stay.data, answers=answers
    )
    return _page("check", state=changed)


def send() -> ResponseReturnValue:
    """Seal it and give the number; sent again, it is the same number."""
    state = _state()
    if request.form.get("act") == "back" or not state.household.members:
        return _page("people", state=state)
    if not _may_send():
        page = _page("check", state=state, fault=said(BUSY))
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "60"}
    try:
        number = put_in(
            current_app.extensions["drops"],
            msgspec.structs.replace(state.household, language=language().value),
            key=state.key,
            recipient=_notice().recipient,
            now=clock.now(),
        )
    except (FullError, OSError):
        page = _page("check", state=state, fault=said(NOT_NOW))
        return page, HTTPStatus.SERVICE_UNAVAILABLE
    return _page("sent", state=state, number=show_number(number), code=qr_svg(scan_text(number)))


def _guard() -> None:
    if request.endpoint == "style":
        return
    if not _pace(0).admits(request.remote_addr or "", time.monotonic()):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    if not _notice().is_open:
        abort(HTTPStatus.SERVICE_UNAVAILABLE)


def _may_send() -> bool:
    moment = time.monotonic()
    return _pace(1).admits(request.remote_addr or "", moment) and _pace(2).admits("all", moment)


def _pace(which: int) -> Pace:
    paces: list[Pace] = current_app.extensions["paces"]
    return paces[which]


def _notice() -> Notice:
    try:
        return read_notice(current_app.extensions["drops"])
    except (OSError, msgspec.DecodeError):
        return Notice(recipient="")


def _state() -> State:
    try:
        state = msgspec.json.decode(request.form.get("state", ""), type=State)
    except msgspec.DecodeError:
        abort(HTTPStatus.BAD_REQUEST)
    if len(state.key) != 32:
        abort(HTTPStatus.BAD_REQUEST)
    return state


def _position() -> int:
    text = request.form.get("at", "0")
    at = int(text) if text.isdecimal() and len(text) < 4 else 0
    return min(at, MOST_PEOPLE - 1)


def _person(state: State, form: MemberPage, at: int) -> str:
    return _page("person", state=state, form=form, at=at)


def _place_of(household: Household) -> dict[str, str]:
    typed = {"address": household.address, "phone": household.phone, "stay": household.stay}
    return {name: value for name, value in typed.items() if value} | household.answers


def _page(name: str, *, form: BoxPage | None = None, **values: Any) -> str:
    template = f"dropbox/box/{name}.html"
    return render_template(template, form=form, notice=_notice(), most=MOST_PEOPLE, **values)


def _words() -> dict[str, Any]:
    return {
        "training": _notice().is_training,
        "asked": {one.value: question for one, question in ASKED.items()},
        "page_language": language().value,
    }


def _easy(value: str) -> Markup:
    """Return a chosen value in the words in which it was offered."""
    return said(SHOWN[value]) if value in SHOWN else Markup("")


def _failed(error: Exception) -> ResponseReturnValue:
    code = error.code if isinstance(error, HTTPException) else None
    return _page("failed", code=code), code or HTTPStatus.INTERNAL_SERVER_ERROR


def _set_headers(response: Response) -> Response:
    response.headers |= HEADERS
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers["Content-Security-Policy"] = POLICY
    is_style = request.endpoint == "style"
    response.headers["Cache-Control"] = "no-cache" if is_style else "no-store"
    return response
