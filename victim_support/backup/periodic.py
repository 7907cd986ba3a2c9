"""A backup every five minutes when something changed, in the server's own process."""

import logging
import shutil
import threading
from datetime import datetime
from pathlib import Path

from victim_support.backup.rules import kept, taken_at
from victim_support.backup.services import back_up, list_backups
from victim_support.core.db.copying import CopyError
from victim_support.core.instance import OpenInstance

INTERVAL = 300.0
FOLDER = "backups"

_log = logging.getLogger(__name__)


class PeriodicBackup(threading.Thread):
    """Takes backups until ``stop``; a failure is told and tried again, never fatal."""

    def __init__(
        self, opened: OpenInstance, target: Path | None = None, interval: float = INTERVAL
    ) -> None:
        super().__init__(name="backup", daemon=True)
        self.target = target or opened.folder / FOLDER
        self.has_failed = False
        self._opened = opened
        self._interval = interval
        self._ending = threading.Event()
        self._seen: list[int] = []

    def run(self) -> None:
        while not self._ending.wait(self._interval):
            self.run_once()

    def run_once(self) -> None:
        """Take one backup if anything changed since the last, and drop those not kept."""
        state = self._state()
        if state == self._seen:
            return
        try:
            back_up(self._opened, self.target, previous=next(iter(self._taken()), None))
            self._prune()
        except (CopyError, OSError) as error:
            self.has_failed = True
            _log.error("backup failed: %s", type(error).__name__)
        else:
            self.has_failed = False
            self._seen = state

    def stop(self) -> None:
        """End the thread after the backup it is at."""
        self._ending.set()
        if self.is_alive():
            self.join()

    def last(self) -> datetime | None:
        """Return when the newest backup was taken."""
        return next((taken_at(path.name) for path in self._taken()), None)

    def _taken(self) -> list[Path]:
        return list_backups(self.target)

    def _prune(self) -> None:
        moments = {path: moment for path in self._taken() if (moment := taken_at(path.name))}
        keep = kept(moments.values())
        for path, moment in moments.items():
            if moment not in keep:
                shutil.rmtree(path)

    def _state(self) -> list[int]:
        paths = (self._opened.main, self._opened.reference)
        files = [path.with_name(path.name + end) for path in paths for end in ("", "-wal")]
        states = [path.stat() for path in files if path.exists()]
        return [number for state in states for number in (state.st_mtime_ns, state.st_size)]
