"""The prepared instance: one person per role, one disaster; how a test starts and ends on it."""

import gc
from datetime import datetime

from tests.pages import Desk
from victim_support import journal
from victim_support.accounts import queries, services
from victim_support.accounts.hashing import hash_secret
from victim_support.accounts.models import Staff
from victim_support.accounts.policy import change_idle_minutes
from victim_support.accounts.rules import SecretKind
from victim_support.app import create_app
from victim_support.core.clock import JAPAN
from victim_support.core.db import close_database, db, transaction
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


def make_instance(folder, database_url=None):
    """Make an instance with people and a disaster; everybody's login name is the role."""
    made = create_instance(
        folder,
        municipality=MUNICIPALITY,
        admin=ADMIN,
        password=ADMIN_PASSWORD,
        passphrase=None,
        node_prefix="T7",
        database_url=database_url,
    )
    app = create_app(made.opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        hashed = hash_secret(PASSWORD)
        with transaction(reason="試験の準備"):
            change_idle_minutes(24 * 60)  # tests travel in time; those of the lock set their own
            declare_disaster(
                name="令和8年7月豪雨",
                kinds=[DisasterKind.FLOOD],
                started_at=datetime(2026, 7, 15, 4, tzinfo=JAPAN),
                key=DISASTER,
            )
            for role in matrix().roles:
                _add_person(role, hashed)
            _add_person("hogo", hashed, role="hq", grants=["sealed"])
    close(app)
    return made.opened


def start(instance):
    """Start the program on an instance as the server does."""
    app = create_app(instance)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
    return app


def close(app):
    """Close all files of a program, and let go of what a server kept for good."""
    with app.app_context():
        close_database()
        app.extensions["intake"].close()
        close_log()
    gc.unfreeze()


def staff_of(login_name: str) -> Staff:
    """Return a person of the prepared instance."""
    staff = queries.find_by_login_name(login_name)
    assert staff is not None, login_name
    return staff


def log_in(desk: Desk, login_name: str) -> Desk:
    """Log a browser in without the slow password check."""
    with desk.app.test_request_context(base_url="http://localhost"), using_scopes(SCOPES):
        staff_id = staff_of(login_name).id
        token = services.start_session(staff_id=staff_id, terminal="127.0.0.1")
        db.session.remove()
    with desk.client.session_transaction(base_url="http://localhost") as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return desk


def _add_person(login_name, hashed, role=None, grants=()):
    staff = services.add_staff(
        login_name=login_name, display_name=f"試験 {login_name}", role=role or login_name
    )
    staff.grants = list(grants)
    services.keep_hash(staff.id, hashed, SecretKind.PASSWORD)
