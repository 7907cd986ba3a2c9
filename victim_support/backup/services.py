"""Take a backup (控え) of an instance in use, and lay one out in a blank folder."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from victim_support import __version__
from victim_support.backup.rules import backup_name, taken_at
from victim_support.core import clock
from victim_support.core.appendlog import files_of
from victim_support.core.blobs import FOLDER as BLOBS
from victim_support.core.blobs import copy_blobs
from victim_support.core.db import transaction
from victim_support.core.db.copying import CopyError, check_database, copy_database
from victim_support.core.db.engine import Part, state_of
from victim_support.core.files import sync_path
from victim_support.core.instance import InstanceLockedError, OpenInstance, exclusive, has_instance
from victim_support.core.keys import KEY_FILE, KEYRING_FILE
from victim_support.journal.derived import rebuild_derived
from victim_support.migrations.transfer import write_file

MANIFEST = "backup.json"
FORMAT = 1
_BLOCK = 1 << 20


class NoBackupError(Exception):
    """There is no backup in the folder, or none that is whole."""


class InstanceThereError(Exception):
    """The folder to restore into holds an instance; it is never overwritten."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: nothing about people."""

    taken_at: str
    version: str
    format: int = FORMAT
    files: dict[str, str] = field(default_factory=dict)  # name: SHA-256
    rows: dict[str, dict[str, int]] = field(default_factory=dict)  # database: table: rows
    reference_state: list[int] = field(default_factory=list)  # to see whether it changed
    blobs: int = 0  # files of rows; each proves itself, so that a bad one spoils no backup


@dataclass(frozen=True)
class LaidOut:
    """A backup that lies in its new folder, and newer ones that were damaged."""

    source: Path
    manifest: Manifest
    damaged: tuple[str, ...]


def back_up(opened: OpenInstance, target: Path, previous: Path | None = None) -> Path:
    """Copy an instance into a new folder under ``target``, while the server goes on.

    Databases are copied online and proven; nothing has its final name before it is on the disk.

    Args:
        opened: The unlocked instance.
        target: Where the backups lie.
        previous: A backup on the same disk whose reference file is shared when it is the same,
            as are the files of rows, which never change.

    Returns:
        The folder of the backup.

    Raises:
        CopyError: A copy was not sound; nothing is kept of it.
        OSError: The medium is full or failing; nothing is kept of it.
    """
    moment = clock.now()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = target / backup_name(moment)
    with _unfinished(folder) as place:
        state = state_of(opened, Part.REFERENCE)
        _copy_reference(opened, place, state, previous)
        _copy_part(opened, Part.MAIN, place)
        for path in _plain_files(opened):
            _copy_file(path, place / path.name)
        files = {path.name: _digest(path) for path in sorted(place.iterdir())}
        manifest = Manifest(
            taken_at=moment.isoformat(timespec="seconds"),
            version=__version__,
            files=files,
            rows={
                path.name: check_database(path, opened.key) for path in sorted(place.glob("*.db"))
            },
            reference_state=state,
            blobs=copy_blobs(
                opened.folder / BLOBS, place / BLOBS, previous / BLOBS if previous else None
            ),
        )
        _write(place / MANIFEST, json.dumps(asdict(manifest), indent=1))
    return folder


def replace_backups(opened: OpenInstance, target: Path) -> Iterator[Path]:
    """Take a backup, and only then remove all older ones; yield each that is gone.

    Raises:
        CopyError: No new one was taken; all are there.
        OSError: As above.
    """
    older = list_backups(target)
    back_up(opened, target)
    for path in older:
        shutil.rmtree(path)
        yield path


