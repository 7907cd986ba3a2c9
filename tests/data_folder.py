"""Find the real open data that some tests read; it is not part of this repository."""

import os
from pathlib import Path

import pytest

OPEN_DATA = Path(
    os.environ.get("VICTIM_SUPPORT_OPEN_DATA", Path(__file__).parents[2] / "shared" / "data")
)


def open_data(name: str) -> Path:
    """Return the path of an open data file such as ``shelters/x.csv``; skip the test without it."""
    path = OPEN_DATA / name
    if not path.exists():
        pytest.skip(f"open data file {name} is not on this machine (VICTIM_SUPPORT_OPEN_DATA)")
    return path
