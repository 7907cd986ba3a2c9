"""The application log: JSON lines, allow-listed keys, no personal data, nothing from users.

Words of people never get here: of an exception only its type and places are kept, of a message
of another library nothing but who sent it.
"""

import json
import logging
import re
import traceback
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from flask import current_app

from victim_support.core import clock

ALLOWED = frozenset(
    {
        "at",
        "actor",
        "count",
        "endpoint",
        "error",
        "event",
        "frames",
        "incident",
        "level",
        "method",
        "milliseconds",
        "origin",
        "status",
        "table",
        "terminal",
        "version",
    }
)
OWN = "victim_support"
FILE_BYTES, FILES = 5_000_000, 10
FRAMES = 12
_EXTENSION = "log"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def init_app(app: Any, folder: Path) -> None:
    """Write the log of the program and of its libraries to a folder, rotated by size."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _LogFile(
        folder / "app.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(_LibraryFormatter())
    app.extensions[_EXTENSION] = _event_logger(handler)
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _LibraryFormatter)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    app.logger.propagate = True
    app.logger.handlers.clear()


class _LogFile(RotatingFileHandler):
    """The file of the log; a disk that is full is told on every page, not by a trace per line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Go on: the work matters more than its log."""


def log_event(event: str, **facts: object) -> None:
    """Log that something happened; ``event`` is a fixed word of the code, never composed."""
    logger: Any = current_app.extensions[_EXTENSION]
    logger.info(event, **facts)


def log_error(event: str, error: BaseException, **facts: object) -> None:
    """Log an exception: its type and the places it passed, not its words."""
    logger: Any = current_app.extensions[_EXTENSION]
    frames = _places(error.__traceback__)
    logger.error(event, error=type(error).__name__, frames=frames, **facts)


def _event_logger(handler: logging.Handler) -> Any:
    return structlog.wrap_logger(
        _Writer(handler),
        processors=[_stamp, structlog.processors.add_log_level, _only_allowed, _render],
    )


class _Writer:
    """What structlog writes to: the rotating file, one finished line at a time."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler

    def info(self, line: str) -> None:
        record = logging.LogRecord(OWN, logging.INFO, "", 0, line, None, None)
        record.is_finished = True
        self._handler.handle(record)

    error = info


class _LibraryFormatter(logging.Formatter):
    """Turn a record of the standard library into a line without its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "is_finished", False):
            return str(record.msg)
        is_own = record.name.partition(".")[0] == OWN
        facts: dict[str, Any] = {
            "event": str(record.msg) if is_own else "library.message",
            "origin": record.name,
            "level": record.levelname.lower(),
        }
        if record.exc_info and record.exc_info[0]:
            facts["error"] = record.exc_info[0].__name__
            facts["frames"] = _places(record.exc_info[2])
        return _render(None, "", _only_allowed(None, "", _stamp(None, "", facts)))


def _stamp(_logger: object, _method: str, facts: MutableMapping[str, Any]) -> dict[str, Any]:
    return {"at": clock.now().isoformat(timespec="milliseconds"), **facts}


def _only_allowed(_logger: object, _method: str, facts: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in facts.items() if key in ALLOWED}


def _render(_logger: object, _method: str, facts: MutableMapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    """Return a value that cannot begin a new line or colour a terminal."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", str(value))[:500]


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames]
