"""This version and the one before it, as programs of their own, exchange in both directions.

The one before is the newest release (tag); until there is one, the program as it was when it had
no tables above number 99. It takes a minute and the repository's history: ``bin/test --soak`` only.
"""

import json
import os
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from victim_support.bench.terminals import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("VICTIM_SUPPORT_SOAK" not in os.environ, reason="bin/test --soak"),
]
ROOT = Path(__file__).parents[2]
SITE = Path(__file__).with_name("version_site.py")
BEFORE_THE_FIRST = "d0aacd31058c675e8277cc63f4f7b2283f1a9ed6"  # 11 steps of the tables
CLI = "from victim_support.cli import cli; cli()"
PATIENCE = 120


def _git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)


def _former():
    """Return the revision of the version before this one."""
    tag = _git("describe", "--tags", "--abbrev=0").stdout.decode().strip()
    return tag or BEFORE_THE_FIRST


@pytest.fixture(scope="module")
def former(tmp_path_factory):
    """Unpack the version before this one."""
    packed = _git("archive", _former()).stdout
    if not packed:
        pytest.skip("the repository's history is not on this machine")
    folder = tmp_path_factory.mktemp("former")
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class Site:
    """A machine that runs one version of the program."""

    def __init__(self, folder, program):
        self.folder, self.program = folder, program
        self.do("make")

    def do(self, act, *arguments):
        return self._run([SITE, act, self.folder, *arguments])

    def sync(self, address):
        return self._run(["-c", CLI, "sync", address, "--instance", self.folder])

    def state(self):
        return json.loads(self.do("state"))

    @contextmanager
    def listening(self):
        address = f"127.0.0.1:{free_port()}"
        options = ("--port", str(free_port()), "--exchange", address, "--instance", self.folder)
        log = self.folder.with_suffix(".log").open("ab")
        server = subprocess.Popen(
            [sys.executable, "-c", CLI, "serve", *options],
            env=self._env,
            cwd=self.program,  # before PYTHONPATH: else this version would answer for the other
            stdout=log,
            stderr=log,
        )
        try:
            yield address
        finally:
            server.terminate()
            server.wait(PATIENCE)
            log.close()

    @property
    def _env(self):
        return os.environ | {"PYTHONPATH": str(self.program)}

    def _run(self, arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self._env,
            cwd=self.program,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
        return done.stdout


def _met(laptop, headquarters):
    """Let a laptop exchange twice, as soon as the headquarters answers."""
    with headquarters.listening() as address:
        for _ in range(20):
            try:
                laptop.sync(address)
                break
            except AssertionError as refused:
                if "つながりません" not in str(refused):
                    raise
        laptop.sync(address)


@pytest.mark.parametrize("older", ["laptop", "headquarters"])
def test_the_version_before_exchanges_with_this_one(former, tmp_path, older):
    programs = {"laptop": ROOT, "headquarters": ROOT} | {older: former}
    headquarters = Site(tmp_path / "honbu", programs["headquarters"])
    laptop = Site(tmp_path / "a", programs["laptop"])
    sites = {"laptop": laptop, "headquarters": headquarters}
    headquarters.do("found")
    asked, granted = tmp_path / "asked", tmp_path / "granted"
    laptop.do("request", asked)
    headquarters.do("grant", asked, granted)
    laptop.do("take", granted)
    headquarters.do("register", "架空 太郎")
    laptop.do("register", "架空 花子")
    newer = sites["laptop" if older == "headquarters" else "headquarters"]
    newer.do("write_newest")

    _met(laptop, headquarters)
    for site in sites.values():
        found = site.state()
        assert found["names"] == ["架空 太郎", "架空 花子"]
        assert found["problems"] == []

    sites[older].program = ROOT
    sites[older].do("lift")
    states = [site.state() for site in sites.values()]
    assert states[0] == states[1]
    assert states[0]["waiting"] == 0
