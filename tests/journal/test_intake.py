"""The intake log: acknowledged means noted in a second file, and each repairs the other."""

import os
import shutil
import threading
from contextlib import suppress

import pytest
from sqlalchemy import func, select, text

from tests.blank import KEY
from tests.journal.conftest import SCOPES, make_program, opened_program
from victim_support.core.appendlog import AppendLog
from victim_support.core.db import acknowledged_together, db, open_engine, transaction
from victim_support.core.ids import new_id
from victim_support.journal import TripwireMissingError, start
from victim_support.journal.apply import BrokenChainError
from victim_support.journal.codec import pack_group, unpack_group
from victim_support.journal.intake import LABEL, IntakeFailureError, is_read_only, this_intake
from victim_support.journal.models import Op
from victim_support.journal.store import read_ops
from victim_support.journal.verify import verify
from victim_support.victims.models import Household, Person

pytestmark = pytest.mark.db


def register(count=1):
    for _ in range(count):
        with transaction(reason="受付") as session:
            session.add(Person(scope=SCOPES.core, id=new_id(), name="架空 太郎"))
            session.add(Household(scope=SCOPES.core, id=new_id()))


def noted():
    return [op for group in this_intake().log for op in unpack_group(group)]


def journalled():
    with db.engine.connect() as connection:
        return list(read_ops(connection))


def test_every_operation_is_noted_in_the_order_of_commits(program):
    def work():
        with program.app_context():
            register(10)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(noted()) == 80
    assert noted() == journalled()


def test_nothing_is_acknowledged_when_the_log_cannot_be_written(program, monkeypatch):
    register()

    def failing(_file):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(IntakeFailureError) as failure:
        register()
    monkeypatch.undo()

    assert failure.value.code == 503
    assert "紙に切り替えてください" in failure.value.description
    assert is_read_only()
    with pytest.raises(IntakeFailureError):
        register()
    assert db.session.scalar(select(func.count()).select_from(Op)) == 4
    this_intake().log._is_failing = False  # let the fixture close the file


def test_work_that_answers_once_waits_for_the_disk_once(program, monkeypatch):
    waits, sync = [], AppendLog.sync

    def watched(log):
        waits.append(len(noted()))
        sync(log)

    monkeypatch.setattr(AppendLog, "sync", watched)
    with suppress(KeyError), acknowledged_together():
        register(2)
        assert waits == []
        raise KeyError
    assert waits == [4]

    register()
    assert waits == [4, 6]


def test_what_was_committed_but_not_noted_is_noted_at_start(program, monkeypatch):
    """The process was killed between commit and append."""
    register()
    monkeypatch.setattr(AppendLog, "write", lambda _log, _payload: None)
    register()
    monkeypatch.undo()
    assert len(noted()) == 2

    assert start() == (2, 0)

    assert noted() == journalled()
    assert start() == (0, 0)


def test_what_was_noted_is_applied_to_an_older_database(tmp_path):
    """The database is a backup; the log is newer."""
    with opened_program(tmp_path / "laptop"):
        register(2)
        db.engine.dispose()
        shutil.copy(tmp_path / "laptop" / "main.db", tmp_path / "old.db")
        with transaction() as session:
            person = session.scalars(select(Person).limit(1)).one()
            person.phone = "111"
        register(2)
        ops, digests = journalled(), verify(db.engine).tables
    shutil.copy(tmp_path / "old.db", tmp_path / "laptop" / "main.db")

    with opened_program(tmp_path / "laptop", is_new=False):
        assert start() == (0, 5)

        assert journalled() == ops
        assert verify(db.engine).tables == digests
        assert verify(db.engine).is_ok
        register()
        assert verify(db.engine).is_ok


def test_a_damaged_log_is_set_aside_and_begun_anew(program, tmp_path):
    register(3)
    path = this_intake().log.path
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)

    assert start() == (6, 0)

    assert noted() == journalled()
    (aside,) = tmp_path.glob("intake.log.damaged-*")
    assert aside.read_bytes() == content


def test_a_log_of_another_life_is_not_applied(tmp_path):
    with opened_program(tmp_path / "one"):
        register()
        foreign = journalled()
    app = make_program(tmp_path / "two")
    forged = [op for op in foreign if op.seq != 1]
    log = AppendLog(tmp_path / "two" / "intake.log", KEY, LABEL)
    log.append(pack_group(forged), sync=True)
    log.close()

    with app.app_context(), pytest.raises(BrokenChainError):
        start()


def write_around(program, statement):
    engine = open_engine(program.extensions["instance"])
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_what_was_written_around_the_journal_is_put_back_at_start(program):
    register(2)
    write_around(program, "UPDATE persons SET phone = '9'")
    write_around(program, "DELETE FROM households")
    write_around(
        program,
        "INSERT INTO persons (scope, id) VALUES"
        " ('042072/20260715A/core', '00000000000000000000000000000001')",
    )

    start()

    assert verify(db.engine).is_ok
    assert set(db.session.scalars(select(Person.phone))) == {None}
    assert len(db.session.scalars(select(Person)).all()) == 2
    db.session.rollback()
    register()


def test_the_program_does_not_start_without_its_tripwires(program, engine):
    on_persons = " ON persons" if engine == "postgresql" else ""
    write_around(program, f"DROP TRIGGER tripwire_persons_update{on_persons}")

    with pytest.raises(TripwireMissingError, match="tripwire_persons_update"):
        start()


def test_on_a_full_disk_the_program_opens_to_search_and_to_print(program, monkeypatch):
    """The process was killed between commit and append, and the disk is full since."""
    register()
    monkeypatch.setattr(AppendLog, "write", lambda _log, _payload: None)
    register()

    def full(_log, _payload):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AppendLog, "write", full)
    assert start() == (0, 0)
    assert is_read_only()
    assert len(journalled()) == 4
    with pytest.raises(IntakeFailureError):
        register()
