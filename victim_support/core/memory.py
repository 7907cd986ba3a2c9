"""What stands in the memory of a process — keys, names — stays there."""

import ctypes
import sys

_SET_DUMPABLE = 4  # prctl(2)


def keep_memory_private() -> None:
    """Write no crash dump, and let no other program of the same user read this process (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
