"""The print worker: PDFs are made in a child process, started on first use.

The server stays small and answers other pages while a document is laid out. The child gets
finished values, ends after ten idle minutes and is started again when it died.
"""

import atexit
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from math import inf
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, cast
from uuid import UUID

from victim_support.core.children import end_child, module_path
from victim_support.core.documents.binding import Binder, pages_of
from victim_support.core.documents.glyphs import UnprintableName

_log = logging.getLogger(__name__)

IDLE_SECONDS = 600.0
TIMEOUT_SECONDS = 60.0
LIST_TIMEOUT_SECONDS = 300.0
WATCH_SECONDS = 0.25  # between two looks at whether a child is late or idle


class PrintError(Exception):
    """The document could not be made; the message is for the clerk."""


class PrintTimeoutError(PrintError):
    """The document took too long."""


class _ChildDiedError(Exception):
    """The child ended without an answer."""


class PrintWorker:
    """One child process and the lock that gives it one job at a time."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._due = self._idle_since = inf  # by the monotonic clock; never while there is no reason

    @property
    def pid(self) -> int | None:
        """Return the process id of the child while it runs."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    def warm_up(self) -> None:
        """Start the child in the background, for a page from which printing is near."""
        Thread(target=self._start_early, daemon=True).start()

    def render(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        strict: bool = False,
        timeout: float = TIMEOUT_SECONDS,
    ) -> bytes:
        """Return the PDF of a template below ``templates/documents``.

        Args:
            template: Path below ``templates/documents``, such as ``certificates/risai.html``.
            values: Plain values: text, numbers, lists, mappings; dates become ISO text.
            strict: For certificates: a character no font has raises UnprintableName. Otherwise
                it is printed as 〓.
            timeout: Seconds after which the child is ended.

        Raises:
            UnprintableName: A value holds a character no font has (strict only).
            PrintTimeoutError: The document took too long.
            PrintError: The document could not be made.
        """
        job = {"template": template, "values": values, "strict": strict}
        return self._answered(job, timeout)

    def render_bound(
        self,
        papers: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        strict: bool = True,
        timeout: float = TIMEOUT_SECONDS,
    ) -> bytes:
        """Return certificates, templates with their values, in one file; errors as above.

        Without ``strict`` they are lists.
        """
        return self._answered({"bound": papers, "strict": strict}, timeout)

    def _answered(self, asked: Mapping[str, Any], timeout: float) -> bytes:
        job = json.dumps(asked, default=_plain).encode()
        with self._lock:
            self._idle_since = inf
            try:
                header, body = self._twice(job, timeout)
            finally:
                self._idle_since = time.monotonic()
        if "error" in header:
            raise _error(header)
        return body

    def close(self) -> None:
        """End the child, after the job it is doing."""
        with self._lock:
            self._end()

    def _start_early(self) -> None:
        with self._lock:
            self._running()
            self._idle_since = time.monotonic()

    def _twice(self, job: bytes, timeout: float) -> tuple[dict[str, Any], bytes]:
        """Ask, and ask a fresh child once more if the first had died."""
        try:
            return self._ask(job, timeout)
        except _ChildDiedError:
            self._end()
        try:
            return self._ask(job, timeout)
        except _ChildDiedError as error:
            self._end()
            raise PrintError(
                "印刷の準備ができませんでした。「victim-support check」で不足がないか見てください。"
            ) from error

    def _ask(self, job: bytes, timeout: float) -> tuple[dict[str, Any], bytes]:
        child = self._running()
        self._due = due = time.monotonic() + timeout
        try:
            header, body = _exchange(child, job)
        except OSError:
            header, body = {}, b""
        finally:
            self._due = inf
        if header and len(body) == header.get("length", 0):
            return header, body
        if time.monotonic() > due:
            self._end()
            raise PrintTimeoutError(
                f"印刷に{timeout:g}秒より長くかかったので止めました。件数を減らしてください。"
            )
        raise _ChildDiedError

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "victim_support.core.documents.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": module_path()},
            )
            Thread(target=self._watch, args=(self._child,), daemon=True).start()
        return self._child

    def _watch(self, child: "subprocess.Popen[bytes]") -> None:
        """Stop a child that is late, and end one that has been idle for long.

        One thread that looks now and then: one for every job would take a fifth of its time.
        """
        while child.poll() is None:
            time.sleep(WATCH_SECONDS)
            if time.monotonic() > self._due:
                child.kill()
            elif self._is_idle():
                self._end_when_idle()

    def _is_idle(self) -> bool:
        return time.monotonic() > self._idle_since + self._idle_seconds

    def _end_when_idle(self) -> None:
        with self._lock:
            if self._is_idle():
                self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            end_child(child)


