"""The rows of jobs: start, look, cancel, and what the runner notes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from victim_support.core import clock
from victim_support.core.db import local_writing, reading
from victim_support.core.ids import new_id
from victim_support.core.jobs.kinds import Progress, get_kind
from victim_support.core.jobs.models import Job, JobState
from victim_support.core.scopes import current_scopes

MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)
_OPEN = (JobState.WAITING, JobState.RUNNING)
CUT_OFF = "サーバーが止まったため、終わっていません。もう一度始めてください。"


def start(
    kind: str,
    *,
    by: UUID | None,
    payload: dict[str, Any] | None = None,
    title: str = "",
    key: str | None = None,
    after: datetime | None = None,
) -> UUID:
    """Put a job in the queue and return its id; with a ``key`` that is open already, that job's.

    Args:
        kind: What is to be done, as declared with ``jobs.kind``.
        by: Who starts it; None for the program itself.
        payload: What the handler needs: ids and settings, no personal data.
        title: Instead of the kind's own title.
        key: What the work is about.
        after: Not before this moment.
    """
    scopes, moment = current_scopes(), clock.now()
    with local_writing() as session:
        there = _open_one(session, kind, key)
        if there is not None:
            return there
        job = Job(
            id=new_id(),
            kind=kind,
            title=title or get_kind(kind).title,
            key=key,
            started_by=by,
            municipality=scopes.municipality,
            disaster=scopes.disaster,
            payload=payload or {},
            checkpoint={},
            state=JobState.WAITING,
            attempts=0,
            is_unwanted=False,
            done=0,
            total=0,
            words="",
            link="",
            created_at=moment,
            due_at=max(after, moment) if after else moment,
        )
        session.add(job)
        job_id = job.id
    runner = current_app.extensions.get("jobs")
    if runner is not None:
        runner.wake()
    return job_id


def _open_one(session: Session, kind: str, key: str | None) -> UUID | None:
    """Return the job of this kind about the same thing that is not finished."""
    if key is None:
        return None
    return session.scalar(
        select(Job.id).where(Job.kind == kind, Job.key == key, Job.state.in_(_OPEN))
    )


def find_job(job_id: UUID) -> Job | None:
    """Return a job, None when there is none of this id (any more)."""
    with reading() as session:
        return session.get(Job, job_id)


def find_open(kind: str, key: str) -> Job | None:
    """Return the job that waits or runs for this work, if there is one."""
    query = select(Job).where(Job.kind == kind, Job.key == key, Job.state.in_(_OPEN))
    with reading() as session:
        return session.scalars(query).first()


def list_jobs(*, started_by: UUID | None = None, limit: int = 50) -> list[Job]:
    """Return the jobs of one person, or those of everybody, the newest first."""
    query = select(Job).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)
    if started_by is not None:
        query = query.where(Job.started_by == started_by)
    with reading() as session:
        return list(session.scalars(query))


def ask_to_cancel(job_id: UUID) -> None:
    """Cancel a job that waits, or ask one that runs to end at its next step."""
    with local_writing() as session:
        job = session.get(Job, job_id)
        if job is None or not job.is_open:
            return
        job.is_unwanted = True
        if job.state is JobState.WAITING:
            job.state, job.ended_at = JobState.CANCELLED, clock.now()


def take_next() -> Job | None:
    """Take the oldest job that is due out of the queue: from now on it runs."""
    moment = clock.now()
    query = select(Job).where(Job.state == JobState.WAITING, Job.due_at <= moment)
    with local_writing() as session:
        job = session.scalars(query.order_by(Job.due_at, Job.id).limit(1)).first()
        if job is not None:
            job.state = JobState.RUNNING
            job.attempts += 1
            session.flush()
            session.expunge(job)
        return job


def note(job_id: UUID, progress: Progress) -> bool:
    """Note how far a job is; tell whether it is still wanted."""
    values: dict[str, Any] = {"done": progress.done, "total": progress.total}
    values |= {"words": progress.words, "link": progress.link}
    if progress.checkpoint is not None:
        values["checkpoint"] = progress.checkpoint
    with local_writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))
        return not session.scalar(select(Job.is_unwanted).where(Job.id == job_id))


def end(job_id: UUID, state: JobState, words: str | None = None) -> None:
    """Note how a job ended; what it was about may be forgotten."""
    values: dict[str, Any] = {"state": state, "ended_at": clock.now(), "payload": {}}
    if words is not None:
        values["words"] = words
    with local_writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def pick_up() -> None:
    """Sort out what the end of the server cut off, and forget what ended long ago."""
    moment = clock.now()
    with local_writing() as session:
        session.execute(delete(Job).where(Job.ended_at < moment - KEPT))
        for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
            if _runs_again(job):
                job.state = JobState.WAITING
            else:
                job.state, job.ended_at, job.words = JobState.CUT_OFF, moment, CUT_OFF


def forget_earlier(kind: str) -> None:
    """Keep nothing of earlier times of recurring work that went well."""
    with local_writing() as session:
        session.execute(
            delete(Job).where(
                Job.kind == kind, Job.started_by.is_(None), Job.state == JobState.DONE
            )
        )


def _runs_again(job: Job) -> bool:
    try:
        may = get_kind(job.kind).restarts
    except LookupError:
        return False
    return may and not job.is_unwanted and job.attempts < MOST_ATTEMPTS
