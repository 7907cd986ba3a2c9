"""Backup and restore: a blank folder becomes the instance again, damage is found."""

import shutil
import threading

import pytest

from tests.backup.conftest import SCOPES, register
from victim_support.app import create_app
from victim_support.backup.periodic import PeriodicBackup
from victim_support.backup.services import (
    back_up,
    lay_out,
    list_backups,
    read_manifest,
)
from victim_support.core.db import close_database, db
from victim_support.core.db.copying import CopyError, check_database, copy_database
from victim_support.core.instance import OpenInstance
from victim_support.core.node import this_node
from victim_support.core.scopes import using_scopes
from victim_support.journal.history import history_of
from victim_support.journal.verify import verify
from victim_support.victims.models import Person

pytestmark = pytest.mark.db


def persons_and_node(folder, key):
    """Open another instance and look."""
    app = create_app(OpenInstance(folder, key))
    with app.app_context(), using_scopes(SCOPES):
        ids = set(db.session.scalars(db.select(Person.id)))
        node = this_node()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    return ids, node


def test_an_instance_is_restored_into_a_blank_folder(program, made, run, tmp_path):
    people = {register() for _ in range(5)}
    run("backup", tmp_path / "usb", "--json", instance=made.opened.folder)

    told = run("restore", tmp_path / "usb", "--json", instance=tmp_path / "new")

    assert told["ok"]
    found, _ = persons_and_node(tmp_path / "new", made.opened.key)
    assert found == people
    assert run("verify", "--json", instance=tmp_path / "new")["ok"]


@pytest.mark.db("sqlite")
def test_the_recovery_code_alone_opens_a_restored_instance(program, made, run, tmp_path):
    register()
    run("backup", tmp_path / "usb", instance=made.opened.folder)
    slip = tmp_path / "slip"
    slip.write_text(made.recovery_code)

    told = run("restore", tmp_path / "usb", "--json", instance=tmp_path / "new", secret_file=slip)

    assert told["ok"]


def test_what_came_after_the_backup_comes_from_the_intake_log(program, made, run, tmp_path):
    before = register("前の人")
    back_up(made.opened, tmp_path / "usb")
    after = {register("後の人") for _ in range(3)}
    node = this_node()
    db.session.rollback()
    log = tmp_path / "intake-from-the-lost-machine.log"
    shutil.copy(made.opened.intake_log, log)

    told = run("restore", tmp_path / "usb", "--intake", log, "--json", instance=tmp_path / "new")

    assert told["replayed"] == 3
    found, restored_node = persons_and_node(tmp_path / "new", made.opened.key)
    assert found == {before, *after}
    assert restored_node == node


def test_a_backup_goes_on_at_the_headquarters(program, made, run, tmp_path, cluster):
    """Whichever engine it came from: the same rows, the same digests, a database of its own."""
    people = {register() for _ in range(3)}
    expected = verify(db.engine).tables
    run("backup", tmp_path / "usb", instance=made.opened.folder)
    name = cluster.create()
    (tmp_path / "url").write_text(cluster.url(name))
    options = ["--database-url-file", tmp_path / "url"]

    told = run("restore", tmp_path / "usb", *options, "--json", instance=tmp_path / "new")
    again = run("restore", tmp_path / "usb", *options, instance=tmp_path / "twice", code=1)

    assert told["ok"]
    assert "すでに使われています" in again
    assert not list((tmp_path / "new").glob("*.db"))
    assert not list((tmp_path / "twice").iterdir())
    app = create_app(OpenInstance(tmp_path / "new", made.opened.key))
    with app.app_context(), using_scopes(SCOPES):
        assert verify(db.engine).tables == expected
        assert set(db.session.scalars(db.select(Person.id))) == people
        close_database()
    cluster.drop(name)


def test_without_the_lost_machines_log_the_restored_one_is_somebody_else(
    program, made, run, tmp_path
):
    """The old laptop may still be writing: no fork of its chain, no number printed twice."""
    register()
    back_up(made.opened, tmp_path / "usb")
    old = this_node()
    db.session.rollback()

    run("restore", tmp_path / "usb", instance=tmp_path / "new")

    _, new = persons_and_node(tmp_path / "new", made.opened.key)
    assert new.id != old.id
    assert new.number_prefix != old.number_prefix
    assert new.incarnation == old.incarnation + 1


def test_the_backup_shows_nothing_without_the_key(program, made, tmp_path):
    register("架空 花子")
    folder = back_up(made.opened, tmp_path / "usb")

    content = b"".join(path.read_bytes() for path in folder.iterdir())

    assert "架空 花子".encode() not in content
    assert b"SQLite format 3" not in content


def test_history_comes_along(program, made, run, tmp_path):
    person = register()
    back_up(made.opened, tmp_path / "usb")
    run("restore", tmp_path / "usb", instance=tmp_path / "new")

    app = create_app(OpenInstance(tmp_path / "new", made.opened.key))
    with app.app_context():
        (change,) = history_of(Person, [SCOPES.core], person)
        db.session.remove()
        db.engine.dispose()

    assert change.why == "受付"


