"""Three laptops and a headquarters on PostgreSQL, all as processes, with desks that never pause.

Laptops are alone most of the time; now and then one is shut (or its power fails), exchanges with
the headquarters by the command, or a stick goes from it to another one. In the end every household
that a desk was told of is on every machine, whole and once. ``VICTIM_SUPPORT_SOAK``
(``bin/test --soak``) lets them work for twenty minutes.
"""

import os
import random
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from tests.cluster import new_database
from tests.journeys.test_kill import DeskLog, assert_proven, check
from victim_support import journal
from victim_support.app import create_app
from victim_support.bench.terminals import SCOPES, ServerProcess, free_port, make_reception
from victim_support.core.db import close_database, db, transaction
from victim_support.core.reads import close_log
from victim_support.core.scopes import using_scopes
from victim_support.journal.store import read_heads
from victim_support.sync.digests import digest_of_scope
from victim_support.sync.services.enrolment import (
    Terms,
    accept,
    enrol,
    found_headquarters,
    make_request,
)

pytestmark = [pytest.mark.slow, pytest.mark.db("postgresql")]
SECONDS = 1200 if "VICTIM_SUPPORT_SOAK" in os.environ else 15
DESKS, LAPTOPS = 2, ("a", "b", "c")
PAUSE = 1.0
EVERYTHING = ("base", "core", "sealed")
PROGRAM = Path(sys.executable).with_name("victim-support")
chance = random.Random()  # noqa: S311 - who meets whom, and when the power fails


class Clerk(DeskLog):
    """A desk that needs its time for each household."""

    def send(self, terminal, family):
        super().send(terminal, family)
        time.sleep(PAUSE)


class Site:
    """A machine with desks that register as long as it runs."""

    def __init__(self, folder, number, database_url=None):
        self.folder = folder
        self.reception = make_reception(folder, terminals=DESKS, database_url=database_url)
        self.desks = [
            Clerk(DESKS * number + desk + 1, cookie)
            for desk, cookie in enumerate(self.reception.cookies)
        ]
        self.address = f"127.0.0.1:{free_port()}"
        self._server = None

    def inside(self, act):
        """Do something as the program on this machine, while it is shut."""
        app = create_app(self.reception.opened)
        with app.app_context(), using_scopes(SCOPES):
            journal.start()
            db.session.remove()
            found = act()
            close_database()
            app.extensions["intake"].close()
            close_log()
        return found

    def open(self, *, is_working=True):
        log = self.folder.with_suffix(".log")
        self._server = ServerProcess(self.folder, log, "--exchange", self.address)
        self._stop = threading.Event()
        if not is_working:
            self._stop.set()
        self._threads = [threading.Thread(target=self._work, args=(desk,)) for desk in self.desks]
        for thread in self._threads:
            thread.start()

    def shut(self, *, is_killed=False):
        if is_killed:
            self._server.kill()
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if not is_killed:
            self._server.end()
        self._server = None

    def end(self):
        """Leave nothing running, whatever happened."""
        if self._server is not None:
            self.shut()

    def _work(self, desk):
        while not self._stop.is_set():  # a desk tries again when a request was cut off
            desk.work(self._server.port, self._stop)
            self._stop.wait(0.5)

    def run(self, *arguments):
        command = [PROGRAM, *arguments, "--instance", self.folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def town(engine, tmp_path):
    headquarters = Site(tmp_path / "honbu", 0, new_database())
    headquarters.inside(_written(found_headquarters, "本部", "H0", EVERYTHING))
    laptops = [Site(tmp_path / name, number) for number, name in enumerate(LAPTOPS, 1)]
    for name, laptop in zip(LAPTOPS, laptops, strict=True):
        request = laptop.inside(_written(make_request, name))
        terms = Terms(name, f"{name.upper()}1", EVERYTHING, date(2036, 3, 31))
        grant = headquarters.inside(_written(enrol, request, terms)).pack()
        laptop.inside(_written(accept, grant))
    yield headquarters, laptops
    for site in (headquarters, *laptops):
        site.end()


def _written(act, *arguments):
    """Return an act that writes what another one does."""

    def write():
        with transaction():
            return act(*arguments)

    return write


def state():
    """Return what must be the same on all machines."""
    connection = db.session.connection()
    scopes = (SCOPES.base, SCOPES.core, SCOPES.sealed)
    heads = {key: (head.seq, head.hash) for key, head in read_heads(connection).items()}
    return heads, [digest_of_scope(connection, scope) for scope in scopes]


def go_round(headquarters, laptops, stick):
    """Shut one laptop; let it meet the headquarters or the stick; let it go on."""
    laptop = chance.choice(laptops)
    laptop.shut(is_killed=chance.random() < 0.3)
    how = chance.choice(("headquarters", "write", "read", "nothing"))
    if how == "headquarters":
        code, said = laptop.run("sync", headquarters.address)
        assert code == 0, said
    elif how == "write":
        laptop.run("bundle", "export", stick)
    elif how == "read" and any(stick.iterdir()):
        code, said = laptop.run("bundle", "import", stick)
        assert "Traceback" not in said, said
    laptop.open()


def test_everybody_holds_every_household_in_the_end(town, tmp_path):
    headquarters, laptops = town
    stick = tmp_path / "usb"
    stick.mkdir()
    for site in (headquarters, *laptops):
        site.open()
    until = time.monotonic() + SECONDS
    rounds = 0
    while time.monotonic() < until or rounds < len(LAPTOPS):
        go_round(headquarters, laptops, stick)
        rounds += 1
    for site in laptops:
        site.shut()
    for laptop in (*laptops, *laptops):
        code, said = laptop.run("sync", headquarters.address)
        assert code == 0, said
    headquarters.shut()
    headquarters.open(is_working=False)
    for laptop in laptops:  # what the desks of the headquarters did meanwhile
        code, said = laptop.run("sync", headquarters.address)
        assert code == 0, said
    headquarters.shut()
    desks = [desk for site in (headquarters, *laptops) for desk in site.desks]
    assert sum(len(desk.acknowledged) for desk in desks) >= len(desks)
    states = []
    for site in (headquarters, *laptops):
        check(site.reception.opened, desks)
        assert_proven(site.reception.opened)
        states.append(site.inside(state))
    assert all(each == states[0] for each in states)
