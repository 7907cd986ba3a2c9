"""Real processes: a headquarters that serves, and a laptop's command that exchanges with it."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sync.test_receive import digest, get, put

PROGRAM = Path(sys.executable).with_name("victim-support")


@contextmanager
def serving(machine):
    machine.stop()
    command = [str(PROGRAM), "serve", "--instance", str(machine.opened.folder), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--exchange", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    )
    try:
        process.stdout.readline()
        found = re.search(r"ポート (\d+) で同期", process.stdout.readline())
        yield f"127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.communicate(timeout=30)
        machine.start()


@pytest.mark.slow
def test_a_laptop_exchanges_with_the_headquarters_and_says_how_much(headquarters, laptops):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    with serving(headquarters) as address:
        one.stop()
        command = [PROGRAM, "sync", address, "--instance", str(one.opened.folder), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        one.start()
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["peer"] == "本部"
    assert result["sent"] > 0
    assert get(headquarters, "issuer_title") == "みなと市長"
    assert digest(one) == digest(headquarters)
