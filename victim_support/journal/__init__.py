"""The journal (記録): every change as an operation; history, undo, proof and recovery from it."""

from flask import Flask

from victim_support.core.db import db, set_recorder, transaction
from victim_support.core.db.tripwire import guard_commits
from victim_support.journal.intake import EXTENSION, Intake, this_intake
from victim_support.journal.recorder import JournalRecorder

__all__ = ["install", "start"]


def install(app: Flask) -> None:
    """Record every change of the program's database; the files may not exist yet."""
    opened = app.extensions["instance"]
    app.extensions[EXTENSION] = Intake(opened.intake_log, opened.key)
    with app.app_context():
        guard_commits(db.engine)
    set_recorder(JournalRecorder())


def start() -> tuple[int, int]:
    """Bring database and intake log to the same state, before the first request.

    Returns:
        How many operations were appended to the log, and how many applied to the database.
    """
    with transaction() as session:
        return this_intake().reconcile(session.connection())
