"""A backup every five minutes (本部: every hour) when something changed."""

import logging
import shutil
import threading
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from victim_support.backup.rules import kept, taken_at
from victim_support.backup.services import back_up, list_backups
from victim_support.core.blobs import FOLDER as BLOBS
from victim_support.core.blobs import files_in
from victim_support.core.db import DatabaseFileError
from victim_support.core.db.copying import CopyError
from victim_support.core.db.engine import Part, state_of
from victim_support.core.instance import OpenInstance

INTERVAL = 300.0
SERVER_INTERVAL = 3600.0  # at the headquarters every row is read, and the server has its own copies
FOLDER = "backups"

_log = logging.getLogger(__name__)


class PeriodicBackup(threading.Thread):
    """Takes backups until ``stop``; a failure is told and tried again, never fatal."""

    def __init__(
        self, opened: OpenInstance, target: Path | None = None, interval: float | None = None
    ) -> None:
        super().__init__(name="backup", daemon=True)
        self.target = target or opened.folder / FOLDER
        self.has_failed = False
        self._opened = opened
        self._interval = interval or (SERVER_INTERVAL if opened.database_url else INTERVAL)
        self._ending = threading.Event()
        self._seen: list[int] = []

    def run(self) -> None:
        while not self._ending.wait(self._interval):
            self.run_once()

    def run_once(self) -> None:
        """Take one backup if anything changed since the last, and drop those not kept."""
        try:
            state = self._state()
            if state == self._seen:
                return
            back_up(self._opened, self.target, previous=next(iter(self._taken()), None))
            self._prune()
        except (CopyError, DatabaseFileError, OSError, SQLAlchemyError) as error:
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
        state = (state_of(self._opened, part) for part in (Part.MAIN, Part.REFERENCE))
        return [*chain.from_iterable(state), len(files_in(self._opened.folder / BLOBS))]
