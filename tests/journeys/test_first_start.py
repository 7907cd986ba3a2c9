"""From nothing to a served page by the commands, as an operator or a script types them."""

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from victim_support.core.instance import OpenInstance
from victim_support.core.keys import recovery_used_at, unlock
from victim_support.core.reads import read_log

PROGRAM = Path(sys.executable).with_name("victim-support")
PASSWORD = "みなとのそばのおおきなもりのなか"
PASSPHRASE = "よるのしょうがっこう十七"
SECONDS = 30


def run(*words, given="", code=0):
    done = subprocess.run(
        [PROGRAM, *map(str, words)], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance"
    options = ("--municipality", "17202", "--admin", "kanri", "--password-stdin", "--json")
    done = run("init", "--instance", folder, *options, given=f"{PASSWORD}\n{PASSPHRASE}\n")
    return folder, json.loads(done.stdout)


def secret_file(folder, text):
    path = folder / "secret"
    path.write_text(f"{text}\n")
    return path


def test_init_tells_the_recovery_code_once_and_never_overwrites(instance):
    folder, told = instance

    assert unlock(folder, told["recovery_code"]).key == unlock(folder, PASSPHRASE).key
    again = ("--municipality", "17202", "--admin", "x", "--password-stdin")
    refused = run("init", "--instance", folder, *again, given="a\nb\n", code=1)
    assert "上書きしません" in refused.stderr


def test_init_with_one_line_leaves_a_key_file_that_check_reports(tmp_path):
    folder = tmp_path / "instance"
    options = ("--municipality", "172022", "--admin", "kanri", "--password-stdin")
    run("init", "--instance", folder, *options, given=f"{PASSWORD}\n")

    told = json.loads(run("check", "--instance", folder, "--json").stdout)

    assert any("保護なし" in finding["seen"] for finding in told["findings"])


@pytest.mark.parametrize(
    ("options", "given", "said"),
    [
        (("--municipality", "172023", "--admin", "a"), f"{PASSWORD}\n{PASSPHRASE}\n", "検査数字"),
        (("--municipality", "17202", "--admin", "a"), f"{PASSWORD}\nみじか\n", "12文字以上"),
        (("--municipality", "17202", "--admin", "a"), f"password\n{PASSPHRASE}\n", ""),
    ],
)
def test_refused_init_says_why_and_leaves_nothing(tmp_path, options, given, said):
    folder = tmp_path / "instance"

    refused = run("init", "--instance", folder, *options, "--password-stdin", given=given, code=1)

    assert said in refused.stderr
    assert not folder.exists() or not (folder / "keys.json").exists()


def test_the_slip_alone_brings_the_desk_back_and_its_use_is_logged(instance, tmp_path):
    folder, told = instance
    secret = secret_file(tmp_path, told["recovery_code"])
    command = [PROGRAM, "serve", "--instance", folder, "--passphrase-file", secret, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = next(line for line in server.stdout if "http://" in line)
        page = _page(address[address.index("http") :].split()[0])
        locked = run("import", "shelters", __file__, "--instance", folder, code=3)
        server.terminate()

    assert "ログイン" in page
    assert "サーバーが動いています" in locked.stderr
    assert recovery_used_at(folder) is not None
    opened = OpenInstance(folder, unlock(folder, PASSPHRASE).key)
    events = [entry["event"] for entry in read_log(opened.reads_log, opened.key)]
    assert "key.recovery_used" in events


def _page(address):
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own address
                return answer.read().decode()
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
