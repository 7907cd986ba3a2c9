"""Who read what (閲覧の記録), and what happened to accounts: ``reads.log``, append-only.

A second process that reads (a command beside the running server) writes a file of its own.
"""

import hashlib
import json
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from flask import current_app, has_request_context, request

from victim_support.core import clock
from victim_support.core.access import current_login
from victim_support.core.appendlog import AppendLog, claim, files_of
from victim_support.core.instance import OpenInstance

LABEL = "reads"
_EXTENSION = "reads"
_opening = threading.Lock()


@dataclass
class _OpenLog:
    """The log of this process and the lock that keeps other processes off the file."""

    log: AppendLog
    lock: IO[bytes] = field(repr=False)


def log_read(event: str, record_ids: Iterable[UUID] = (), purpose: str = "") -> None:
    """Note that records were opened, or a list shown or printed.

    Args:
        event: What was done, such as ``"person.open"`` or ``"roster.print"``.
        record_ids: The persons or records that could be read.
        purpose: Why, in the words of the office, when the page asks for it.
    """
    _append("read", event, ids=[str(record_id) for record_id in record_ids], purpose=purpose)


def log_search(text: str, found: int) -> None:
    """Note a search: the words as a keyed hash only, and how many were found."""
    key = _instance().subkey("search-log")
    digest = hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()
    _append("search", "person.search", words=digest, found=found)


def log_security(event: str, *, staff_id: UUID | None = None, **facts: str | int | None) -> None:
    """Note what concerns accounts: login, logout, failure, throttle, change of an account."""
    _append("security", event, staff=str(staff_id) if staff_id else None, **facts)


def read_log(path: Path, key: bytes) -> Iterator[dict[str, Any]]:
    """Yield the entries of one read log, checking its chain."""
    log = AppendLog(path, key, LABEL)
    try:
        for payload in log:
            yield json.loads(payload)
    finally:
        log.close()


def list_reads(events: Collection[str] | None, first: date, last: date) -> list[dict[str, Any]]:
    """Return what was opened or printed on this machine on some days, as days are in Japan.

    All of the log is read and its chain checked: a second for some ten thousand entries.

    Args:
        events: Names of events, such as ``"certificate.print"``; None stands for all.
        first: The first day.
        last: The last one.
    """
    instance = _instance()
    days = (first.isoformat(), last.isoformat())
    return [
        entry
        for path in files_of(instance.reads_log)
        for entry in read_log(path, instance.key)
        if (events is None or entry["event"] in events)
        and days[0] <= entry["local"][:10] <= days[1]
    ]


def close_log() -> None:
    """Bring the log to the disk and close it, at the end of the process."""
    opened = current_app.extensions.pop(_EXTENSION, None)
    if opened is not None:
        opened.log.close()
        opened.lock.close()


def _append(kind: str, event: str, **facts: object) -> None:
    entry = {"kind": kind, "event": event, **_circumstances(), **facts}
    payload = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    _log().append(payload, sync=False)


def _circumstances() -> dict[str, object]:
    moment = clock.now()
    login = current_login()
    return {
        "at": moment.isoformat(timespec="milliseconds"),
        "local": clock.local(moment).isoformat(timespec="seconds"),
        "actor": str(login.actor.id) if login else None,
        "role": login.actor.role if login else None,
        "terminal": request.remote_addr if has_request_context() else "command",
        "endpoint": request.endpoint if has_request_context() else None,
    }


def _log() -> AppendLog:
    with _opening:
        opened = current_app.extensions.get(_EXTENSION)
        if opened is None:
            instance = _instance()
            opened = _OpenLog(*claim(instance.reads_log, instance.key, LABEL))
            current_app.extensions[_EXTENSION] = opened
        return cast("_OpenLog", opened).log


def _instance() -> OpenInstance:
    return cast("OpenInstance", current_app.extensions["instance"])
