"""What every release ever sent is still read by this one, to the last field."""

import json

import pyrage
import pytest
from sqlalchemy import select

import victim_support
from tests.sync.kit import Machine
from tests.sync.make_golden import GOLDEN, KIND, write
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.settings import setting
from victim_support.journal.verify import verify
from victim_support.sync.envelope import open_envelope
from victim_support.sync.models import Authority
from victim_support.sync.parcels import unpack_parcel
from victim_support.sync.queries import held_vector, trusted
from victim_support.sync.services.receive import receive
from victim_support.victims.models import Household, Person

RELEASES = sorted(path.name for path in GOLDEN.iterdir())


def read(folder, machine):
    """Let a machine that believes the same authority read what lies in a folder."""
    told = json.loads((folder / "told.json").read_text())
    with machine.writing() as session:
        key = bytes.fromhex(told["authority"])
        found = {"municipality": told["municipality"], "public_key": key}
        session.add(Authority(**found, accepted_at=clock.now()))
    with machine.inside():
        identity = pyrage.x25519.Identity.from_str(told["identity"])
        raw = (folder / "envelope").read_bytes()
        opened = open_envelope(raw, kind=KIND, identity=identity, trust=trusted)
        db.session.remove()
        receipt = receive(unpack_parcel(opened.text), opened.sender)
        assert receipt.is_clean
        assert receipt.applied == told["ops"]
        held = held_vector(db.session.connection(), opened.sender)
        heads = {f"{scope} {node} {at.seq}": at.hash.hex() for (scope, node), at in held.items()}
        assert told["heads"].items() <= heads.items()
    return told


def check(machine, told):
    with machine.inside():
        assert setting("issuer_title") == "みなと市長"
        people = db.session.execute(select(Person.name, Person.town)).all()
        assert sorted(row.name for row in people) == told["names"]
        assert {row.town for row in people} == {"北町"}
        assert db.session.scalars(select(Household.note)).all() == ["3人"]
        assert verify(db.engine).problems == []


@pytest.fixture
def machine(tmp_path):
    machine = Machine.new(tmp_path / "later", "M1")
    yield machine
    machine.stop()


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_sent_is_read(machine, release):
    check(machine, read(GOLDEN / release, machine))


def test_what_this_version_sends_is_read(machine, tmp_path):
    write(tmp_path / "now")
    check(machine, read(tmp_path / "now", machine))


def test_this_release_is_kept():
    assert victim_support.__version__ in RELEASES, "python -m tests.sync.make_golden"
