"""Whatever fails while machines exchange over a network, nothing is lost and nothing stalls.

The headquarters is a process of its own; it is killed, cut off, crowded or out of room. After each
fault one more write arrives within a few rounds, and in the end both ledgers verify and are equal.
"""

import os
import random
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from tests.sync.kit import Machine
from tests.sync.test_bundle_faults import AS_ROOT, PROGRAM, medium, resized
from tests.sync.test_receive import digest, get, put
from victim_support.bench.terminals import ServerProcess, free_port
from victim_support.core.instance import OpenInstance
from victim_support.core.settings import put_setting
from victim_support.sync import queries
from victim_support.sync.client import PeerError
from victim_support.sync.services.exchange import exchange_with

pytestmark = pytest.mark.slow
SOAK = "VICTIM_SUPPORT_SOAK" in os.environ
KILLS, CUTS, CROWDS = (30, 150, 20) if SOAK else (2, 8, 2)
TRIES = 20  # as often may a kill come too late to cut anything off
ROUNDS = 3  # more is a stall
chance = random.Random()  # noqa: S311 - moments and places at which something fails


class Office:
    """A headquarters that serves in a process of its own."""

    def __init__(self, machine, log):
        self.machine, self.log = machine, log
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        machine.stop()
        self.start()

    def start(self):
        self.server = ServerProcess(
            self.machine.opened.folder, self.log, "--exchange", self.address
        )

    def kill(self):
        self.server.kill()

    def close(self):
        self.server.end()
        self.machine.start()


@pytest.fixture
def office(headquarters, tmp_path):
    office = Office(headquarters, tmp_path / "server.log")
    yield office
    office.close()


@pytest.fixture(autouse=True)
def small_segments(monkeypatch):
    """Let the laptops bring their work in many pieces."""
    monkeypatch.setattr(queries, "OPS_OF_SEGMENT", 10)


def fill(machine, label, count=60):
    """Write so much that bringing it takes a while."""
    for start in range(0, count, 20):
        with machine.writing():
            for number in range(start, start + 20):
                put_setting(key=f"{label}_{number}", value=os.urandom(200).hex())


def meet(machine, address):
    """Exchange, and tell whether it came to an end."""
    with machine.inside():
        try:
            result = exchange_with(address)
        except PeerError:
            return False
    assert not result.refused
    assert not result.refused_there
    return True


def arrives(machine, address):
    """Write once more, and bring it within a few rounds."""
    put(machine, "last", os.urandom(4).hex())
    assert any(meet(machine, address) for _ in range(ROUNDS)), "stalled"


def end(office, *machines):
    """Close the office; hold that everybody verifies and shows the same."""
    for _ in range(2):
        for machine in machines:
            assert meet(machine, office.address)
    office.server.end()
    office.machine.start()
    states = [digest(machine) for machine in (office.machine, *machines)]
    office.machine.stop()
    office.start()
    assert all(state == states[0] for state in states)


def test_the_headquarters_is_killed_while_laptops_bring_and_fetch(office, laptops):
    one, other = laptops
    cut_off = 0
    for number in range(KILLS + TRIES):
        fill(one, f"k{number}")
        fill(other, f"l{number}", 20)
        killer = threading.Timer(chance.uniform(0.0, 0.4), office.kill)
        killer.start()
        cut_off += not all([meet(one, office.address), meet(other, office.address)])
        killer.join()
        office.start()
        arrives(one, office.address)
        if cut_off and number + 1 >= KILLS:
            break
    end(office, one, other)
    assert cut_off > 0, "nothing was cut off"


def test_a_laptop_is_killed_while_it_fetches_and_brings(office, laptops):
    one, other = laptops
    fill(other, "o", 200)
    assert meet(other, office.address)
    one.stop()
    command = [PROGRAM, "sync", office.address, "--instance", one.opened.folder]
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 3.0))
        process.kill()
        process.wait()
    one.start()
    arrives(one, office.address)
    end(office, one, other)


@contextmanager
def cutting_wire(port, limit):
    """Pass bytes on both ways until so many have gone through; then cut for good."""
    listener = socket.create_server(("127.0.0.1", 0))
    passed, lock, opened = [0], threading.Lock(), [listener]

    def pump(source, target):
        with suppress(OSError):
            while data := source.recv(1 << 16):
                with lock:
                    left = limit - passed[0]
                    passed[0] += len(data)
                target.sendall(data[: max(left, 0)])
                if len(data) >= left:
                    break
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve():
        with suppress(OSError):
            while True:
                client = listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", port))
                opened.extend((client, server))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", passed
    finally:
        for each in opened:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def test_the_connection_is_cut_at_any_byte(office, laptops):
    one, other = laptops
    fill(one, "w", 20)
    with cutting_wire(office.port, 1 << 30) as (address, passed):
        assert meet(one, address)
        size = passed[0]
    cut_off = 0
    for number in range(CUTS):
        fill(one, f"c{number}", 20)
        fill(other, f"d{number}", 20)
        assert meet(other, office.address)
        place = size * number // CUTS + chance.randrange(size // CUTS)
        with cutting_wire(office.port, place) as (address, _):
            cut_off += not meet(one, address)
        arrives(one, office.address)
    end(office, one, other)
    assert cut_off > CUTS // 2


def test_several_exchange_at_once(office, laptops):
    one, other = laptops
    faults = []

    def go(machine):
        try:
            while not meet(machine, office.address):
                time.sleep(0.1)  # it was busy
        except BaseException as error:
            faults.append(error)

    for number in range(CROWDS):
        fill(one, f"p{number}")
        fill(other, f"q{number}")
        threads = [threading.Thread(target=go, args=(each,)) for each in (one, other, one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
    arrives(one, office.address)
    end(office, one, other)


@AS_ROOT
def test_the_headquarters_has_no_room_left(headquarters, laptops, tmp_path):
    one, other = laptops
    with medium(tmp_path / "disk", "64M") as disk:
        folder = disk / "honbu"
        headquarters.stop()
        shutil.copytree(headquarters.opened.folder, folder)
        small = Machine(OpenInstance(folder, headquarters.opened.key), "H0")
        headquarters.start()
        office = Office(small, tmp_path / "server.log")
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        resized(disk, f"size={used // 1024 + 200}k")
        for number in range(8):
            fill(one, f"f{number}", 100)
            if not meet(one, office.address):
                break
        else:
            pytest.fail("the disk was never full")
        assert not meet(one, office.address)
        resized(disk, "size=64M")
        office.server.end()
        office.start()
        arrives(one, office.address)
        end(office, one, other)
        office.server.end()
    assert get(one, "last")
