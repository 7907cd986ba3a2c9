"""What lies on the disk: S37, S47, S49."""

import csv
import io
import os
from datetime import date

import pytest

from tests.pages import Desk
from tests.prepared import SCOPES, close, log_in
from victim_support.accounts import services
from victim_support.core.access import system_actor
from victim_support.core.clock import now
from victim_support.core.csv_io import write_csv
from victim_support.core.db import transaction
from victim_support.core.keys import (
    KEY_FILE,
    KEYRING_FILE,
    SlotKind,
    WrongSecretError,
    set_passphrase,
    slot_kinds,
    unlock,
)
from victim_support.core.reads import log_read
from victim_support.core.scopes import using_scopes
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster

CANARY = "鳥海山かなりあ"
PASSPHRASE = "ゆうぐれのみなとのあかり"


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def finds(folder, text):
    """Return the files that hold a text in any usual encoding."""
    needles = {text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932")}
    return [
        path.name for path in files(folder) if any(each in path.read_bytes() for each in needles)
    ]


@pytest.fixture
def used(app, instance):
    """Let the program keep a name in every way it has, and leave its files open."""
    (secret,) = services.new_secrets(1)
    with app.app_context(), using_scopes(SCOPES):
        with transaction(reason=CANARY):
            services.create_staff(
                by=system_actor(),
                login_name="kanaria",
                display_name=CANARY,
                role="counter",
                first_secret=secret,
                expires_on=date(2030, 1, 1),
                home_municipality=CANARY,
            )
            declare_disaster(
                name=CANARY, kinds=[DisasterKind.EARTHQUAKE], started_at=now(), area=CANARY
            )
        log_read("test.read", [], CANARY)
    log_in(Desk(app), "hq").get("/staff")
    return instance


def test_s47_no_file_shows_a_name_while_the_program_runs(used):
    assert (used.folder / "main.db-wal").exists()
    assert finds(used.folder, CANARY) == []


def test_s47_no_file_shows_a_name_afterwards(app, used):
    close(app)

    assert finds(used.folder, CANARY) == []


def test_s47_database_files_do_not_look_like_databases(instance):
    heads = {path.name: path.read_bytes()[:16] for path in instance.folder.glob("*.db")}

    assert heads.keys() == {"main.db", "reference.db", "local.db"}
    assert b"SQLite format 3\x00" not in heads.values()
    assert len(set(heads.values())) == 3


def test_s47_the_finder_finds(tmp_path):
    (tmp_path / "plain.txt").write_text(f"x{CANARY}y", encoding="utf-8")

    assert finds(tmp_path, CANARY) == ["plain.txt"]


def test_s49_the_key_lies_nowhere_in_the_open(used):
    assert finds(used.folder, used.key.hex()) == []
    assert not [path for path in files(used.folder) if used.key in path.read_bytes()]
    assert used.key.hex() not in str(os.environ)


def test_s49_a_new_passphrase_opens_the_same_key_and_changes_no_database(instance):
    before = {path.name: path.read_bytes() for path in instance.folder.glob("*.db")}

    set_passphrase(instance.folder, instance.key, PASSPHRASE)

    assert unlock(instance.folder, PASSPHRASE).key == instance.key
    assert {path.name: path.read_bytes() for path in instance.folder.glob("*.db")} == before
    assert set(slot_kinds(instance.folder)) == {SlotKind.RECOVERY, SlotKind.PASSPHRASE}
    assert not (instance.folder / KEY_FILE).exists()


def test_s49_a_wrong_passphrase_opens_nothing(instance):
    set_passphrase(instance.folder, instance.key, PASSPHRASE)

    with pytest.raises(WrongSecretError):
        unlock(instance.folder, PASSPHRASE + "x")
    with pytest.raises(WrongSecretError):
        unlock(instance.folder, None)


def test_s49_only_the_owner_reads_keys_and_logs(used):
    modes = {
        path.name: path.stat().st_mode & 0o077
        for path in files(used.folder)
        if path.name in (KEYRING_FILE, KEY_FILE, "reads.log", "intake.log")
    }

    assert len(modes) == 4
    assert set(modes.values()) == {0}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_s37_a_cell_never_runs_as_a_formula(start):
    body, _lost = write_csv([[f"{start}cmd|' /C calc'!A0"]])

    ((cell,),) = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert cell[0] == "'"


def test_s37_figures_names_and_leading_zeros_stay():
    row = ["0012", -5, '𠮷田, "花子"', "一行\n二行", None]

    body, lost = write_csv([row])

    assert body.startswith(b"\xef\xbb\xbf")
    (cells,) = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert cells == ["0012", "-5", '𠮷田, "花子"', "一行\n二行", ""]
    assert lost == []
