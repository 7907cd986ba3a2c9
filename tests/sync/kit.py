"""Machines of one municipality in one process: a headquarters and laptops, each an instance."""

import logging
import shutil
from contextlib import contextmanager
from datetime import date, datetime

from tests.prepared import ADMIN, ADMIN_PASSWORD, DISASTER, MUNICIPALITY, SCOPES, close
from victim_support import journal
from victim_support.app import create_app
from victim_support.core.clock import JAPAN
from victim_support.core.db import db, transaction
from victim_support.core.instance import OpenInstance
from victim_support.core.scopes import using_scopes
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster
from victim_support.installation import create_instance
from victim_support.sync.parcels import parcel_for, unpack_parcel
from victim_support.sync.queries import get_enrolment, held_vector
from victim_support.sync.services.enrolment import (
    Terms,
    accept,
    enrol,
    found_authority,
    make_request,
)
from victim_support.sync.services.receive import receive

EVERYTHING = ("base", "core", "sealed")
FOREVER = date(2060, 3, 31)  # clocks are years ahead in some tests
LIMIT = 4 << 20


class Machine:
    """One laptop or the headquarters."""

    def __init__(self, opened, prefix):
        self.opened, self.prefix = opened, prefix
        self.name = opened.folder.name
        self.start()

    @classmethod
    def new(cls, folder, prefix, database_url=None):
        """Make a machine as ``init`` does."""
        made = create_instance(
            folder,
            municipality=MUNICIPALITY,
            admin=ADMIN,
            password=ADMIN_PASSWORD,
            passphrase=None,
            node_prefix=prefix,
            database_url=database_url,
        )
        return cls(made.opened, prefix)

    def copied(self, folder):
        """Return a machine on a copy of this one's folder, like a copied disk."""
        shutil.copytree(self.opened.folder, folder)
        return Machine(OpenInstance(folder, self.opened.key), self.prefix)

    def start(self):
        self.app = create_app(self.opened)
        self._logs = logging.getLogger().handlers[-1]  # the next program takes it off, open
        with self.inside():
            journal.start()

    def stop(self):
        close(self.app)
        self._logs.close()

    @contextmanager
    def inside(self):
        """Run as the program on this machine."""
        with self.app.app_context(), using_scopes(SCOPES):
            try:
                yield self
            finally:
                db.session.remove()

    @contextmanager
    def writing(self, reason="試験"):
        """Write on this machine."""
        with self.inside(), transaction(reason=reason) as session:
            yield session

    def declare(self):
        with self.writing():
            declare_disaster(
                name="令和8年7月豪雨",
                kinds=[DisasterKind.FLOOD],
                started_at=datetime(2026, 7, 15, 4, tzinfo=JAPAN),
                key=DISASTER,
            )


def make_headquarters(folder, database_url=None):
    """Return a headquarters with an authority of its own."""
    machine = Machine.new(folder, "H0", database_url)
    with machine.writing():
        found_authority()
        enrol(
            make_request("本部"),
            Terms("本部", "H0", EVERYTHING, FOREVER),
            is_headquarters=True,
        )
    machine.declare()
    return machine


def enrol_laptop(headquarters, laptop, scopes=EVERYTHING, *, is_replacing=False):
    """Enrol a laptop as two people with a file would; a copy of its disk may go on beside it."""
    with laptop.writing():
        request = make_request(laptop.name)
    with headquarters.writing():
        terms = Terms(laptop.name, laptop.prefix, scopes, FOREVER)
        grant = enrol(request, terms, is_replacing=is_replacing).pack()
    with laptop.writing():
        return accept(grant)


def send(source, target):
    """Bring everything the target lacks from one machine to the other; return the receipt."""
    with target.inside():
        reader = get_enrolment().certificate
        vector = held_vector(db.session.connection(), reader)
    with source.inside():
        enrolment = get_enrolment()
        connection = db.session.connection()
        here = held_vector(connection, reader)
        parcel = parcel_for(connection, vector, here, reader, enrolment, limit=LIMIT).pack()
    with target.inside():
        return receive(unpack_parcel(parcel), enrolment.certificate)


def exchange(one, other):
    """Bring both machines to the same state."""
    return send(one, other), send(other, one)
