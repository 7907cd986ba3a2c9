"""A box beside the prepared program, switched on, and a phone before it."""

import pytest

from tests.dropbox.phone import Phone
from tests.evacuees.support import inside, settle_town, stand_at
from tests.pages import Desk
from tests.prepared import log_in
from victim_support.core.db import db, transaction
from victim_support.core.settings import put_setting
from victim_support.dropbox.box.program import create_box
from victim_support.dropbox.services import OPEN_SETTING, drops_folder, make_ready


@pytest.fixture
def box(app):
    """Return the box of the program, open."""
    with inside(app):
        db.session.remove()
        with transaction(reason="試験"):
            put_setting(key=OPEN_SETTING, value=True)
        make_ready()
        return create_box(drops_folder())


@pytest.fixture
def phone(box):
    """Return the browser of an evacuee's phone."""
    return Phone(box)


@pytest.fixture
def desk(app):
    """Return the desk of a helper in the first of two shelters."""
    return stand_at(log_in(Desk(app), "reception"), settle_town(app)[0])
