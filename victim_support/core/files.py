"""Files that outlive a power cut."""

import os
from pathlib import Path


def sync_path(path: Path) -> None:
    """Bring a file's content, or a folder's entries (new and renamed files), to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
