"""The invented town, started once as a newcomer starts it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.quality.net import free_port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("town") / "instance"
    log = folder.parent / "demo.log"
    command = [sys.executable, "-c", "from victim_support.start import run; run()", "demo"]
    options = ["--no-browser", "--port", str(free_port()), "--instance", str(folder)]
    with (
        log.open("w") as output,
        subprocess.Popen([*command, *options], stdout=output, stderr=output) as server,
    ):
        try:
            yield wait_for_login(log, server)
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for_login(log: Path, server: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Return address and password as soon as the program says them."""
    for _ in range(600):
        said = log.read_text(encoding="utf-8")
        found = re.search(r"(http://\S+?)/?\s.*honbu\s+パスワード\s+(\S+)", said, re.DOTALL)
        if found:
            return found[1], found[2]
        if server.poll() is not None:
            break
        try:
            server.wait(timeout=0.3)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text(encoding="utf-8"))
