"""Photographs taken on one machine are on the others after an exchange, and nowhere else."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from tests.photographs import photograph
from tests.prepared import SCOPES
from tests.sync.kit import Machine, enrol_laptop, send
from tests.sync.test_exchange import listening
from victim_support.core.blobs import address_of, files_in, this_store
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.damage import photos
from victim_support.damage.models import DamagePhoto
from victim_support.damage.services import ensure_dwelling
from victim_support.sync.client import PeerClient, PeerError
from victim_support.sync.messages import Blob, Compare
from victim_support.sync.models import Peer
from victim_support.sync.queries import get_enrolment
from victim_support.sync.services import exchange_files
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.services.exchange import exchange_with

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def address(headquarters):
    with listening(headquarters) as address:
        yield address


def take(machine, *seeds):
    """Take photographs on a machine; return their addresses."""
    with machine.inside():
        files = [FileStorage(io.BytesIO(photograph(seed)), f"{seed}.jpg") for seed in seeds]
        found = photos.take_in_files(files)
        with transaction(reason="試験"):
            dwelling = ensure_dwelling(address="上郷飯沼三丁目1番地")
            photos.add_photos(dwelling.id, found.taken, note="", by=None)
        return [each.address for each in found.taken]


def take_sealed(machine, seed):
    """Write a photograph into the sealed scope, as that of a protected applicant is."""
    with machine.inside():
        (one,) = photos.take_in_files([FileStorage(io.BytesIO(photograph(seed)), "a.jpg")]).taken
        with transaction(reason="試験") as session:
            session.add(DamagePhoto(scope=SCOPES.sealed, id=new_id(), sha256=one.address))
        return one.address


def held(machine):
    with machine.inside():
        return this_store().addresses()


def sync(machine, address):
    with machine.inside():
        return exchange_with(address).files


def laptop_without_sealed(tmp_path, headquarters):
    laptop = Machine.new(tmp_path / "hinanjo", "C1")
    laptop.declare()
    enrol_laptop(headquarters, laptop, ("base", "core"))
    return laptop


def test_what_one_laptop_took_is_at_the_headquarters_and_on_the_other(
    headquarters, laptops, address
):
    one, other = laptops
    taken = take(one, 1, 2)
    assert sync(one, address).sent == 2
    assert held(headquarters) == set(taken)
    assert sync(other, address).received == 2
    with other.inside():
        assert address_of(this_store().get(taken[0]) or b"") == taken[0]
    again = sync(other, address)
    assert (again.received, again.sent, again.has_more) == (0, 0, False)


def test_a_machine_without_the_scope_gets_no_sealed_photograph(tmp_path, headquarters, address):
    laptop = laptop_without_sealed(tmp_path, headquarters)
    (open_one,) = take(headquarters, 1)
    sealed = take_sealed(headquarters, 2)
    sync(laptop, address)
    assert held(laptop) == {open_one}
    with laptop.inside(), PeerClient(address, get_enrolment()) as client:  # asked by its name, too
        client.hello()
        assert not client.get_blob(sealed).content
        assert client.compare(Compare([sealed], [])).held == []
    laptop.stop()


def test_a_machine_brings_what_it_sealed_itself(tmp_path, headquarters, address):
    laptop = laptop_without_sealed(tmp_path, headquarters)
    sealed = take_sealed(laptop, 2)
    assert sync(laptop, address).sent == 1
    assert held(headquarters) == {sealed}
    laptop.stop()


def test_what_arrives_with_a_flipped_byte_is_not_kept(headquarters, laptops, address, monkeypatch):
    _, other = laptops
    taken = set(take(headquarters, 1))
    sound = PeerClient.get_blob

    def flipped(self, name):
        content = bytearray(sound(self, name).content)
        content[99] ^= 1
        return Blob(name, bytes(content))

    monkeypatch.setattr(PeerClient, "get_blob", flipped)
    assert sync(other, address).refused == 1
    assert held(other) == set()
    monkeypatch.undo()
    assert sync(other, address).received == 1
    assert held(other) == taken


@pytest.mark.parametrize("name", [None, "0" * 64, "../../../keys.json"])
def test_nobody_puts_files_here_that_no_row_names(headquarters, laptops, address, name):
    one, _ = laptops
    content = b"anything at all"
    with one.inside(), PeerClient(address, get_enrolment()) as client:
        client.hello()
        assert not client.put_blob(Blob(name or address_of(content), content))
    assert held(headquarters) == set()


def test_a_revoked_machine_brings_and_gets_no_file(headquarters, laptops, address):
    one, _ = laptops
    (taken,) = take(headquarters, 1)
    with one.inside():
        node = get_enrolment().certificate.node
    with headquarters.writing():
        revoke(db.session.get_one(Peer, node), reason="紛失", heads={})
    with one.inside(), PeerClient(address, get_enrolment()) as client:
        client.hello()
        with pytest.raises(PeerError, match="取り消されています"):
            client.get_blob(taken)


def test_an_exchange_that_was_cut_off_goes_on_with_the_next_file(
    headquarters, laptops, address, monkeypatch
):
    _, other = laptops
    taken = take(headquarters, 1, 2, 3)
    sound, count = PeerClient.get_blob, iter(range(9))

    def cut(self, name):
        if next(count) == 2:
            raise PeerError("切れました")
        return sound(self, name)

    monkeypatch.setattr(PeerClient, "get_blob", cut)
    with pytest.raises(PeerError):
        sync(other, address)
    assert len(held(other)) == 2
    monkeypatch.undo()
    assert sync(other, address).received == 1
    assert held(other) == set(taken)


def test_many_files_are_brought_in_several_exchanges(headquarters, laptops, address, monkeypatch):
    one, other = laptops
    monkeypatch.setattr(exchange_files, "BUDGET", 1)
    taken = take(one, 1, 2)
    first, second = sync(one, address), sync(one, address)
    assert (first.sent, first.has_more) == (1, True)
    assert (second.sent, second.has_more) == (1, False)
    assert sync(other, address).has_more
    assert not sync(other, address).has_more
    assert held(other) == set(taken)


def test_a_machine_of_the_version_before_gets_records_only(
    headquarters, laptops, address, monkeypatch
):
    one, _ = laptops
    take(one, 1)
    monkeypatch.setattr("victim_support.sync.messages.PROTOCOLS", (1,))
    assert sync(one, address).sent == 0
    with headquarters.inside():
        assert db.session.scalar(db.select(db.func.count()).select_from(DamagePhoto)) == 1


def test_a_picture_that_has_not_come_is_said_to_be_where_it_was_taken(headquarters, laptops):
    one, _ = laptops
    take(one, 1)
    send(one, headquarters)
    with headquarters.inside():
        dwelling = db.session.scalar(db.select(DamagePhoto.dwelling_id))
        (shown,) = photos.list_photos(dwelling)
    assert shown.missing == "写真は端末「a」にあります(次の同期で届きます)。"


def test_a_damaged_file_comes_again(headquarters, laptops, address):
    one, _ = laptops
    (taken,) = take(one, 1)
    sync(one, address)
    (path,) = files_in(one.opened.folder / "blobs")
    path.write_bytes(b"x" * 50)
    with one.inside():
        assert photos.picture_of(db.session.scalars(db.select(DamagePhoto)).one()) is None
    assert sync(one, address).received == 1
    with one.inside():
        assert this_store().get(taken)
