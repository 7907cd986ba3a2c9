"""Sticks and other media (USB) that are mounted, and folders that people type."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BASES = (Path("/media"), Path("/run/media"), Path("/mnt"))


class FolderError(Exception):
    """A folder cannot be used; the message is for the desk, in Japanese."""


@dataclass(frozen=True)
class Medium:
    """A mounted medium that may be written."""

    path: Path
    free: int  # bytes

    @property
    def label(self) -> str:
        return f"{self.path.name}({self.path}、空き {self.free / 1e9:.1f} GB)"


def list_media() -> list[Medium]:
    """Return the removable media that are mounted where systems put them."""
    return sorted(_media(), key=lambda medium: medium.path)


def checked_folder(text: str, instance: Path) -> Path:
    """Return a folder that somebody typed or chose.

    Raises:
        FolderError: It is no folder, or a part of this program's own data.
    """
    path = Path(text)
    if not path.is_absolute():
        raise FolderError("/media/… のように、/ から始まる場所を書いてください。")
    try:
        folder = path.resolve(strict=True)
        is_folder = folder.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise FolderError("場所が見つかりません。USBが差してあるか確かめてください。") from error
    if not is_folder:
        raise FolderError("フォルダではありません。USBのフォルダを書いてください。")
    if folder.is_relative_to(instance.resolve()):
        raise FolderError("このシステムのデータの場所です。USBのフォルダを書いてください。")
    return folder


def _media() -> Iterator[Medium]:
    for base in BASES:
        for path in (base, *_folders(base)):
            if os.path.ismount(path):
                yield Medium(path, shutil.disk_usage(path).free)


def _folders(base: Path) -> Iterator[Path]:
    for path in _inside(base):
        yield path
        yield from _inside(path)


def _inside(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
