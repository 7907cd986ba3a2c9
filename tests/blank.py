"""Instances with blank tables: migrated once, copied for each test."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.cluster import place
from victim_support.core.instance import OpenInstance
from victim_support.migrations import upgrade

KEY = bytes(range(32))


def make_blank(folder):
    """Return an instance with blank tables of this version, on the engine of the test."""
    opened = OpenInstance(folder, KEY)
    folder.mkdir(exist_ok=True)
    place(folder)
    if not opened.database_url:
        shutil.copytree(_migrated(), folder, dirs_exist_ok=True)
    return opened


@cache
def _migrated():
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(OpenInstance(folder, KEY))
    return folder
