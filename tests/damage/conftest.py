"""The ledger that tests of damage write into."""

import pytest

from tests.damage.support import ledger


@pytest.fixture
def program(tmp_path):
    with ledger(tmp_path) as app:
        yield app
