"""Whatever happens to a stick or to the machine that uses it, the ledger stays sound."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.test_bundles import fill, node_of, only, read, write
from tests.sync.test_receive import digest, put
from victim_support.core.db import db
from victim_support.journal.store import read_heads
from victim_support.journal.verify import verify
from victim_support.sync.bundles import BundleError
from victim_support.sync.queries import hash_at

PROGRAM = Path(sys.executable).with_name("victim-support")
chance = random.Random()  # noqa: S311 - moments at which a process is killed
ROUNDS = int(os.environ.get("VICTIM_SUPPORT_SOAK", "1"))
SLOW = pytest.mark.slow
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")


def sound(machine):
    """Hold that a machine's ledger verifies, and return the heads of its chains."""
    with machine.inside():
        report = verify(db.engine)
        assert report.is_ok, report.problems
        return dict(read_heads(db.session.connection()))


def holds_a_beginning(machine, source):
    """Hold that every chain here is one of the source, as far as it goes."""
    heads = sound(machine)
    with source.inside():
        for (scope, node), head in heads.items():
            there = hash_at(db.session.connection(), scope, node, head.seq)
            assert there in (head.hash, None), "another past"


def run(machine, *arguments, kill_after=None):
    """Run a command on a stopped machine; return its exit code, output and errors."""
    command = [PROGRAM, *arguments, "--instance", machine.opened.folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


@contextmanager
def stopped(machine):
    machine.stop()
    yield
    machine.start()


@contextmanager
def medium(folder, size):
    """A small medium of its own, as a stick is."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def resized(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.fixture(scope="module")
def sticks(shelf, tmp_path_factory):
    """A bundle of several files, another machine's bundle, and the machine that wrote the first."""
    place = tmp_path_factory.mktemp("sticks")
    one, other = (shelf[name].copied(place / name) for name in "ab")
    fill(one, 3000)
    put(other, "office_phone", "0000-00-0000")
    for machine, name in ((one, "first"), (other, "second")):
        (place / name).mkdir()
        write(machine, place / name)
    yield one, only(place / "first"), only(place / "second")
    one.stop()
    other.stop()


NAMES = ["0001.seg", "0002.seg", "0003.seg", "manifest"]
PLACES = st.floats(0, 1, exclude_max=True)
NAME = st.sampled_from(NAMES)
CHANGES = st.one_of(
    st.tuples(st.just("truncate"), NAME, PLACES),
    st.tuples(st.just("flip"), NAME, PLACES),
    st.tuples(st.just("drop"), NAME, PLACES),
    st.tuples(st.just("double"), NAME, PLACES),
    st.tuples(st.just("exchange"), st.just("0001.seg"), PLACES),
    st.tuples(st.just("strange"), NAME, PLACES),
)


def mangle(folder, stranger, change):
    how, name, place = change
    path = folder / name
    if not path.exists():
        return
    raw = path.read_bytes()
    at = int(place * len(raw))
    if how == "truncate":
        path.write_bytes(raw[:at])
    elif how == "flip" and raw:
        path.write_bytes(raw[:at] + bytes([raw[at] ^ (1 << at % 8)]) + raw[at + 1 :])
    elif how == "drop":
        path.unlink()
    elif how == "double":
        (folder / "0009.seg").write_bytes(raw)
    elif how == "exchange":
        path.rename(folder / "0008.seg")
    elif how == "strange":
        path.write_bytes(
            (stranger / ("manifest" if name == "manifest" else "0001.seg")).read_bytes()
        )


@SLOW
@settings(
    max_examples=4 * ROUNDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
def test_a_mangled_bundle_brings_a_sound_beginning_or_nothing(
    sticks, shelf, tmp_path_factory, changes
):
    source, bundle, stranger = sticks
    place = tmp_path_factory.mktemp("mangled")
    machine = shelf["honbu"].copied(place / "honbu")
    folder = place / "usb" / bundle.name
    shutil.copytree(bundle, folder)
    for change in changes:
        mangle(folder, stranger, change)
    try:
        (report,) = read(machine, folder.parent)
        holds_a_beginning(machine, source)
        if not report.is_clean:
            assert report.problems or report.is_partial
        (clean,) = read(machine, bundle.parent)
        assert clean.is_clean
        heads = sound(machine)
        with source.inside():
            for key, head in read_heads(db.session.connection()).items():
                assert heads[key].hash == head.hash
    finally:
        machine.stop()
        shutil.rmtree(place)
        for ack in bundle.glob("ack-*"):
            ack.unlink()


@SLOW
def test_killed_at_any_moment_while_it_writes(headquarters, laptops, tmp_path):
    one, _ = laptops
    stick = tmp_path / "usb"
    stick.mkdir()
    fill(one, 3000)
    with stopped(one):
        began = time.monotonic()
        assert run(one, "bundle", "export", stick)[0] == 0
        whole = time.monotonic() - began
        shutil.rmtree(only(stick))
        for _ in range(2 * ROUNDS):
            run(one, "bundle", "export", stick, kill_after=chance.uniform(0.3, 1) * whole)
    holds_a_beginning(one, one)
    if list(stick.iterdir()):
        read(headquarters, stick)
        holds_a_beginning(headquarters, one)
    write(one, stick)
    read(headquarters, stick)
    holds_a_beginning(headquarters, one)
    assert read(one, stick)
    assert [seq_of(headquarters, one)] == [seq_of(one, one)]


def seq_of(machine, author):
    (node,) = node_of(author)
    with machine.inside():
        heads = read_heads(db.session.connection())
        return {scope: head.hash for (scope, writer), head in heads.items() if writer == node}


@SLOW
def test_killed_at_any_moment_while_it_reads(headquarters, laptops, tmp_path):
    one, _ = laptops
    stick = tmp_path / "usb"
    stick.mkdir()
    fill(one, 3000)
    write(one, stick)
    copy = tmp_path / "measured"
    with stopped(headquarters):
        shutil.copytree(headquarters.opened.folder, copy)
        began = time.monotonic()
        assert run(headquarters, "bundle", "import", stick)[0] == 0
        whole = time.monotonic() - began
        shutil.rmtree(headquarters.opened.folder)
        shutil.copytree(copy, headquarters.opened.folder)
    for _ in range(2 * ROUNDS):
        with stopped(headquarters):
            moment = chance.uniform(0.3, 1) * whole
            run(headquarters, "bundle", "import", stick, kill_after=moment)
        holds_a_beginning(headquarters, one)
    with stopped(headquarters):
        code, output, errors = run(headquarters, "bundle", "import", stick, "--json")
    assert code == 0, errors
    assert json.loads(output)[0]["is_clean"]
    assert seq_of(headquarters, one) == seq_of(one, one)


@SLOW
@AS_ROOT
def test_a_full_stick_is_told_and_keeps_nothing(headquarters, laptops, tmp_path):
    one, _ = laptops
    fill(one, 3000)
    with medium(tmp_path / "usb", "800k") as stick:
        with pytest.raises(BundleError, match="空きが足りません"):
            write(one, stick)
        assert list(stick.iterdir()) == []
        resized(stick, "size=16m")
        write(one, stick)
        (report,) = read(headquarters, stick)
        assert report.is_clean
    holds_a_beginning(headquarters, one)


@SLOW
@AS_ROOT
def test_a_locked_stick_is_told_and_can_still_be_read(headquarters, laptops, tmp_path):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    with medium(tmp_path / "usb", "16m") as stick:
        resized(stick, "ro")
        with pytest.raises(BundleError, match="書き込み禁止"):
            write(one, stick)
        resized(stick, "rw")
        write(one, stick)
        resized(stick, "ro")
        (report,) = read(headquarters, stick)
        assert report.is_clean
        assert not report.has_ack
        assert any("書けません" in line for line in report.remarks)


@SLOW
@AS_ROOT
def test_a_full_disk_is_told_and_what_was_read_stays(headquarters, laptops, tmp_path):
    one, _ = laptops
    fill(one, 6000)
    stick = tmp_path / "usb"
    stick.mkdir()
    write(one, stick)
    headquarters.stop()
    used = sum(path.stat().st_size for path in headquarters.opened.folder.rglob("*"))
    with medium(tmp_path / "disk", used + (3 << 20)) as disk:
        machine = headquarters.copied(disk / "honbu")
        with stopped(machine):
            code, _, errors = run(machine, "bundle", "import", stick)
        assert code == 1
        assert "空き容量" in errors
        assert "Traceback" not in errors
        with stopped(machine):
            resized(disk, "size=256m")
        holds_a_beginning(machine, one)
        (report,) = read(machine, stick)
        assert report.is_clean
        assert seq_of(machine, one) == seq_of(one, one)
        digest(machine)
        machine.stop()
    headquarters.start()
