"""The ledger that tests of certificates write into."""

import pytest

from tests.damage.support import name_issuer
from victim_support.core.db import db, transaction


@pytest.fixture
def program(ledger):
    with transaction():
        name_issuer()
    yield ledger
    db.session.remove()
