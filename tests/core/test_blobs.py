"""Files lie encrypted under the hash of their content, whole or not at all."""

import pytest

from victim_support.core.blobs import (
    LARGEST,
    BlobStore,
    BlobTooLargeError,
    DamagedBlobError,
    address_of,
    copy_blobs,
    files_in,
)

PICTURE = b"a picture of a fallen wall" * 100


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs", bytes(32))


def only(folder):
    (path,) = files_in(folder)
    return path


def test_what_is_kept_comes_back_and_cannot_be_read_from_the_disk(store, tmp_path):
    address = store.put(PICTURE)
    assert store.get(address) == PICTURE
    path = only(tmp_path / "blobs")
    assert path.relative_to(tmp_path).as_posix() == f"blobs/{address[:2]}/{address}"
    assert b"fallen" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_one_file(store):
    assert store.put(PICTURE) == store.put(PICTURE)
    assert len(store.addresses()) == 1


def test_a_missing_file_is_nothing_unusual(store):
    address = address_of(PICTURE)
    assert store.get(address) is None
    assert not store.has(address)
    assert store.addresses() == set()


@pytest.mark.parametrize("text", ["", "../../keys.json", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_address_names_no_file(store, text):
    assert store.get(text) is None
    assert not store.has(text)


def test_a_flipped_byte_is_found_and_makes_room_for_a_sound_copy(store, tmp_path):
    address = store.put(PICTURE)
    path = only(tmp_path / "blobs")
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)
    with pytest.raises(DamagedBlobError):
        store.get(address)
    assert list(store.damaged()) == [address]
    store.set_aside(address)
    assert list(store.damaged()) == [address]  # still named, still there
    store.put(PICTURE)
    assert list(store.damaged()) == []


def test_a_file_under_another_name_is_found(store, tmp_path):
    address = store.put(PICTURE)
    path = only(tmp_path / "blobs")
    path.rename(path.with_name(f"{address[:2]}{'0' * 62}"))
    assert len(list(store.damaged())) == 1


def test_another_instance_cannot_read_it(store, tmp_path):
    address = store.put(PICTURE)
    with pytest.raises(DamagedBlobError):
        BlobStore(tmp_path / "blobs", bytes(31) + b"1").get(address)


def test_a_full_disk_leaves_nothing(store, tmp_path, monkeypatch):
    def full(_file):
        raise OSError(28, "full")

    monkeypatch.setattr("victim_support.core.blobs.os.fsync", full)
    with pytest.raises(OSError, match="full"):
        store.put(PICTURE)
    monkeypatch.undo()
    assert store.addresses() == set()
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_what_cannot_travel_is_not_kept(store):
    with pytest.raises(BlobTooLargeError):
        store.put(bytes(LARGEST + 1))


def test_a_second_copy_shares_what_the_first_has(store, tmp_path):
    store.put(PICTURE)
    copy_blobs(tmp_path / "blobs", tmp_path / "first")
    store.put(b"another")
    assert copy_blobs(tmp_path / "blobs", tmp_path / "second", tmp_path / "first") == 2
    same = only(tmp_path / "first")
    assert same.samefile(tmp_path / "second" / same.parent.name / same.name)
    copied = BlobStore(tmp_path / "second", bytes(32))
    assert copied.get(address_of(b"another")) == b"another"
