"""Typed input that outlives its login: taken from a form that came too late, and given back."""

import json
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from victim_support.core.forms import RESUME_FIELD

DRAFT_FIELD = "_draft"
LARGEST = 200_000
NOT_KEPT = frozenset(
    f"accounts.{name}"
    for name in (
        "at_work",
        "drop",
        "keep",
        "change_password",
        "confirm",
        "enter",
        "enter_second",
        "go_alone",
        "lock",
        "logout",
        "open_emergency",
        "preferences",
        "second_person",
        "unlock",
    )
)
_NEVER = ("csrf_token", "password", "secret", "pin", "passphrase", DRAFT_FIELD, RESUME_FIELD)


@dataclass(frozen=True)
class Draft:
    """Where a form was going and what was typed; passwords are never in it."""

    url: str
    fields: list[tuple[str, str]]

    def dump(self) -> str:
        """Return the draft for a hidden field."""
        return json.dumps([self.url, self.fields], ensure_ascii=False)

    @property
    def key(self) -> str:
        """Return what tells this form from others: the key it is saved under, else its address."""
        return next((value for name, value in self.fields if name == "idempotency_key"), self.url)

    @property
    def title(self) -> str:
        """Return the first name that was typed into it, for its writer alone."""
        return next((value for name, value in self.fields if value and name.endswith("name")), "")


def typed_input() -> Draft | None:
    """Return what the running request wanted to send, None when there is nothing to keep."""
    if request.method != "POST" or request.endpoint is None:
        return None
    return _usable(Draft(request.path, list(request.form.items(multi=True))))


def pending_act() -> Draft | None:
    """Return the running request as it was sent, also when only a button was pressed."""
    if request.method != "POST" or request.endpoint is None:
        return None
    return _usable(Draft(request.path, list(request.form.items(multi=True))), may_be_empty=True)


def carried_drafts() -> list[Draft]:
    """Return all drafts that a page hands over when it is left."""
    return [draft for text in request.form.getlist(DRAFT_FIELD) if (draft := read_draft(text))]


def carried_draft(*, may_be_empty: bool = False) -> Draft | None:
    """Return the draft that a login form carries along."""
    return read_draft(request.form.get(DRAFT_FIELD, ""), may_be_empty=may_be_empty)


def read_draft(text: str, *, may_be_empty: bool = False) -> Draft | None:
    """Return the draft that was dumped to a text, None when there is none to use."""
    try:
        url, fields = json.loads(text)
        draft = Draft(str(url), [(str(name), str(value)) for name, value in fields])
    except (TypeError, ValueError):
        return None
    return _usable(draft, may_be_empty=may_be_empty)


def own_page(path: str | None) -> str:
    """Return a path when it is a page of this program, else the first page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    adapter = current_app.url_map.bind("localhost")
    return path if adapter.test(path.partition("?")[0], method="GET") else "/"


def _usable(draft: Draft, *, may_be_empty: bool = False) -> Draft | None:
    kept = [(name, value) for name, value in draft.fields if not _is_secret(name)]
    size = sum(len(name) + len(value) for name, value in kept)
    if not (kept or may_be_empty) or size > LARGEST or not _takes_forms(draft.url):
        return None
    return Draft(draft.url, kept)


def _is_secret(name: str) -> bool:
    return any(name == word or name.endswith(word) for word in _NEVER)


def _takes_forms(url: str) -> bool:
    """Tell whether a path is one of our own pages that a form is sent to."""
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _values = adapter.match(url, method="POST")
    except HTTPException:
        return False
    return endpoint not in NOT_KEPT
