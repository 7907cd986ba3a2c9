"""Other processes of the program: how they find it, and how they end."""

import os
import subprocess
from contextlib import suppress

from victim_support.core.paths import PACKAGE

_PATIENCE = 5.0  # seconds


def module_path() -> str:
    """Return the ``PYTHONPATH`` under which a child finds the program."""
    return os.pathsep.join(filter(None, (str(PACKAGE.parent), os.getenv("PYTHONPATH"))))


def end_child(child: "subprocess.Popen[bytes]") -> None:
    """Close the pipes of a child that ends with its input; kill one that does not."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        child.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
