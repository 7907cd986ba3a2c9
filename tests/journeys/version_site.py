"""One act at one machine, by whichever version of the program is first on the path.

Run as a program of its own by ``test_versions``; it uses nothing but what every version has.
    python version_site.py ACT FOLDER [ARGUMENTS]
"""

import json
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from victim_support import journal
from victim_support.app import create_app
from victim_support.bench.terminals import SCOPES, make_reception
from victim_support.core.db import close_database, db, synced_classes, transaction
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.keys import unlock
from victim_support.core.reads import close_log
from victim_support.core.scopes import using_scopes
from victim_support.journal.verify import verify
from victim_support.migrations import upgrade
from victim_support.sync.digests import digest_of_scope
from victim_support.sync.services.enrolment import (
    Terms,
    accept,
    enrol,
    found_headquarters,
    make_request,
)
from victim_support.victims.models import Person

EVERYTHING = ("base", "core", "sealed")


def make(folder):
    make_reception(folder, terminals=1)


def found(folder):
    with _writing(folder):
        found_headquarters("本部", "H0", EVERYTHING)


def request(folder, output):
    with _writing(folder):
        Path(output).write_bytes(make_request(folder.name))


def grant(folder, asked, output):
    with _writing(folder):
        terms = Terms("端末", "M1", EVERYTHING, date(2036, 3, 31))
        Path(output).write_bytes(enrol(Path(asked).read_bytes(), terms).pack())


def take(folder, granted):
    with _writing(folder):
        accept(Path(granted).read_bytes())


def register(folder, name):
    with _writing(folder) as session:
        session.add(Person(scope=SCOPES.core, id=new_id(), name=name, phone="000-0000-0000"))


def write_newest(folder):
    """Write a row of every table with a number above those of the former version."""
    with _writing(folder) as session:
        for cls in synced_classes():
            if cls.__sync__.number >= 100:
                scope = SCOPES.base if cls.__sync__.scope == "base" else SCOPES.core
                session.add(cls(scope=scope, id=new_id()))


def state(folder):
    """Print the names, the digests of all scopes, and whether everything is proven."""
    with _inside(folder):
        scopes = (SCOPES.base, SCOPES.core, SCOPES.sealed)
        connection = db.session.connection()
        found = {
            "names": sorted(name or "" for (name,) in db.session.query(Person.name)),
            "digests": [b"".join(digest_of_scope(connection, scope)).hex() for scope in scopes],
            "waiting": journal.newer.unknown_ops(),
            "problems": verify(db.engine).problems,
        }
    print(json.dumps(found))  # noqa: T201 - read by the test


def lift(folder):
    """Bring the tables of a machine to this version."""
    upgrade(_opened(folder))
    with _inside(folder):
        pass


@contextmanager
def _inside(folder):
    app = create_app(_opened(folder))
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        yield
        close_database()
        app.extensions["intake"].close()
        close_log()


@contextmanager
def _writing(folder):
    with _inside(folder), transaction(reason="試験") as session:
        yield session


def _opened(folder):
    return OpenInstance(folder, unlock(folder, None).key)


ACTS = (make, found, request, grant, take, register, write_newest, state, lift)

if __name__ == "__main__":
    _, name, place, *arguments = sys.argv
    next(act for act in ACTS if act.__name__ == name)(Path(place), *arguments)
