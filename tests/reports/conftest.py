"""Desks of a town in which people arrive, are counted and reported."""

import pytest

from tests.evacuees.conftest import desk, guardian, manager, shelters
from tests.evacuees.support import stand_at

__all__ = ["desk", "guardian", "headquarters", "manager", "shelters"]


@pytest.fixture
def headquarters(desk_of, shelters):
    """Return a desk of the headquarters."""
    return stand_at(desk_of("hq"), shelters[0])
