"""The one thread that does the jobs of a serving process, a step at a time."""

import threading
import time
from contextlib import closing

from flask import Flask

from victim_support.core.actor import acting
from victim_support.core.db import db, is_writing
from victim_support.core.errors import new_incident
from victim_support.core.jobs import queue
from victim_support.core.jobs.kinds import JobFailedError, Progress, Running, get_kind, recurring
from victim_support.core.jobs.models import Job, JobState
from victim_support.core.logs import log_error
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import machine_setting

LOOKS_EVERY = 1.0  # seconds between two looks into the queue, when nobody wakes the runner
NOTED_EVERY = 0.3  # seconds between two notes of the progress
BREATH = 0.005  # seconds after each step in which the pages go first
FAILED = "うまくいきませんでした。番号 {} を管理者に伝えてください。"


class UnfinishedTransactionError(Exception):
    """A handler yielded inside ``transaction()`` and so kept every desk waiting."""


class Runner:
    """Does the jobs that are due, one after the other, until ``stop``."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ending = threading.Event()
        self._call = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._due = {name: time.monotonic() + seconds for name, seconds in recurring().items()}

    def start(self) -> None:
        """Begin: what was cut off at the last end comes first."""
        with self._app.app_context():
            queue.pick_up()
        self._thread.start()

    def wake(self) -> None:
        """Say that a job is waiting."""
        self._call.set()

    def stop(self) -> None:
        """End after the step that is being done; the job stays as cut off."""
        self._ending.set()
        self._call.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_due(self) -> None:
        """Do every job that is due now."""
        while not self._ending.is_set():
            with self._app.app_context():
                job = queue.take_next()
            if job is None:
                return
            with self._app.app_context(), using_scopes(Scopes(job.municipality, job.disaster)):
                with acting(job.started_by):
                    self._do(job)
                db.session.remove()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._begin_recurring()
                self.run_due()
            except Exception as error:  # the thread outlives a full disk
                with self._app.app_context():
                    log_error("job.failed", error, incident=new_incident())
            self._call.wait(LOOKS_EVERY)
            self._call.clear()

    def _begin_recurring(self) -> None:
        moment = time.monotonic()
        for name, seconds in recurring().items():
            if moment < self._due.setdefault(name, moment + seconds):
                continue
            self._due[name] = moment + seconds
            with self._app.app_context():
                scopes = Scopes(machine_setting("municipality") or "")
                db.session.remove()
                queue.forget_earlier(name)
                with using_scopes(scopes):
                    queue.start(name, by=None, key=name)

    def _do(self, job: Job) -> None:
        """Do one job to its end, whatever that is; only the end of the server leaves it open."""
        try:
            state = self._step_through(job)
        except JobFailedError as error:
            queue.end(job.id, JobState.FAILED, str(error))
        except Exception as error:  # a job may fail, the runner may not
            incident = new_incident()
            log_error("job.failed", error, incident=incident)
            queue.end(job.id, JobState.FAILED, FAILED.format(incident))
        else:
            if state is not None:
                queue.end(job.id, state)

    def _step_through(self, job: Job) -> JobState | None:
        running = Running(job.id, job.payload, job.checkpoint, job.started_by)
        steps = get_kind(job.kind).handler(running)
        noted = 0.0
        last: Progress | None = None
        with closing(steps) as going:
            for last in going:
                if is_writing():
                    raise UnfinishedTransactionError
                if self._ending.is_set():
                    return None
                if time.monotonic() - noted >= NOTED_EVERY or last.checkpoint is not None:
                    noted = time.monotonic()
                    if not queue.note(job.id, last):
                        return JobState.CANCELLED
                time.sleep(BREATH)
        if last is not None:
            queue.note(job.id, last)
        return JobState.DONE
