"""The files of a laptop: how they are opened, and what is not opened."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlcipher3 import dbapi2

from victim_support.cli import cli
from victim_support.core.db import DatabaseFileError, sqlite
from victim_support.core.db.sqlite import check_pages, connect

WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,  # MEMORY: nothing in plain text on the disk
    "trusted_schema": 0,
    "cell_size_check": 1,
    "application_id": sqlite.APPLICATION_ID,
}


def test_every_connection_keeps_what_was_acknowledged(instance):
    with closing(connect(instance.main, instance.key)) as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in WANTED}

    assert found == WANTED


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_old_library_is_refused(instance, monkeypatch, version):
    monkeypatch.setattr(dbapi2, "sqlite_version_info", version)

    assert not sqlite.describe().is_new_enough
    with pytest.raises(DatabaseFileError, match="古く"):
        connect(instance.main, instance.key)


def test_a_full_disk_is_not_taken_for_a_wrong_key(instance, monkeypatch):
    full = SimpleNamespace(free=4096)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: full)

    with pytest.raises(DatabaseFileError, match="ディスクがいっぱい"):
        connect(instance.main, bytes(32))


def test_a_library_without_search_is_noticed(monkeypatch):
    class Without:
        def execute(self, _statement):
            raise dbapi2.OperationalError("no such module: fts5")

        def close(self):
            pass

    monkeypatch.setattr(dbapi2, "connect", lambda _path: Without())

    assert not sqlite.describe().has_search


def commands_say(instance, words):
    """Ask commands, and the server, to open an instance; nobody gets a traceback."""
    for command in ("verify", "serve"):
        told = CliRunner().invoke(cli, [command, "--instance", str(instance.folder)])
        assert (told.exit_code, words in told.output) == (1, True), told.output


def test_a_plain_database_is_refused_and_left_as_it_is(instance):
    instance.main.unlink()
    with closing(sqlite3.connect(instance.main)) as plain:
        plain.execute("CREATE TABLE staff (name TEXT)")
    before = instance.main.read_bytes()

    commands_say(instance, "main.db を開けません")
    assert instance.main.read_bytes() == before


def test_a_missing_database_is_not_made_anew(instance):
    instance.main.unlink()

    commands_say(instance, "main.db がありません")
    assert not instance.main.exists()


def test_damaged_pages_are_found_before_the_server_answers(instance):
    with closing(connect(instance.main, instance.key)) as connection:
        page = "SELECT rootpage FROM sqlite_master WHERE name = 'ops'"
        (number,) = connection.execute(page).fetchone()
    check_pages(instance.main, instance.key)
    with instance.main.open("r+b") as file:
        file.seek((number - 1) * 4096)
        file.write(b"x")

    told = CliRunner().invoke(cli, ["serve", "--instance", str(instance.folder)])

    assert told.exit_code == 1
    assert "main.db が壊れています" in told.output, told.output
