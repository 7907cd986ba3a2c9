"""The program on a prepared instance, fresh for every test; desks logged in by role.

The program is imported inside the fixtures, so that tests of pure rules start without it.
"""

import os
import shutil

import hypothesis
import pytest
import time_machine

# A build is judged by what it changed, not by a new throw of the dice; at a desk every run is new.
hypothesis.settings.register_profile("build", derandomize=True, deadline=None)
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.load_profile("build" if os.environ.get("CI") else "desk")

# ruff: noqa: PLC0415 - see above


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Make an instance once, with one person per role and one disaster, and close it."""
    from tests.prepared import make_instance

    return make_instance(tmp_path_factory.mktemp("prepared") / "instance")


@pytest.fixture
def instance(prepared, tmp_path):
    """Copy the prepared instance."""
    folder = tmp_path / "instance"
    shutil.copytree(prepared.folder, folder)
    return type(prepared)(folder, prepared.key)


@pytest.fixture
def app(instance):
    """Start the program on a fresh copy; errors are answered as in the field."""
    from tests.prepared import close, start

    app = start(instance)
    yield app
    close(app)


@pytest.fixture
def ledger(app):
    """Stay inside the program, under the scopes of the prepared disaster."""
    from tests.prepared import SCOPES
    from victim_support.core.scopes import using_scopes

    with app.app_context(), using_scopes(SCOPES):
        yield app


@pytest.fixture
def stranger(app):
    """Return the browser of somebody who is not logged in."""
    from tests.pages import Desk

    return Desk(app)


@pytest.fixture
def desk_of(app):
    """Return a function: login name (a role, or ``hogo`` with the sealed grant) → browser."""
    from tests.pages import Desk
    from tests.prepared import log_in

    return lambda login_name: log_in(Desk(app), login_name)


@pytest.fixture(scope="session")
def chromium():
    """Start the system's Chromium once; playwright allows one at a time in a process."""
    from tests.quality.eyes import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def frozen():
    """Return a function that stops the clock at a moment; its answer has ``shift(timedelta)``."""
    travellers = []

    def stop(moment):
        traveller = time_machine.travel(moment, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield stop
    for traveller in reversed(travellers):
        traveller.stop()