def _exchange(child: "subprocess.Popen[bytes]", job: bytes) -> tuple[dict[str, Any], bytes]:
    requests, answers = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    requests.write(job + b"\n")
    requests.flush()
    header = json.loads(answers.readline() or b"{}")
    return header, answers.read(header.get("length", 0))


def _error(header: dict[str, Any]) -> Exception:
    if header["error"] == "unprintable":
        return UnprintableName(header["text"], tuple(header["clusters"]))
    _log.error("print failed: %s at %s", header["kind"], header["where"])
    return PrintError(f"この書類は印刷できませんでした({header['kind']})。")


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"not a plain value: {type(value).__name__}")


worker = PrintWorker()
"""Papers at the counter, where somebody stands and waits."""
list_worker = PrintWorker()
"""Lists, which may have a thousand lines and must not keep the counter waiting."""
bulk_workers = (PrintWorker(idle_seconds=60), PrintWorker(idle_seconds=60))
"""Papers by the hundred, one process for each half of them."""
BOUND = 20
"""So many papers are bound in one go: the other process is not kept waiting at the end."""


def render_pdf(
    template: str, values: Mapping[str, Any], *, strict: bool = False, timeout: float | None = None
) -> bytes:
    """Return the PDF of a template; see :meth:`PrintWorker.render`.

    Certificates (``strict``) and lists have a child process each.
    """
    chosen = worker if strict else list_worker
    seconds = timeout or (TIMEOUT_SECONDS if strict else LIST_TIMEOUT_SECONDS)
    return chosen.render(template, values, strict=strict, timeout=seconds)


def render_bound(
    papers: Sequence[tuple[str, Mapping[str, Any]]],
    workers: Sequence[PrintWorker] = bulk_workers,
) -> bytes:
    """Return certificates by the hundred in one file (まとめて印刷), made by several processes.

    Args:
        papers: Templates with their values, in the order of the pages.
        workers: The processes.

    Raises:
        UnprintableName: A value holds a character no font here has.
        PrintError: The file could not be made.
    """
    free: SimpleQueue[PrintWorker] = SimpleQueue()
    for each in workers:
        free.put(each)

    def bound(start: int) -> bytes:
        chosen = free.get()
        try:
            return chosen.render_bound(papers[start : start + BOUND])
        finally:
            free.put(chosen)

    binder = Binder()
    with ThreadPoolExecutor(len(workers)) as pool:
        for part in pool.map(bound, range(0, len(papers), BOUND)):
            binder.add(pages_of(part))
    return binder.file()


def render_parts(template: str, parts: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a long list in one file, each part laid out alone, in its own time limit.

    Args:
        template: The template of every part.
        parts: The values of each, in their order; at least one.

    Raises:
        PrintError: The file could not be made.
    """
    binder = Binder()
    for values in parts:
        part = list_worker.render_bound(
            [(template, values)], strict=False, timeout=LIST_TIMEOUT_SECONDS
        )
        binder.add(pages_of(part))
    return binder.file()


def close_workers() -> None:
    """End all child processes, after the jobs they are doing."""
    for each in (worker, list_worker, *bulk_workers):
        each.close()


atexit.register(close_workers)
