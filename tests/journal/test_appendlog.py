"""The append-only logs: nothing readable, nothing changeable, a torn end borne."""

import os
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from victim_support.core import appendlog
from victim_support.core.appendlog import AppendLog, DamagedLogError

KEY = bytes(range(32))


@pytest.fixture
def log(tmp_path):
    log = AppendLog(tmp_path / "x.log", KEY, "test")
    yield log
    log.close()


def reopened(log, key=KEY, label="test"):
    return AppendLog(log.path, key, label)


def test_what_was_appended_is_read_again(log):
    for number in range(5):
        log.append(b"payload %d" % number, sync=True)

    assert list(reopened(log)) == [b"payload %d" % number for number in range(5)]
    assert reopened(log).verify().count == 5


def test_appending_goes_on_after_reopening(log):
    log.append(b"one", sync=True)
    log.close()
    again = reopened(log)
    again.append(b"two", sync=True)
    again.close()

    assert list(reopened(log)) == [b"one", b"two"]


def test_the_file_shows_nothing_and_needs_the_key_and_the_label(log):
    log.append("佐藤 花子".encode(), sync=True)
    log.append("佐藤 次郎".encode(), sync=True)

    assert "佐藤".encode() not in log.path.read_bytes()
    with pytest.raises(DamagedLogError):
        list(reopened(log, key=bytes(32)))
    with pytest.raises(DamagedLogError):
        list(reopened(log, label="other"))


@pytest.mark.parametrize("missing", range(1, 40, 3))
def test_a_torn_last_frame_is_left_out_and_cut_off(log, missing):
    log.append(b"acknowledged", sync=True)
    whole = log.path.stat().st_size
    log.append(b"torn by the power cut", sync=True)
    log.close()
    os.truncate(log.path, log.path.stat().st_size - missing)

    again = reopened(log)
    again.append(b"after", sync=True)
    again.close()

    assert list(reopened(log)) == [b"acknowledged", b"after"]
    assert whole < log.path.stat().st_size


def test_space_that_was_never_filled_is_no_damage(log):
    log.append(b"acknowledged", sync=True)
    log.close()
    with log.path.open("ab") as file:
        file.write(bytes(4096))

    assert list(reopened(log)) == [b"acknowledged"]


@given(place=st.integers(0), bit=st.integers(0, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_flipped_bit_before_the_last_frame_is_found(tmp_path, place, bit):
    path = tmp_path / "flip.log"
    path.unlink(missing_ok=True)
    log = AppendLog(path, KEY, "test")
    log.append(b"first", sync=False)
    log.append(b"second", sync=False)
    before_last = log.path.stat().st_size
    log.append(b"last", sync=True)
    log.close()
    content = bytearray(path.read_bytes())
    content[place % before_last] ^= 1 << bit
    path.write_bytes(content)

    with pytest.raises(DamagedLogError):
        AppendLog(path, KEY, "test").verify()


def test_a_frame_that_was_left_out_or_moved_is_found(log):
    ends = [0]
    for payload in (b"one", b"two", b"three"):
        log.append(payload, sync=True)
        ends.append(log.path.stat().st_size)
    content = log.path.read_bytes()
    one, two, three = (content[ends[n] : ends[n + 1]] for n in range(3))

    for forged in (one + three, two + one + three, one + two + two + three):
        log.path.write_bytes(forged)
        with pytest.raises(DamagedLogError):
            reopened(log).verify()


def test_a_failed_append_leaves_the_log_as_it_was(log, monkeypatch):
    log.append(b"kept", sync=True)
    pwrite = os.pwrite

    def full_disk(file, data, offset):
        pwrite(file, data[:5], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full_disk)
    with pytest.raises(OSError, match="No space"):
        log.append(b"lost", sync=True)
    monkeypatch.undo()
    log.append(b"later", sync=True)

    assert list(reopened(log)) == [b"kept", b"later"]


def test_after_a_failed_fsync_nothing_is_acknowledged_any_more(log, monkeypatch):
    log.append(b"kept", sync=True)

    def failing(_file):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="Input/output"):
        log.append(b"uncertain", sync=True)
    monkeypatch.undo()

    with pytest.raises(OSError, match="Input/output"):
        log.append(b"later", sync=True)
    log._is_failing = False  # let the fixture close the file


def test_reads_are_flushed_within_a_second(log, monkeypatch):
    flushed = threading.Event()
    fsync = os.fsync

    def watched(file):
        fsync(file)
        flushed.set()

    log.append(b"opened", sync=True)
    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(appendlog, "FLUSH_SECONDS", 0.05)
    log.append(b"a record was read", sync=False)

    assert flushed.wait(2)


def test_many_threads_append_without_mixing(log):
    def work(name):
        for number in range(50):
            log.append(b"%d-%d" % (name, number), sync=number % 10 == 0)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = list(reopened(log))
    assert len(found) == 200
    for name in range(4):
        mine = [payload for payload in found if payload.startswith(b"%d-" % name)]
        assert mine == [b"%d-%d" % (name, number) for number in range(50)]
