"""The program on a prepared instance, fresh for every test; desks logged in by role."""

import shutil
from datetime import datetime

import pytest
import time_machine

from tests.pages import Desk
from victim_support import journal
from victim_support.accounts import services as accounts
from victim_support.accounts.hashing import hash_secret
from victim_support.app import create_app
from victim_support.core.clock import JAPAN
from victim_support.core.db import db, transaction
from victim_support.core.instance import OpenInstance
from victim_support.core.permissions import matrix
from victim_support.core.reads import close_log
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster
from victim_support.installation import create_instance

MUNICIPALITY = "042072"
DISASTER = "20260715A"
SCOPES = Scopes(MUNICIPALITY, DISASTER)
ADMIN, ADMIN_PASSWORD = "kanri", "みなとのそばのおおきなもりのなか"
PASSWORD = "やまのうえのちいさなえき"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Make an instance with one person per role and one disaster, and close it."""
    folder = tmp_path_factory.mktemp("prepared") / "instance"
    made = create_instance(
        folder,
        municipality=MUNICIPALITY,
        admin=ADMIN,
        password=ADMIN_PASSWORD,
        passphrase=None,
        node_prefix="T7",
    )
    app = create_app(made.opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        hashed = hash_secret(PASSWORD)
        with transaction(reason="試験の準備"):
            declare_disaster(
                name="令和8年7月豪雨",
                kinds=[DisasterKind.FLOOD],
                started_at=_noon(2026, 7, 15),
                key=DISASTER,
            )
            for role in matrix().roles:
                _add_person(role, hashed)
            _add_person("hogo", hashed, role="hq", grants=["sealed"])
        _close(app)
    return made.opened


@pytest.fixture
def instance(prepared, tmp_path):
    """Copy the prepared instance."""
    shutil.copytree(prepared.folder, tmp_path / "instance")
    return OpenInstance(tmp_path / "instance", prepared.key)


@pytest.fixture
def app(instance):
    """Start the program on a fresh copy."""
    app = create_app(instance)
    app.config["TESTING"] = False  # errors are answered as in the field
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
    yield app
    with app.app_context():
        _close(app)


@pytest.fixture
def ledger(app):
    """Stay inside the program, under the scopes of the prepared disaster."""
    with app.app_context(), using_scopes(SCOPES):
        yield app


@pytest.fixture
def stranger(app):
    """Return the browser of somebody who is not logged in."""
    return Desk(app)


@pytest.fixture
def desk_of(app):
    """Return a function that gives the browser of a person logged in: by role, or ``hogo``."""
    return lambda login_name: log_in(Desk(app), login_name)


@pytest.fixture
def frozen():
    """Return a function that stops the clock at a moment, and gives a handle to shift it."""
    travellers = []

    def stop(moment):
        traveller = time_machine.travel(moment, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield stop
    for traveller in reversed(travellers):
        traveller.stop()


def log_in(desk, login_name):
    """Log a browser in without the slow password check."""
    with desk.app.test_request_context(base_url="http://localhost"), using_scopes(SCOPES):
        staff = accounts.find_by_login_name(login_name)
        token = accounts.start_session(staff_id=staff.id, terminal="127.0.0.1")
        db.session.remove()
    with desk.client.session_transaction(base_url="http://localhost") as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return desk


def _add_person(login_name, hashed, role=None, grants=()):
    staff = accounts._add_staff(
        login_name=login_name, display_name=f"試験 {login_name}", role=role or login_name
    )
    staff.grants = list(grants)
    accounts._keep_hash(staff.id, hashed, accounts.SecretKind.PASSWORD)


def _noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=JAPAN)


def _close(app):
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    app.extensions["intake"].log.close()
    close_log()
