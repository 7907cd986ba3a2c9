"""A new laptop is filled from a stream; one that breaks is gone on with by questions."""

import httpx
import pytest

from tests.prepared import SCOPES
from tests.sync.kit import Machine, enrol_laptop
from tests.sync.test_bundles import fill as write_much
from tests.sync.test_bundles import register
from tests.sync.test_exchange import listening
from tests.sync.test_receive import digest, get
from victim_support.core.db import db
from victim_support.sync import client as clients
from victim_support.sync.models import ReadBundles
from victim_support.sync.services.exchange import exchange_with
from victim_support.victims.models import Person

pytestmark = pytest.mark.db


@pytest.fixture
def filled(headquarters):
    """A headquarters that holds more than a new machine asks for at first."""
    write_much(headquarters, 1200)
    register(headquarters, "湊 花子")
    register(headquarters, "潮 太郎", SCOPES.sealed)
    return headquarters


@pytest.fixture
def newcomer(tmp_path, filled):
    laptop = Machine.new(tmp_path / "shin", "S1")
    enrol_laptop(filled, laptop)
    yield laptop
    laptop.stop()


def test_a_new_laptop_takes_in_every_scope(filled, newcomer):
    with listening(filled) as address, newcomer.inside():
        exchange_with(address)
        assert db.session.query(ReadBundles).count() > 0
        assert db.session.query(Person).count() == 2
    assert digest(newcomer) == digest(filled)


def test_a_broken_stream_is_gone_on_with_by_questions(filled, newcomer, monkeypatch):
    def broken(response):
        yield b"not an envelope"
        raise httpx.ReadError("gone")

    monkeypatch.setattr(clients, "_frames", broken)
    with listening(filled) as address, newcomer.inside():
        exchange_with(address)
    assert digest(newcomer) == digest(filled)
    assert get(newcomer, "note_H0_1199") == get(filled, "note_H0_1199") != ""


def test_a_machine_without_the_protected_scope_gets_nothing_of_it(tmp_path, filled):
    laptop = Machine.new(tmp_path / "kari", "K1")
    enrol_laptop(filled, laptop, scopes=("base", "core"))
    with listening(filled) as address, laptop.inside():
        exchange_with(address)
        assert db.session.query(Person).count() == 1
    laptop.stop()
