"""The intake log (控え): what was acknowledged, in a second file, durable before the answer."""

import heapq
import logging
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from flask import current_app
from sqlalchemy import Connection
from werkzeug.exceptions import ServiceUnavailable

from victim_support.core import clock
from victim_support.core.appendlog import AppendLog, DamagedLogError, claim, files_of
from victim_support.core.files import sync_path
from victim_support.core.instance import INTAKE_LOG, read_intake_folder, write_intake_folder
from victim_support.journal.codec import OpRecord, pack_group, unpack_group
from victim_support.journal.models import Op
from victim_support.journal.replay import ChainKey, Noted, Replay
from victim_support.journal.store import read_heads, read_ops

LABEL = "intake"
EXTENSION = "intake"
_log = logging.getLogger(__name__)


class IntakeFailureError(ServiceUnavailable):
    """The intake log cannot be written, so nothing can be acknowledged."""

    description = (
        "記録の控えを書き込めないため、登録を受け付けられません。紙に切り替えてください。"
        "画面での検索と印刷は続けられます。"
    )


class IntakePlaceTakenError(Exception):
    """In the folder lies an intake log that is not this instance's present one."""


class Intake:
    """The intake log of this process; after one failure it accepts nothing more.

    Several processes at the headquarters (本部) write a file each; together they are the log.
    """

    def __init__(self, path: Path, key: bytes, *, is_shared: bool = False) -> None:
        self._path, self._key, self._is_shared = path, key, is_shared
        self._claim: IO[bytes] | None = None
        self._log: AppendLog | None = None
        self.is_read_only = False
        self.is_begun_anew = False  # empty until the transaction that set it aside has ended

    @property
    def log(self) -> AppendLog:
        """Return the file of this process."""
        if self._log is None:
            if self._is_shared:
                self._log, self._claim = claim(self._path, self._key, LABEL)
            else:
                self._log = AppendLog(self._path, self._key, LABEL)
        return self._log

    def close(self) -> None:
        """Bring everything to the disk and leave the file to others."""
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def files(self) -> list[Path]:
        """Return the files of all processes."""
        return files_of(self._path)

    def groups(self, path: Path) -> Iterator[list[OpRecord]]:
        """Yield the operations of each transaction in one file, in the order of the file.

        Raises:
            DamagedLogError: The file was changed or is damaged.
        """
        log = AppendLog(path, self._key, LABEL)
        try:
            yield from map(unpack_group, log)
        finally:
            log.close()

    def last_ops(self) -> list[OpRecord]:
        """Return the last noted operation of each chain.

        Raises:
            DamagedLogError: A file, which it names, was changed or is damaged.
        """
        last: dict[ChainKey, OpRecord] = {}
        for group in self._in_order():
            for op in group:
                known = last.get((op.scope, op.node))
                if known is None or known.seq < op.seq:
                    last[op.scope, op.node] = op
        return list(last.values())

    def write(self, ops: list[OpRecord]) -> None:
        """Note the operations of one transaction, in the order of commits.

        Raises:
            IntakeFailureError: The disk is full or failing.
        """
        try:
            if self._is_shared and self.log.was_set_aside():
                self.log.close()
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

        A damaged file is set aside, never deleted, and what it held comes from the database.

        Returns:
            How many operations were appended to the log, and how many applied to the database.
        """
        replay, applied = Replay(connection), 0
        try:
            for group in self._in_order():
                replay.add(group)
            applied = replay.finish()
        except DamagedLogError as error:
            _log.error("intake log is damaged")
            self._set_aside(self._path.with_name(str(error)), "damaged")
            return self.reconcile(connection)
        return self._note_missing(connection, replay.noted), applied

    def repair(self, connection: Connection) -> int:
        """Note what a process that was killed has committed and not noted; return how many.

        The others go on meanwhile; what they are about to note themselves may be noted twice.
        """
        noted = Noted()
        for group in self._in_order():
            noted.add(group)
        return self._note_missing(connection, noted)

    def begin_anew(self) -> None:
        """Set the log aside, for operations in it are in another chain from now on.

        Inside ``transaction()``, before its end: whatever happens then, a log that is missing is
        filled from the database, and one that still held the old chain would bring it back.
        """
        for path in self.files():
            self._set_aside(path, "former")
        self.is_begun_anew = True

    def fill(self, connection: Connection) -> None:
        """Note everything that the journal holds in a log that was begun anew.

        Raises:
            IntakeFailureError: The disk is full or failing.
        """
        self.reconcile(connection)
        self.is_begun_anew = False

    def _in_order(self) -> Iterator[list[OpRecord]]:
        """Yield the groups of all files, nearly in the order in which they were committed."""
        files = [self.groups(path) for path in self.files()]
        return heapq.merge(*files, key=lambda group: group[0].hlc)

    def _note_missing(self, connection: Connection, noted: Noted) -> int:
        missing = 0
        for group in _groups(_ops_beside(connection, noted)):
            self.write(group)
            missing += len(group)
        self.sync()
        return missing

    def _set_aside(self, path: Path, why: str) -> None:
        aside = path.with_name(f"{path.name}.{why}-{clock.now():%Y%m%dT%H%M%S%fZ}")
        if self._log is not None and self._log.path == path:
            self._log.close()
        if path.exists():
            path.rename(aside)
            _log.warning("intake log was set aside as %s", aside.name)

    def _fail(self, error: Exception) -> None:
        self.is_read_only = True
        _log.error("intake log cannot be written: %s", error)
        raise IntakeFailureError from error


def move_log(folder: Path, place: Path) -> None:
    """Keep the intake log of an instance in another folder from now on, while nothing is open.

    Best on a medium of its own. When the former one is lost, the next start fills the new log from
    the ledger.

    Raises:
        IntakePlaceTakenError: An intake log lies there already.
        OSError: The medium is full or failing; the log stays where it was.
    """
    place, former = place.resolve(), read_intake_folder(folder)
    if place == former.resolve():
        return
    if files_of(place / INTAKE_LOG):
        raise IntakePlaceTakenError
    logs = files_of(former / INTAKE_LOG)
    for path in logs:
        shutil.copyfile(path, place / path.name)
        sync_path(place / path.name)
    sync_path(place)
    write_intake_folder(folder, place)
    for path in logs:
        path.unlink()


def this_intake() -> Intake:
    """Return the intake log of the running program."""
    intake: Intake = current_app.extensions[EXTENSION]
    return intake


def is_read_only() -> bool:
    """Tell whether the program has stopped accepting because the intake log failed."""
    return this_intake().is_read_only


def _ops_beside(connection: Connection, noted: Noted) -> Iterator[OpRecord]:
    """Yield the operations of the journal that are not noted."""
    heads = read_heads(connection)
    behind = {key[0] for key, head in heads.items() if head.seq > noted.end.get(key, 0)}
    if behind:
        for op in read_ops(connection, Op.scope.in_(behind)):
            if not noted.has(op):
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
