"""Files of rows are in every backup, come back from it, and are proven by ``verify``."""

import pytest

from victim_support.backup.periodic import PeriodicBackup
from victim_support.backup.services import back_up, list_backups, read_manifest
from victim_support.core.blobs import files_in, store_of
from victim_support.core.instance import OpenInstance

pytestmark = pytest.mark.db

PICTURE = b"a picture" * 1000


def test_a_restored_instance_has_its_files(program, made, run, tmp_path):
    address = store_of(made.opened).put(PICTURE)
    folder = back_up(made.opened, tmp_path / "usb")
    assert read_manifest(folder).blobs == 1
    assert run("restore", tmp_path / "usb", "--json", instance=tmp_path / "new")["ok"]
    assert store_of(OpenInstance(tmp_path / "new", made.opened.key)).get(address) == PICTURE


@pytest.mark.db("sqlite")
def test_verify_names_a_damaged_file_and_deletes_nothing(program, made, run):
    address = store_of(made.opened).put(PICTURE)
    (path,) = files_in(made.opened.folder / "blobs")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    told = run("verify", "--json", instance=made.opened.folder, code=1)
    assert any(address in problem for problem in told["problems"])
    assert path.exists()


@pytest.mark.db("sqlite")
def test_a_damaged_file_spoils_no_backup(program, made, run, tmp_path):
    store_of(made.opened).put(PICTURE)
    folder = back_up(made.opened, tmp_path / "usb")
    (path,) = files_in(folder / "blobs")
    path.write_bytes(b"x")
    told = run("restore", tmp_path / "usb", "--json", instance=tmp_path / "new", code=1)
    assert told["backup"] == folder.name
    assert "写真のファイル" in told["problems"][0]


@pytest.mark.db("sqlite")
def test_a_new_file_is_reason_for_a_backup_and_an_old_one_is_shared(program, made, monkeypatch):
    periodic = PeriodicBackup(made.opened)
    store_of(made.opened).put(PICTURE)
    periodic.run_once()
    store_of(made.opened).put(b"another")
    names = iter(["backup-20260716T010000Z"])
    monkeypatch.setattr("victim_support.backup.services.backup_name", lambda _at: next(names))
    periodic.run_once()
    first, second = (files_in(each / "blobs") for each in list_backups(periodic.target))
    both = (first, second) if len(first) < len(second) else (second, first)
    assert [len(each) for each in both] == [1, 2]
    shared = {path.name: path for path in both[1]}[both[0][0].name]
    assert shared.samefile(both[0][0])
    live = {path.name: path for path in files_in(made.opened.folder / "blobs")}
    assert not shared.samefile(live[shared.name])
