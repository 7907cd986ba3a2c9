"""Append-only log files: encrypted, hash-chained, and whole after a power cut.

A file is a sequence of frames: length of the sealed part (4 bytes), check of that length (4),
nonce (12), sealed payload. Each payload is sealed with AES-GCM under a key derived from the
database key; what is authenticated with it is the chain hash of everything before, so that no
frame can be changed, moved, inserted or left out. Frames missing at the end show only against a
head kept elsewhere.
"""

import errno
import fcntl
import hashlib
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from victim_support.core.files import sync_path
from victim_support.core.keys import subkey

FLUSH_SECONDS = 1.0
_MOST_PROCESSES = 100
_START = struct.Struct(">I4s")
_NONCE = 12
_HEAD = _START.size + _NONCE


class DamagedLogError(Exception):
    """A frame that is not the last one cannot be read: the file was changed or is damaged."""


@dataclass(frozen=True)
class LogState:
    """How many payloads a log holds, the chain hash after the last one, and where it ends."""

    count: int = 0
    head: bytes = b"\0" * 32
    end: int = 0


class AppendLog:
    """One log file; any process may read it, the one that holds the instance's lock appends.

    A torn last frame (the power went while it was written) was never acknowledged; it is left out
    in reading and cut off before the first append.
    """

    def __init__(self, path: Path, key: bytes, label: str) -> None:
        self.path = path
        self._cipher = AESGCM(subkey(key, label))
        self._lock = threading.Lock()
        self._sync_lock = threading.Lock()
        self._file: int | None = None
        self._state = LogState()
        self._synced = 0
        self._is_failing = False
        self._timer: threading.Timer | None = None

    def append(self, payload: bytes, *, sync: bool) -> None:
        """Append one payload; with ``sync`` it is on the disk when this returns.

        Without ``sync`` it is written at once and brought to the disk within a second.

        Raises:
            OSError: The disk is full or failing.
        """
        self.write(payload)
        if sync:
            self.sync()
        else:
            self._sync_soon()

    def write(self, payload: bytes) -> None:
        """Append one payload without waiting for the disk; ``sync`` before relying on it.

        Raises:
            OSError: The disk is full or failing; the payload is not in the log.
        """
        with self._lock:
            file, state = self._opened(), self._state
            frame = self._seal(payload, state.head)
            try:
                _write_all(file, frame, state.end)
            except OSError:
                os.ftruncate(file, state.end)
                raise
            head = hashlib.sha256(state.head + frame).digest()
            self._state = LogState(state.count + 1, head, state.end + len(frame))

    def sync(self) -> None:
        """Bring everything written so far to the disk; threads that wait share one fsync.

        Raises:
            OSError: The disk is failing; nothing in this log is certain any more.
        """
        target = self._state.end
        with self._sync_lock:
            if self._file is None or self._synced >= target:
                return
            if self._is_failing:  # after one failed fsync the next succeeds without cause
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(self.path))
            reached = self._state.end
            self._is_failing = True
            os.fsync(self._file)
            self._is_failing = False
            self._synced = reached

    def __iter__(self) -> Iterator[bytes]:
        """Yield every payload from the first on, checking the chain.

        Raises:
            DamagedLogError: A frame was changed, moved, inserted or left out.
        """
        for payload, _state in self._frames():
            yield payload

    def verify(self) -> LogState:
        """Read everything and return what the log holds.

        Raises:
            DamagedLogError: A frame was changed, moved, inserted or left out.
        """
        state = LogState()
        for _payload, state in self._frames():  # noqa: B007 - the last state is the answer
            pass
        return state

    def was_set_aside(self) -> bool:
        """Tell whether another process has given the open file another name."""
        with self._lock:
            if self._file is None:
                return False
            try:
                return not os.path.samestat(os.fstat(self._file), self.path.stat())
            except FileNotFoundError:
                return True

    def close(self) -> None:
        """Bring everything to the disk and close the file; the next append opens it again."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            self.sync()
        finally:
            with self._lock:
                file, self._file = self._file, None
            if file is not None:
                os.close(file)

    def _opened(self) -> int:
        """Return the file for appending, cut after its last whole frame."""
        if self._file is None:
            is_new = not self.path.exists()
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            self._state = self.verify()
            os.ftruncate(file, self._state.end)
            os.fsync(file)
            if is_new:
                sync_path(self.path.parent)
            self._file, self._synced = file, self._state.end
        return self._file

    def _seal(self, payload: bytes, head: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, payload, head)
        return _start(len(sealed), head) + nonce + sealed

    def _frames(self) -> Iterator[tuple[bytes, LogState]]:
        """Yield every payload with the state of the log after it."""
        if not self.path.exists():
            return
        state = LogState()
        with self.path.open("rb") as file:
            while (frame := self._next_frame(file, state.head)) is not None:
                try:
                    payload = self._cipher.decrypt(
                        frame[_START.size : _HEAD], frame[_HEAD:], state.head
                    )
                except InvalidTag as error:
                    if not file.read(1):
                        return
                    raise DamagedLogError(self.path.name) from error
                head = hashlib.sha256(state.head + frame).digest()
                state = LogState(state.count + 1, head, state.end + len(frame))
                yield payload, state

    def _next_frame(self, file: BinaryIO, head: bytes) -> bytes | None:
        """Return the next frame; None at the end, at a torn frame, and in never filled space."""
        start = file.read(_START.size)
        if len(start) < _START.size:
            return None
        length = _START.unpack(start)[0]
        if start != _start(length, head):
            if (start + file.read()).strip(b"\0"):
                raise DamagedLogError(self.path.name)
            return None
        rest = file.read(_NONCE + length)
        return start + rest if len(rest) == _NONCE + length else None

    def _sync_soon(self) -> None:
        with self._sync_lock:
            if self._timer is None or self._timer.finished.is_set():
                self._timer = threading.Timer(FLUSH_SECONDS, self.sync)
                self._timer.daemon = True
                self._timer.start()


def claim(path: Path, key: bytes, label: str) -> tuple[AppendLog, IO[bytes]]:
    """Open the first of ``reads.log``, ``reads-1.log``, … that no other process appends to.

    Returns:
        The log, and what keeps others off it until it is closed.
    """
    for number in range(_MOST_PROCESSES):
        chosen = path.with_name(f"{path.stem}-{number}.log") if number else path
        lock = chosen.with_suffix(".lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return AppendLog(chosen, key, label), lock
    message = f"no {path.name} is free"
    raise OSError(message)


def files_of(path: Path) -> list[Path]:
    """Return the log files that there are of all processes, in the order of their names."""
    return sorted(path.parent.glob(f"{path.stem}*{path.suffix}"))


def _start(length: int, head: bytes) -> bytes:
    check = hashlib.sha256(head + length.to_bytes(4)).digest()[:4]
    return _START.pack(length, check)


def _write_all(file: int, data: bytes, offset: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], offset + done)
