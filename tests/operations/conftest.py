"""Desks in an invented town, with a household that was received."""

import pytest

from tests.evacuees.conftest import desk, guardian, manager, shelters
from tests.evacuees.support import came, open_household, register

__all__ = ["desk", "guardian", "manager", "shelters"]


@pytest.fixture
def family(desk):
    """Receive the household Satou, four people."""
    page = open_household(desk, "satou")
    return register(desk, page, came=came(page))
