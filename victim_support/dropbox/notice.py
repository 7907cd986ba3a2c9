"""What the box is told by the program, and all it knows: a file without any secret."""

from pathlib import Path

import msgspec

FOLDER = "drops"
_FILE = "notice.json"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The public key to seal to, whether the box is open, and words for its pages."""

    recipient: str
    is_open: bool = False
    hours: int = 0
    municipality: str = ""
    purpose: str = ""
    is_training: bool = False


def write_notice(folder: Path, notice: Notice) -> None:
    """Put a notice in place of the one before, whole or not at all."""
    folder.mkdir(mode=0o700, exist_ok=True)
    temporary = folder / f"{_FILE}.new"
    temporary.write_bytes(msgspec.json.encode(notice))
    temporary.replace(folder / _FILE)


def read_notice(folder: Path) -> Notice:
    """Return what the box is told now.

    Raises:
        OSError: Nothing was written yet.
    """
    return msgspec.json.decode((folder / _FILE).read_bytes(), type=Notice)
