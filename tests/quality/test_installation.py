"""Set-up, lock files, container and wheel agree with each other."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.quality.net import fetch, free_port
from tests.quality.sources import PACKAGE, ROOT, STATIC, TEMPLATES, files

LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-build.lock"]
SCRIPTS = [*files(ROOT / "bin", "*"), ROOT / ".ci" / "run"]
SYSTEM_PACKAGES = {
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-ipamj-mincho",
    "fonts-ipaexfont",
    "fonts-noto-cjk",
    "poppler-utils",
    "poppler-data",
}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_file_has_its_hash_and_no_index_is_named(lock: str) -> None:
    pinned = re.findall(
        r"^[a-z][^\n]*==[^\n]*\\\n +--hash=sha256:[0-9a-f]{64}", read(lock), re.MULTILINE
    )
    named = re.findall(r"^[a-zA-Z][^\n]*", read(lock), re.MULTILINE)

    assert len(pinned) == len(named) > 0
    assert not re.search(r"index-url|find-links|https?://|file:", read(lock))


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    locked = set(re.findall(r"^([a-z0-9.-]+)==", read("requirements-test.lock"), re.MULTILINE))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["test"]

    assert {re.split(r"[^\w.-]", each)[0].lower() for each in wanted} <= locked


def test_the_container_installs_what_setup_installs() -> None:
    dockerfile = read("Dockerfile")
    assert set(re.findall(r"(?:lib|fonts-|poppler-)[\w.-]+", read("bin/setup"))) >= SYSTEM_PACKAGES
    named = re.findall(r"(?:libpango|libharf|fonts-|poppler-)[\w.-]+", dockerfile)
    assert set(named) == SYSTEM_PACKAGES
    assert "--require-hashes -r /tmp/requirements.lock" in dockerfile
    assert "USER victim-support" in dockerfile


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_executable_and_stop_at_the_first_error(script: Path) -> None:
    checked = subprocess.run(["bash", "-n", script], check=False, capture_output=True)

    assert checked.returncode == 0, checked.stderr
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")


def test_one_start_waits_for_the_other_to_set_up_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "setup", tmp_path / "bin")
    for name, does in {"dpkg-query": "exit 1", "id": "echo 1000", "sudo": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with subprocess.Popen(
        ["bash", tmp_path / "bin" / "setup"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stderr is not None
        assert "待っています" in started.stderr.readline()
        assert started.poll() is None
        os.close(folder)

        assert "apt-get" in started.stderr.read()


def test_without_the_right_to_install_setup_says_the_line_and_stops(tmp_path: Path) -> None:
    for name, does in {"dpkg-query": "exit 1", "id": "echo 1000", "sudo": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    setup = ["bash", str(ROOT / "bin" / "setup")]

    told = subprocess.run(
        setup, env=path, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True
    )

    assert told.returncode == 1
    (line,) = [each.strip() for each in told.stderr.splitlines() if "apt-get" in each]
    assert line.startswith("sudo apt-get update && sudo apt-get install -y")
    assert set(line.split()) >= SYSTEM_PACKAGES


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_pages_and_styles_but_no_tests(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    bundled = {
        f"victim_support/_bundled/{path.relative_to(ROOT).as_posix()}"
        for path in [*files(TEMPLATES, "*.html"), *files(STATIC, "*.*")]
    }
    tables = {path.relative_to(ROOT).as_posix() for path in files(PACKAGE, "*.toml")}

    assert bundled <= held
    assert tables <= held
    assert not [each for each in held if each.startswith(("tests/", "instance/", "docs/"))]


def test_the_wheel_serves_pages_and_styles_outside_the_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*pip, site, wheel], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONWARNINGS": "ignore"}
    program = [sys.executable, "-c", "from victim_support.cli import cli; cli()"]
    instance = ["--instance", str(tmp_path / "instance")]
    init = ["--municipality", "042072", "--admin", "kanri", "--password-stdin"]
    subprocess.run(
        [*program, "init", *instance, *init],
        input="みなとのそばのおおきなもりのなか\n\n",
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    port = str(free_port())
    server = subprocess.Popen(
        [*program, "serve", *instance, "--port", port],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = fetch(f"http://localhost:{port}/login")
        style = fetch(f"http://localhost:{port}/static/css/base.css")
    finally:
        server.terminate()
        server.wait(timeout=60)

    assert "被災者支援システム" in page
    assert "--target" in style
