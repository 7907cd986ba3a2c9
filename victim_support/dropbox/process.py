"""The process of the box, as the program starts, watches and ends it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from victim_support.core.children import end_child, module_path
from victim_support.core.commands import Stop

EXTENSION = "phones"
RESTART_SECONDS = 5.0


class BoxNotStartedError(Stop):
    """The box does not listen: its address is not this computer's, or its port is in use."""

    def __init__(self) -> None:
        super().__init__(
            "--phones の番地で待ち受けられません。避難者用のWi-Fiでのこのパソコンの番地か、"
            "ポートがほかに使われていないかを確かめてください。"
        )


class BoxProcess:
    """One child process; it gets a folder and an address, never a key, and is started again.

    The child ends when its standard input does, so none is left when this program is cut off.
    """

    def __init__(self, folder: Path, address: str, port: int) -> None:
        """Start it and wait until it listens.

        Raises:
            BoxNotStartedError: It does not.
        """
        self._folder, self._address = folder, address
        self._ending = threading.Event()
        self._child, self.port = self._start(port)
        threading.Thread(target=self._watch, name="box", daemon=True).start()

    @property
    def url(self) -> str:
        """Return what phones open."""
        return f"http://{self._address}:{self.port}/"

    @property
    def is_running(self) -> bool:
        """Tell whether phones are answered now."""
        return self._child.poll() is None

    def end(self) -> None:
        """End the child and its watch."""
        self._ending.set()
        end_child(self._child)

    def _start(self, port: int) -> tuple["subprocess.Popen[bytes]", int]:
        words = [sys.executable, "-m", "victim_support.dropbox.box"]
        child = subprocess.Popen(  # noqa: S603 - the program itself
            [*words, str(self._folder), self._address, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C is for the program, which then ends it
            env={**_little_environment(), "PYTHONPATH": module_path()},
        )
        told = cast("IO[bytes]", child.stdout).readline()
        if not told.strip().isdigit():
            end_child(child)
            raise BoxNotStartedError
        return child, int(told)

    def _watch(self) -> None:
        while not self._ending.is_set():
            self._child.wait()
            if self._ending.wait(RESTART_SECONDS):
                return
            end_child(self._child)
            with suppress(BoxNotStartedError):
                self._child, _port = self._start(self.port)


@contextmanager
def running_box(folder: Path, address: str, port: int) -> Iterator[BoxProcess]:
    """Answer phones until the end of the block.

    Raises:
        BoxNotStartedError: The box cannot listen there.
    """
    box = BoxProcess(folder, address, port)
    try:
        yield box
    finally:
        box.end()


def _little_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
