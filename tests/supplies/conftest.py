"""Desks in an invented town, with a household that was received, and a store."""

import pytest

from tests.evacuees.conftest import desk, guardian, manager, shelters
from tests.evacuees.support import came, open_household, register, stand_at

__all__ = ["desk", "guardian", "manager", "shelters"]


@pytest.fixture
def family(desk):
    """Receive the household Satou, four people."""
    page = open_household(desk, "satou")
    return register(desk, page, came=came(page))


@pytest.fixture
def office(desk_of, shelters):
    """Return the desk of the headquarters, with a store."""
    office = stand_at(desk_of("hq"), shelters[1])
    page = office.get("/supplies/items")
    office.submit(page, "/supplies/depots", name="市備蓄倉庫")
    return office