def test_a_backup_taken_while_others_write_is_whole(program, made, tmp_path):
    of_init = read_manifest(back_up(made.opened, tmp_path / "first")).rows["main.db"]["ops"]
    stop = threading.Event()

    def write():
        with program.app_context(), using_scopes(SCOPES):
            while not stop.is_set():
                register()
            db.session.remove()

    writer = threading.Thread(target=write)
    register()
    writer.start()
    try:
        folders = [back_up(made.opened, tmp_path / f"usb{n}") for n in range(3)]
    finally:
        stop.set()
        writer.join()

    rows = [read_manifest(folder).rows["main.db"] for folder in folders]
    assert all(found["ops"] - of_init == found["persons"] > 0 for found in rows)


@pytest.mark.db("sqlite")
@pytest.mark.parametrize("name", ["main.db", "keys.json", "intake.log"])
def test_a_damaged_backup_is_passed_over_for_an_older_one(
    program, made, run, tmp_path, name, monkeypatch
):
    register()
    old = back_up(made.opened, tmp_path / "usb")
    old = old.rename(old.with_name("backup-20260101T000000Z"))
    new = back_up(made.opened, tmp_path / "usb")
    content = bytearray((new / name).read_bytes())
    content[len(content) // 2] ^= 1
    (new / name).write_bytes(content)

    told = run("restore", tmp_path / "usb", "--json", instance=tmp_path / "new")

    assert told["backup"] == old.name
    assert told["damaged"] == [new.name]
    assert told["ok"]


def test_an_instance_is_never_overwritten(program, made, run, tmp_path):
    back_up(made.opened, tmp_path / "usb")

    words = run("restore", tmp_path / "usb", instance=made.opened.folder, code=1)

    assert "上書きしません" in words
    assert (made.opened.folder / "keys.json").exists()


@pytest.mark.db("sqlite")
def test_a_wrong_secret_leaves_the_folder_blank(program, made, run, tmp_path):
    back_up(made.opened, tmp_path / "usb")
    wrong = tmp_path / "wrong"
    wrong.write_text("ちがうあいことば")

    run("restore", tmp_path / "usb", instance=tmp_path / "new", code=1, secret_file=wrong)

    assert not list((tmp_path / "new").iterdir())


@pytest.mark.db("sqlite")
def test_an_empty_folder_holds_no_backup(program, run, tmp_path):
    words = run("restore", tmp_path / "nothing", instance=tmp_path / "new", code=1)

    assert "使える控えがありません" in words


def test_a_failed_backup_leaves_nothing(program, made, tmp_path, monkeypatch):
    def full(_source, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        back_up(made.opened, tmp_path / "usb")

    assert list((tmp_path / "usb").iterdir()) == []


@pytest.mark.db("sqlite")
def test_a_copy_with_other_numbers_of_rows_is_refused(program, made, tmp_path):
    register()
    copy_database(made.opened.main, tmp_path / "copy.db", made.opened.key)
    counts = check_database(tmp_path / "copy.db", made.opened.key)

    with pytest.raises(CopyError):
        check_database(tmp_path / "copy.db", made.opened.key, counts | {"persons": 2})


def test_verify_finds_an_intake_log_that_was_changed(program, made, run):
    register()
    register()
    content = bytearray(made.opened.intake_log.read_bytes())
    content[30] ^= 1
    made.opened.intake_log.write_bytes(content)

    told = run("verify", "--json", instance=made.opened.folder, code=1)

    assert not told["ok"]
    assert any("intake.log" in problem for problem in told["problems"])


@pytest.mark.db("sqlite")
def test_periodic_backups_come_only_after_a_change(program, made):
    periodic = PeriodicBackup(made.opened)
    register()
    periodic.run_once()
    periodic.run_once()
    first = list_backups(periodic.target)
    register()
    (first[0]).rename(first[0].with_name("backup-20260101T000000Z"))
    periodic.run_once()

    assert len(first) == 1
    assert len(list_backups(periodic.target)) == 2
    assert periodic.last() is not None


@pytest.mark.db("sqlite")
def test_an_unchanged_reference_file_is_shared_between_periodic_backups(program, made):
    first = back_up(made.opened, made.opened.folder / "backups")
    first = first.rename(first.with_name("backup-20260101T000000Z"))
    second = back_up(made.opened, made.opened.folder / "backups", previous=first)

    assert (first / "reference.db").samefile(second / "reference.db")
    assert not (first / "main.db").samefile(second / "main.db")


def test_a_failing_medium_is_told_and_never_stops_the_desk(program, made, monkeypatch, tmp_path):
    periodic = PeriodicBackup(made.opened, tmp_path / "usb")
    register()
    (tmp_path / "usb").write_text("no folder")
    periodic.run_once()
    assert periodic.has_failed

    (tmp_path / "usb").unlink()
    periodic.run_once()
    assert not periodic.has_failed
    assert len(list_backups(tmp_path / "usb")) == 1


@pytest.mark.db("sqlite")
def test_the_thread_takes_backups_until_it_is_stopped(program, made):
    register()
    periodic = PeriodicBackup(made.opened, interval=0.01)
    periodic.start()
    waited = threading.Event()
    for _ in range(500):
        if list_backups(periodic.target):
            break
        waited.wait(0.02)
    periodic.stop()

    assert list_backups(periodic.target)
    assert not periodic.is_alive()


@pytest.mark.db("sqlite")
def test_laying_out_takes_one_backup_by_name(program, made, tmp_path):
    folder = back_up(made.opened, tmp_path / "usb")

    laid = lay_out(folder, tmp_path / "new")

    assert laid.source == folder
    assert (tmp_path / "new" / "main.db").exists()
