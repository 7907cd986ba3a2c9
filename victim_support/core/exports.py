"""Files and papers that take many people out of the program: who, why, and with whom.

Every view that answers with a file or a paper of people, of their dwellings or papers, calls
:func:`release` with the exact ids first. Beyond the limit of rows (``limits.EXPORT_ROWS``) a second
person has to agree, at the same screen; a file, which can wait, also asks for the password once
more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import session
from werkzeug.exceptions import Forbidden

from victim_support.core import clock
from victim_support.core.access import require_confirmed
from victim_support.core.limits import AGREED_MINUTES, EXPORT_ROWS, limit, minutes
from victim_support.core.reads import log_read, log_security

APPROVER = "export.approve"
_ASKED, _AGREED = "export_asked", "export_agreed"


class ApprovalNeededError(Forbidden):
    """More people than one person may take out alone (大量の書き出し)."""


class Asked(NamedTuple):
    """What waits for a second person in this browser."""

    event: str
    rows: int
    is_paper: bool
    counted: str = "人"


NOTHING = Asked("", 0, is_paper=False)


def release(
    event: str, ids: Iterable[UUID], purpose: str, *, is_paper: bool, counted: str = "人"
) -> None:
    """Note exactly who is about to leave in a file or on paper; refuse many without a second.

    Args:
        event: What is done, such as ``"roster.export"``.
        ids: Who is in it.
        purpose: Why, in the words of the office.
        is_paper: Whether it is printed: that must go on when only one person is there.
        counted: What its rows are counted in, for the second person.

    Raises:
        ConfirmationNeededError: It is a file, and the password was not proven lately.
        ApprovalNeededError: There are more than the limit of rows, and nobody agreed lately.
    """
    if not is_paper:
        require_confirmed()
    people = list(dict.fromkeys(ids))
    with_whom = ""
    if len(people) > limit(EXPORT_ROWS):
        with_whom = _agreed(event, len(people))
        if not with_whom:
            session[_ASKED] = Asked(event, len(people), is_paper, counted)
            raise ApprovalNeededError
    log_read(event, people, f"{purpose} {with_whom}".strip())


def asked() -> Asked:
    """Return what waits for a second person in this browser, or ``NOTHING``."""
    found: list[Any] | None = session.get(_ASKED)
    return Asked(*found) if found else NOTHING


def agree(*, approver: UUID) -> None:
    """Keep for some minutes that a second person agreed to what waits (書き出しの承認)."""
    _keep(f"承認 {approver}", approver, "export.approved")


def go_alone(*, reason: str) -> None:
    """Keep that a paper is printed by one person, for nobody else is there, and why.

    Raises:
        ApprovalNeededError: What waits is a file, which can wait.
    """
    if not asked().is_paper:
        raise ApprovalNeededError
    _keep(f"一人で印刷({reason})", None, "export.alone")


def _keep(words: str, approver: UUID | None, what: str) -> None:
    waiting = asked()
    if waiting == NOTHING:
        return
    until = (clock.now() + minutes(AGREED_MINUTES)).isoformat()
    session[_AGREED] = [waiting.event, waiting.rows, until, words]
    session.pop(_ASKED)
    log_security(what, staff_id=approver, export=waiting.event, rows=waiting.rows)


def _agreed(event: str, count: int) -> str:
    """Return with whom it was agreed, empty when it was not: other rows, other file, too late."""
    found: list[Any] | None = session.get(_AGREED)
    if not found or found[0] != event or count > found[1]:
        return ""
    return str(found[3]) if clock.now() < datetime.fromisoformat(found[2]) else ""