def lay_out(source: Path, folder: Path, intake: Sequence[Path] = ()) -> LaidOut:
    """Copy the newest whole backup into a blank folder.

    Args:
        source: A backup, or a folder of backups.
        folder: The instance folder to make.
        intake: The newer intake log from the lost machine or its second medium: ``intake.log``,
            and that of each further process of the headquarters (``intake-1.log``, …).

    Raises:
        InstanceThereError: The folder holds an instance.
        NoBackupError: There is no backup, or all are damaged.
    """
    if has_instance(folder):
        raise InstanceThereError
    found = _newest_whole(source)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in found.manifest.files:
        _copy_file(found.source / name, folder / name)
    copy_blobs(found.source / BLOBS, folder / BLOBS)
    for number, path in enumerate(intake):
        _copy_file(path, folder / (f"intake-{number}.log" if number else "intake.log"))
    sync_path(folder)
    return found


def mend_search(folder: Path) -> bool:
    """Compute the search index anew from the rows; False when another process may write."""
    try:
        with exclusive(folder), transaction(reason="検索の索引を作り直す") as session:
            rebuild_derived(session.connection())
    except InstanceLockedError:
        return False
    return True


@contextmanager
def nothing_left_behind(folder: Path) -> Iterator[None]:
    """Remove what a failed restore has made, so that the next try finds a blank folder."""
    before = set(folder.iterdir()) if folder.is_dir() else set()
    try:
        yield
    except BaseException:
        for path in set(folder.iterdir()) - before if folder.is_dir() else ():
            path.unlink() if path.is_file() else shutil.rmtree(path)
        raise


def list_backups(target: Path) -> list[Path]:
    """Return the backups in a folder, newest first; the folder itself when it is one."""
    if (target / MANIFEST).is_file():
        return [target]
    if not target.is_dir():
        return []
    found = {path: at for path in target.iterdir() if (at := taken_at(path.name)) is not None}
    return sorted(found, key=lambda path: (found[path], path.name), reverse=True)


def read_manifest(backup: Path) -> Manifest:
    """Return what a backup says it holds."""
    return Manifest(**json.loads((backup / MANIFEST).read_text(encoding="utf-8")))


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Give a place to work in; it gets its name at the end, or goes."""
    place = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    try:
        yield place
        sync_path(place)
        place.rename(folder)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    sync_path(folder.parent)


def _copy_reference(
    opened: OpenInstance, place: Path, state: list[int], previous: Path | None
) -> None:
    name = f"{Part.REFERENCE}.db"
    if not opened.database_url and not opened.reference.exists():
        return
    if previous is not None and read_manifest(previous).reference_state == state:
        try:
            os.link(previous / name, place / name)
        except OSError:  # a medium without links
            pass
        else:
            return
    _copy_part(opened, Part.REFERENCE, place)


def _copy_part(opened: OpenInstance, part: Part, place: Path) -> None:
    name = f"{part}.db"
    if opened.database_url:
        write_file(opened, part, place / name)
    else:
        copy_database(opened.folder / name, place / name, opened.key)


def _plain_files(opened: OpenInstance) -> list[Path]:
    """Return the files that are copied as they are; logs after the database, never before."""
    keys = [opened.folder / name for name in (KEYRING_FILE, KEY_FILE)]
    logs = (*files_of(opened.intake_log), *files_of(opened.reads_log))
    return [path for path in (*keys, *logs) if path.is_file()]


def _newest_whole(source: Path) -> LaidOut:
    damaged: list[str] = []
    for backup in list_backups(source):
        manifest = _whole(backup)
        if manifest is not None:
            return LaidOut(backup, manifest, tuple(damaged))
        damaged.append(backup.name)
    raise NoBackupError(", ".join(damaged))


def _whole(backup: Path) -> Manifest | None:
    """Return the manifest of a backup whose files are as they were written."""
    try:
        manifest = read_manifest(backup)
        files = manifest.files.items()
        is_whole = all(_digest(backup / name) == digest for name, digest in files)
    except (OSError, ValueError, TypeError):
        return None
    return manifest if is_whole and manifest.format == FORMAT else None


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o600)
    sync_path(target)
    is_growing = source.suffix == ".log"
    if not is_growing and _digest(source) != _digest(target):
        raise CopyError(source.name)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    sync_path(path)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
