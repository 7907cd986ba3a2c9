"""Commands as an operator meets them: keys, slips, media, and words instead of tracebacks."""

import ctypes
import gc
import json
import shutil
import socket

import pytest
from click.testing import CliRunner

from tests.prepared import SCOPES, close, start
from victim_support.background import Address, PortTakenError, listening
from victim_support.cli import cli
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance, has_instance
from victim_support.core.keys import (
    recovery_used_at,
    replace_recovery_code,
    set_passphrase,
    unlock,
)
from victim_support.core.reads import read_log
from victim_support.core.scopes import using_scopes
from victim_support.installation import create_instance
from victim_support.journal.intake import IntakePlaceTakenError, move_log
from victim_support.journal.verify import verify
from victim_support.victims.models import Person

PASSPHRASE = "ゆうぐれのみなとのあかり"
NOT_DUMPABLE, GET_DUMPABLE = 0, 3


@pytest.fixture
def slip(instance, tmp_path):
    """Protect the instance and write its recovery code into a file, as Windows would."""
    set_passphrase(instance.folder, instance.key, PASSPHRASE)
    path = tmp_path / "slip.txt"
    path.write_text(replace_recovery_code(instance.folder, instance.key), encoding="utf-8-sig")
    return path


def run(*words, code=0, given=None):
    result = CliRunner().invoke(cli, [str(word) for word in words], input=given)
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def events(instance):
    return [entry["event"] for entry in read_log(instance.reads_log, instance.key)]


def test_whichever_command_the_slip_opens_its_use_is_logged_and_remembered(instance, slip):
    given = ("--instance", instance.folder, "--passphrase-file", slip)

    told = run("verify", "--json", *given)

    assert json.loads(told.stdout)["ok"]
    assert "回復コードで開きました" in told.stderr
    assert recovery_used_at(instance.folder) is not None
    assert events(instance)[-1] == "key.recovery_used"
    assert "回復コード: " in run("check", "--instance", instance.folder).stdout


def test_a_forgotten_passphrase_is_replaced_by_the_slip_and_then_the_slip(instance, slip, tmp_path):
    new = tmp_path / "new.txt"
    new.write_text("あたらしいみなとのあかり\n")
    run("passphrase", "--instance", instance.folder, "--passphrase-file", slip, "--new-file", new)

    given = ("--instance", instance.folder, "--passphrase-file", new)
    told = run("recovery-code", "--json", "--slip", tmp_path / "nowhere" / "a.pdf", *given, code=1)

    assert "書き写してください" in told.stderr  # the paper failed; the code is not lost with it
    assert unlock(instance.folder, json.loads(told.stdout)["recovery_code"]).key == instance.key
    assert recovery_used_at(instance.folder) is None
    wanted = ["key.recovery_used", "key.passphrase_changed", "key.recovery_replaced"]
    assert events(instance)[-3:] == wanted


def test_a_service_gets_the_passphrase_from_its_credentials(instance, tmp_path, monkeypatch):
    set_passphrase(instance.folder, instance.key, PASSPHRASE)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))  # as systemd's LoadCredential does

    assert json.loads(run("verify", "--json", "--instance", instance.folder).stdout)["ok"]

    (tmp_path / "passphrase").unlink()
    assert "合言葉が要ります" in run("verify", "--instance", instance.folder, code=1).stderr


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "何も書かれていません"), (b"\x82\xa0\n", "UTF-8")]
)
def test_a_secret_that_cannot_be_read_is_told(instance, slip, content, said):
    slip.write_bytes(content)

    told = run("verify", "--instance", instance.folder, "--passphrase-file", slip, code=1)

    assert said in told.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--node-prefix", "abc"), "頭文字"), (("--admin", "管理 者"), "半角の英字")],
)
def test_init_refuses_what_nobody_could_use_and_leaves_nothing(tmp_path, options, said):
    words = ("init", "--instance", tmp_path / "i", "--municipality", "17202", "--password-stdin")
    admin = () if "--admin" in options else ("--admin", "kanri")

    told = run(*words, *admin, *options, given="みなとのそばのおおきなもりのなか\n\n", code=1)

    assert said in told.stderr
    assert not has_instance(tmp_path / "i")


def test_check_says_where_there_is_no_instance_and_no_dump_is_written(tmp_path):
    told = run("check", "--instance", tmp_path)

    assert f"{tmp_path} にはありません" in told.stdout
    assert ctypes.CDLL(None).prctl(GET_DUMPABLE, 0, 0, 0, 0) == NOT_DUMPABLE  # S47


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_port_in_use_is_told():
    """The library leaves the socket that it could not bind to the garbage collector."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"{port} は使われています"):
            listening(lambda *_: [], Address("127.0.0.1", port), 1)
    gc.collect()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("certificates", "render", "1", "--disaster", "NOPE"), "NOPE という記号の災害"),
        (("serve", "--port", "99999"), "範囲"),
    ],
)
def test_a_wrong_option_is_told(instance, words, said):
    told = CliRunner().invoke(cli, [*words, "--instance", str(instance.folder)])

    assert told.exit_code in {1, 2}
    assert said in told.stderr


def test_without_a_disaster_commands_say_what_to_do(tmp_path):
    made = create_instance(
        tmp_path / "i",
        municipality="17202",
        admin="kanri",
        password="みなとのそばのおおきなもりのなか",
        passphrase=None,
    )

    told = run("report", "situation", "--instance", made.opened.folder, code=1)

    assert "disaster declare" in told.stderr


def test_what_nobody_foresaw_shows_no_value_and_stands_in_the_log(instance, monkeypatch):
    def broken(*_):
        raise RuntimeError(PASSPHRASE)

    monkeypatch.setattr("victim_support.backup.commands.verify_instance", broken)

    told = run("verify", "--instance", instance.folder, code=1)

    log = (instance.folder / "logs" / "app.log").read_text(encoding="utf-8")
    assert "RuntimeError test_commands.py" in told.stderr
    assert "command.failed" in log
    assert PASSPHRASE not in told.output + log


def register(opened):
    """Do one act on an instance that is started for it; tell whether all fits together."""
    app = start(opened)
    with app.app_context(), using_scopes(SCOPES):
        with transaction(reason="受付") as session:
            session.add(Person(scope=SCOPES.core, id=new_id(), name="架空 太郎"))
        is_ok = verify(db.engine).is_ok
        db.session.remove()
        said = app.extensions["intake"].last_ops()
    close(app)
    return is_ok, max(op.seq for op in said if op.scope == SCOPES.core)


def test_the_intake_log_goes_on_on_a_medium_of_its_own_also_after_its_loss(instance, tmp_path):
    register(instance)
    medium, other = tmp_path / "card", tmp_path / "other"
    medium.mkdir()
    other.mkdir()
    move_log(instance.folder, medium)
    moved = OpenInstance(instance.folder, instance.key)
    assert (moved.intake_log, instance.intake_log.exists()) == (medium / "intake.log", False)
    assert register(moved) == (True, 2)

    shutil.rmtree(medium)
    assert "登録の控え" in run("check", "--instance", instance.folder, code=1).stdout
    told = run("disaster", "declare", "x", "--kind", "flood", "--instance", instance.folder, code=1)
    assert "媒体を差してください" in told.stderr
    move_log(instance.folder, other)
    assert register(OpenInstance(instance.folder, instance.key)) == (True, 3)

    with pytest.raises(IntakePlaceTakenError):
        move_log(tmp_path, other)
    move_log(instance.folder, instance.folder)
    assert register(OpenInstance(instance.folder, instance.key)) == (True, 4)
