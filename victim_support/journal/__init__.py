"""The journal (記録): every change as an operation; history, undo, proof and recovery from it."""

import logging

from flask import Flask

from victim_support.core.db import db, set_recorder, transaction
from victim_support.core.db.tripwire import guard_commits, missing_tripwires
from victim_support.journal.apply import put_back_strays
from victim_support.journal.erasure import clean_up
from victim_support.journal.intake import EXTENSION, Intake, IntakeFailureError, this_intake
from victim_support.journal.newer import replay_unknown
from victim_support.journal.recorder import JournalRecorder

__all__ = ["TripwireMissingError", "install", "start"]

_log = logging.getLogger(__name__)


class TripwireMissingError(Exception):
    """A trigger that notices writes around the journal is missing; ``upgrade`` makes them."""


def install(app: Flask) -> None:
    """Record every change of the program's database; the files may not exist yet."""
    opened = app.extensions["instance"]
    app.extensions[EXTENSION] = Intake(
        opened.intake_log, opened.key, is_shared=bool(opened.database_url)
    )
    with app.app_context():
        guard_commits(db.engine)
    set_recorder(JournalRecorder())


def repair() -> int:
    """Note what another process that was killed has committed and not noted; return how many."""
    with db.engine.connect() as connection:
        return this_intake().repair(connection)


def start() -> tuple[int, int]:
    """Bring database, journal and intake log to the same state, before the first request.

    On a disk that is full the program opens all the same: it searches and prints, says so on every
    page, and accepts nothing.

    Returns:
        How many operations were appended to the log, and how many applied to the database.

    Raises:
        TripwireMissingError: The database was changed by another program.
    """
    try:
        found = _brought_together()
    except IntakeFailureError:
        return 0, 0
    clean_up()
    return found


def _brought_together() -> tuple[int, int]:
    with transaction() as session:
        connection = session.connection()
        missing = missing_tripwires(connection)
        if missing:
            raise TripwireMissingError(", ".join(missing))
        strays = put_back_strays(connection)
        if strays:
            _log.error("%d rows were written around the journal and put back", strays)
        replay_unknown(connection)
        return this_intake().reconcile(connection)
