"""Several processes note in files of their own; together they are one log, in whatever order."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from tests.blank import KEY
from tests.journal.conftest import SCOPES, make_program, opened_program
from tests.journal.test_intake import journalled, noted, register
from victim_support import journal
from victim_support.core.appendlog import AppendLog
from victim_support.core.db import close_database, db
from victim_support.core.scopes import using_scopes
from victim_support.journal import start
from victim_support.journal.apply import GapError
from victim_support.journal.codec import pack_group
from victim_support.journal.intake import LABEL, Intake, this_intake
from victim_support.journal.verify import verify
from victim_support.victims.models import Person

pytestmark = pytest.mark.db
REGISTRATIONS = 12


@pytest.fixture
def groups(engine, tmp_path):
    """Return what one machine has noted, transaction by transaction."""
    with opened_program(tmp_path / "lost"):
        register(REGISTRATIONS)
        intake = this_intake()
        return [group for path in intake.files() for group in intake.groups(path)]


def write_logs(folder, groups, chance):
    """Deal the groups to three files, as workers do that take turns; some come late."""
    files: list[list[Any]] = [[] for _ in range(3)]
    for group in groups:
        chance.choice(files).append(group)
    for held in files:
        first, second = chance.sample(range(len(held)), 2) if len(held) > 1 else (0, 0)
        held[first], held[second] = held[second], held[first]
    for number, held in enumerate(files):
        log = AppendLog(folder / (f"intake-{number}.log" if number else "intake.log"), KEY, LABEL)
        for group in held:
            log.append(pack_group(group), sync=False)
        log.close()


@pytest.mark.parametrize("seed", range(5))
def test_all_files_are_applied_in_whatever_order_they_hold_it(groups, tmp_path, seed):
    app = make_program(tmp_path / "new")
    write_logs(tmp_path / "new", groups, random.Random(seed))  # noqa: S311 - an order, no secret

    with app.app_context(), using_scopes(SCOPES):
        assert start() == (0, sum(map(len, groups)))
        assert len(db.session.scalars(select(Person)).all()) == REGISTRATIONS
        assert verify(db.engine).is_ok
        this_intake().close()
        close_database()


def test_a_transaction_that_no_file_holds_is_missed(groups, tmp_path):
    app = make_program(tmp_path / "new")
    write_logs(tmp_path / "new", groups[:5] + groups[6:], random.Random(1))  # noqa: S311 - as above

    with app.app_context(), using_scopes(SCOPES):
        with pytest.raises(GapError):
            start()
        close_database()
        this_intake().close()


def test_what_a_killed_process_did_not_note_is_noted_by_the_next(program, monkeypatch):
    register()
    monkeypatch.setattr(AppendLog, "write", lambda _log, _payload: None)
    register()
    monkeypatch.undo()
    register()
    assert len(noted()) == 4

    assert journal.repair() == 2
    assert journal.repair() == 0

    assert {op.ref for op in noted()} == {op.ref for op in journalled()}
    assert start() == (0, 0)


def test_each_process_has_a_file_and_a_set_aside_one_is_left(tmp_path, groups):
    path = tmp_path / "intake.log"
    one, other = (Intake(path, KEY, is_shared=True) for _ in range(2))
    one.write(groups[0])
    other.write(groups[1])
    one.begin_anew()
    other.write(groups[2])
    one.write(groups[3])
    one.sync()
    other.sync()
    held = {each.name: list(one.groups(each)) for each in one.files()}
    one.close()
    other.close()

    assert held == {"intake.log": [groups[3]], "intake-1.log": [groups[2]]}
    assert len(list(tmp_path.glob("intake*.log.former-*"))) == 2
