"""Desks in an invented town."""

import pytest

from tests.evacuees.support import settle_town, stand_at


@pytest.fixture
def shelters(app):
    """Settle the town; return the ids of its two open shelters."""
    return settle_town(app)


@pytest.fixture
def desk(desk_of, shelters):
    """Return the desk of a helper (受付) in the first shelter."""
    return stand_at(desk_of("reception"), shelters[0])


@pytest.fixture
def manager(desk_of, shelters):
    """Return the desk of the manager of the first shelter."""
    return stand_at(desk_of("shelter_manager"), shelters[0])


@pytest.fixture
def guardian(desk_of, shelters):
    """Return the desk of somebody who may see protected people."""
    return stand_at(desk_of("hogo"), shelters[0])
