"""The headquarters for real: gunicorn and PostgreSQL, several workers, desks that write at once.

No operation is lost or doubled, every chain has no gap, and what one worker that was killed had
committed but not noted is noted by the next.
"""

import os
import signal
import subprocess
import threading
import time
from itertools import groupby

import pytest
from sqlalchemy import select

from tests.cluster import new_database
from tests.journeys.test_kill import DeskLog, assert_proven, check
from victim_support.app import create_app
from victim_support.bench.terminals import SCOPES, make_reception, running_server
from victim_support.core.db import close_database, open_engine
from victim_support.core.scopes import using_scopes
from victim_support.journal.intake import this_intake
from victim_support.journal.models import Op

pytestmark = [pytest.mark.slow, pytest.mark.db("postgresql")]
DESKS, WORKERS = 4, 3
STARTED = 3
SECONDS, ROUNDS = 5, 8


@pytest.fixture
def reception(engine, tmp_path):
    return make_reception(tmp_path / "honbu", terminals=DESKS, database_url=new_database())


@pytest.fixture
def server(reception, tmp_path):
    workers = ["--workers", str(WORKERS)]
    with running_server(reception.opened.folder, tmp_path / "server.log", *workers) as running:
        time.sleep(STARTED)  # the first worker answers already
        yield running


def work(server, desks, while_working):
    """Let every desk register until the end of the function, on a connection of its own."""
    stop = threading.Event()
    threads = [threading.Thread(target=desk.work, args=(server.port, stop)) for desk in desks]
    for thread in threads:
        thread.start()
    while_working()
    stop.set()
    for thread in threads:
        thread.join()


def workers_of(server):
    found = subprocess.run(
        ["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True
    )
    return [int(number) for number in found.stdout.split()]


def chains(opened):
    """Return the sequence numbers of each chain in the order of arrival."""
    engine = open_engine(opened)
    with engine.connect() as connection:
        rows = connection.execute(select(Op.scope, Op.node, Op.seq, Op.hlc).order_by(Op.lsn)).all()
    engine.dispose()
    ordered = sorted(rows, key=lambda row: (row.scope, row.node))
    return {key: list(found) for key, found in groupby(ordered, lambda row: (row.scope, row.node))}


def assert_gap_free(opened):
    """Arrival, sequence and clock tell the same order, without a gap."""
    for key, ops in chains(opened).items():
        assert [op.seq for op in ops] == list(range(1, len(ops) + 1)), key
        assert [op.hlc for op in ops] == sorted(op.hlc for op in ops), key


def noted(opened):
    app = create_app(opened)
    with app.app_context(), using_scopes(SCOPES):
        intake = this_intake()
        found = {
            (op.scope, op.node, op.seq)
            for path in intake.files()
            for group in intake.groups(path)
            for op in group
        }
        close_database()
    return found


def test_four_desks_register_at_once_on_three_workers(reception, server):
    desks = [DeskLog(number + 1, cookie) for number, cookie in enumerate(reception.cookies)]

    for _ in range(ROUNDS):  # whichever worker is free takes a new connection
        work(server, desks, lambda: time.sleep(SECONDS / ROUNDS))

    assert len(workers_of(server)) == WORKERS
    assert sum(len(desk.acknowledged) for desk in desks) >= DESKS * 2
    check(reception.opened, desks)
    assert_gap_free(reception.opened)
    assert len(list(reception.opened.folder.glob("intake*.log"))) > 1, "one worker did it all"
    server.end()
    assert_proven(reception.opened)


def test_a_worker_that_is_killed_loses_nothing(reception, server):
    desks = [DeskLog(number + 1, cookie) for number, cookie in enumerate(reception.cookies)]

    def kill_each_once():
        for worker in workers_of(server):
            time.sleep(SECONDS / WORKERS)
            os.kill(worker, signal.SIGKILL)

    work(server, desks, kill_each_once)
    work(server, desks, lambda: time.sleep(1))  # what was cut off is sent again

    check(reception.opened, desks)
    assert_gap_free(reception.opened)
    journalled = {(*key, op.seq) for key, ops in chains(reception.opened).items() for op in ops}
    server.end()
    assert noted(reception.opened) == journalled
    assert_proven(reception.opened)
