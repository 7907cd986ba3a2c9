"""The end of a machine's life (端末ごとの消去): its keys first, then its files."""

import os
import secrets
import shutil
from pathlib import Path

from victim_support.core.appendlog import files_of
from victim_support.core.files import sync_path
from victim_support.core.instance import DATABASE_FILE, INTAKE_LOG, read_intake_folder
from victim_support.core.keys import KEY_FILE, KEYRING_FILE
from victim_support.sync.machines import is_headquarters
from victim_support.sync.standing import standing


class NotEndedError(Exception):
    """A machine cannot be wiped so; the message is for the desk, in Japanese."""


def count_unsent() -> int:
    """Return how many operations of this machine the headquarters has not said it holds.

    Raises:
        NotEndedError: This is the headquarters.
    """
    if is_headquarters():
        raise NotEndedError(
            "この端末は本部です。本部の鍵をなくすと、ほかの端末を登録できません。消しません。"
        )
    return standing().unsent


def destroy(folder: Path) -> None:
    """Make everything in an instance unreadable, then remove it; nothing may be open any more.

    The key slots go first, those in backups too: without them no file can ever be opened again,
    wherever a copy of it lies, so that a cut in the middle leaves nothing to read.

    Raises:
        NotEndedError: The records are on a server, not in this folder.
    """
    if (folder / DATABASE_FILE).exists():
        raise NotEndedError(
            "記録は PostgreSQL にあります。データベースの管理者が、データベースごと消してください。"
        )
    for name in (KEYRING_FILE, KEY_FILE):
        for path in sorted(folder.rglob(name)):
            _overwrite(path)
    for path in files_of(read_intake_folder(folder) / INTAKE_LOG):
        path.unlink()
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    sync_path(folder)


def _overwrite(path: Path) -> None:
    """Write over a file where it lies, and remove it; a link is only removed."""
    if not path.is_symlink():
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()
    sync_path(path.parent)
