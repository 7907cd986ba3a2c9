"""An instance: the folder with the databases, keys and logs of one laptop."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from victim_support.core.files import sync_path, write_private
from victim_support.core.keys import KEYRING_FILE, subkey
from victim_support.core.paths import PACKAGE

DATABASE_FILE = "database.url"
MAIN_FILE = "main.db"
INTAKE_FILE = "intake.folder"
INTAKE_LOG = "intake.log"
ENVIRONMENT_NAME = "VICTIM_SUPPORT_INSTANCE"


class InstanceMissingError(Exception):
    """There is no instance in the folder."""


class InstanceLockedError(Exception):
    """Another process of the program writes to this instance."""


@dataclass(frozen=True)
class OpenInstance:
    """An unlocked instance."""

    folder: Path
    key: bytes

    @cached_property
    def database_url(self) -> str | None:
        """Return where PostgreSQL keeps it; None for SQLite's files in the folder."""
        return read_database_url(self.folder)

    @property
    def main(self) -> Path:
        return self.folder / MAIN_FILE

    @property
    def reference(self) -> Path:
        return self.folder / "reference.db"

    @property
    def local(self) -> Path:
        return self.folder / "local.db"

    @property
    def reads_log(self) -> Path:
        return self.folder / "reads.log"

    @cached_property
    def intake_log(self) -> Path:
        return read_intake_folder(self.folder) / INTAKE_LOG

    @property
    def maps(self) -> Path:
        return self.folder / "maps"

    def subkey(self, purpose: str) -> bytes:
        """Return the key of one purpose other than the databases."""
        return subkey(self.key, purpose)


def instance_folder(given: str | None) -> Path:
    """Return the instance folder: as given, from the environment, or beside the program."""
    named = given or os.environ.get(ENVIRONMENT_NAME)
    return Path(named).absolute() if named else PACKAGE.parent / "instance"


def read_database_url(folder: Path) -> str | None:
    """Return the address that was given to ``init``; None for SQLite."""
    path = folder / DATABASE_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def write_database_url(folder: Path, url: str) -> None:
    """Keep where PostgreSQL is; it may name a password, so only its owner can read it."""
    write_private(folder / DATABASE_FILE, f"{url}\n".encode())


def read_intake_folder(folder: Path) -> Path:
    """Return where the intake log (登録の控え) lies: on a second medium when one was named."""
    path = folder / INTAKE_FILE
    return Path(path.read_text(encoding="utf-8").strip()) if path.is_file() else folder


def write_intake_folder(folder: Path, place: Path) -> None:
    """Keep where the intake log lies from now on, whole or not at all."""
    path = folder / INTAKE_FILE
    if place == folder.resolve():
        path.unlink(missing_ok=True)
    else:
        written = path.with_suffix(".new")
        written.write_text(f"{place}\n", encoding="utf-8")
        sync_path(written)
        written.replace(path)
    sync_path(folder)


def has_instance(folder: Path) -> bool:
    """Tell whether a folder holds an instance."""
    return (folder / KEYRING_FILE).is_file()


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of the one process that writes.

    Raises:
        InstanceLockedError: Another process holds it.
    """
    with (folder / "server.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InstanceLockedError from error
        yield
