"""Desks in an invented town, with people who need more than others."""

import pytest

from tests.evacuees.conftest import desk, guardian, manager, shelters
from tests.evacuees.support import stand_at

__all__ = ["desk", "guardian", "manager", "shelters"]


@pytest.fixture
def staff(desk_of, shelters):
    """Return the desk of the staff of the first shelter."""
    return stand_at(desk_of("shelter_staff"), shelters[0])


@pytest.fixture
def office(desk_of, shelters):
    """Return the desk of the headquarters."""
    return stand_at(desk_of("hq"), shelters[0])
