"""The intake log (控え): what was acknowledged, in a second file, durable before the answer."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection
from werkzeug.exceptions import ServiceUnavailable

from victim_support.core import clock
from victim_support.core.appendlog import AppendLog, DamagedLogError
from victim_support.journal.apply import apply_ops
from victim_support.journal.codec import OpRecord, pack_group, unpack_group
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads, read_ops

LABEL = "intake"
EXTENSION = "intake"
ChainKey = tuple[str, UUID]

_log = logging.getLogger(__name__)


class IntakeFailureError(ServiceUnavailable):
    """The intake log cannot be written, so nothing can be acknowledged."""

    description = (
        "記録の控えを書き込めないため、登録を受け付けられません。紙に切り替えてください。"
        "画面での検索と印刷は続けられます。"
    )


class Intake:
    """The intake log of this process; after one failure it accepts nothing more."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        self.log = AppendLog(path, key, LABEL)
        self.is_read_only = False
        self.is_begun_anew = False  # empty until the transaction that set it aside has ended

    def write(self, ops: list[OpRecord]) -> None:
        """Note the operations of one transaction, in the order of commits.

        Raises:
            IntakeFailureError: The disk is full or failing.
        """
        try:
            self.log.write(pack_group(ops))
        except (OSError, DamagedLogError) as error:
            self._fail(error)

    def sync(self) -> None:
        """Wait until everything written is on the disk.

        Raises:
            IntakeFailureError: The disk is failing.
        """
        try:
            self.log.sync()
        except OSError as error:
            self._fail(error)

    def reconcile(self, connection: Connection) -> tuple[int, int]:
        """Bring database and log to the same state, at start or after a restore.

        A damaged log is set aside, never deleted, and begun anew from the database.

        Returns:
            How many operations were appended to the log, and how many applied to the database.
        """
        try:
            noted, applied = self._replay(connection)
        except DamagedLogError:
            _log.error("intake log is damaged")
            self._set_aside("damaged")
            noted, applied = {}, 0
        missing = 0
        for group in _groups(_ops_after(connection, noted)):
            self.write(group)
            missing += len(group)
        self.sync()
        return missing, applied

    def _replay(self, connection: Connection) -> tuple[dict[ChainKey, int], int]:
        noted: dict[ChainKey, int] = {}
        applied = 0
        heads = {key: head.seq for key, head in read_heads(connection).items()}
        for raw in self.log:
            group = unpack_group(raw)
            for op in group:
                noted[op.scope, op.node] = op.seq
            if any(op.seq > heads.get((op.scope, op.node), 0) for op in group):
                applied += apply_ops(connection, group).count
        return noted, applied

    def begin_anew(self) -> None:
        """Set the log aside, for operations in it are in another chain from now on.

        Inside ``transaction()``, before its end: whatever happens then, a log that is missing is
        filled from the database, and one that still held the old chain would bring it back.
        """
        self._set_aside("former")
        self.is_begun_anew = True

    def fill(self, connection: Connection) -> None:
        """Note everything that the journal holds in a log that was begun anew.

        Raises:
            IntakeFailureError: The disk is full or failing.
        """
        self.reconcile(connection)
        self.is_begun_anew = False

    def _set_aside(self, why: str) -> None:
        path = self.log.path
        aside = path.with_name(f"{path.name}.{why}-{clock.now():%Y%m%dT%H%M%S%fZ}")
        self.log.close()
        if path.exists():
            path.rename(aside)
            _log.warning("intake log was set aside as %s", aside.name)
        self.log = AppendLog(path, self._key, LABEL)

    def _fail(self, error: Exception) -> None:
        self.is_read_only = True
        _log.error("intake log cannot be written: %s", error)
        raise IntakeFailureError from error


def this_intake() -> Intake:
    """Return the intake log of the running program."""
    intake: Intake = current_app.extensions[EXTENSION]
    return intake


def is_read_only() -> bool:
    """Tell whether the program has stopped accepting because the intake log failed."""
    return this_intake().is_read_only


def _ops_after(connection: Connection, noted: dict[ChainKey, int]) -> Iterator[OpRecord]:
    behind = {key for key, head in read_heads(connection).items() if head.seq > noted.get(key, 0)}
    if behind:
        scopes = {scope for scope, _ in behind}
        for op in read_ops(connection, Op.scope.in_(scopes)):
            if op.seq > noted.get((op.scope, op.node), 0):
                yield op


def _groups(ops: Iterable[OpRecord]) -> Iterator[list[OpRecord]]:
    """Yield the operations of one transaction after the other."""
    group: list[OpRecord] = []
    for op in ops:
        if group and op.txn != group[0].txn:
            yield group
            group = []
        group.append(op)
    if group:
        yield group
