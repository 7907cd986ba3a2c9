"""Pages of jobs: those I started, and one from its start to its end."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import EVERYBODY, current_actor, requires
from victim_support.core.jobs import queue
from victim_support.core.jobs.kinds import find_kind
from victim_support.core.jobs.models import Job, JobState

EVERYBODYS = "job.manage"

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@requires(EVERYBODY)
def index() -> str:
    actor = current_actor()
    found = queue.list_jobs(started_by=None if actor.may(EVERYBODYS) else actor.id)
    return render_template("core/jobs.html", jobs=found)


@bp.get("/<uuid:job_id>")
@requires(EVERYBODY)
def show(job_id: UUID) -> ResponseReturnValue:
    job = _get(job_id)
    kind = find_kind(job.kind)
    if job.state is JobState.DONE and job.link:
        if kind is not None and kind.tells:
            flash(job.words, "success")
        return redirect(job.link, 303)
    page = url_for(kind.page) if kind is not None and kind.page else job.link
    return render_template("core/job.html", job=job, page=page)


@bp.get("/<uuid:job_id>/state")
@requires(EVERYBODY)
def state(job_id: UUID) -> ResponseReturnValue:
    job = _get(job_id)
    return {
        "is_open": job.is_open,
        "label": job.state.label,
        "done": job.done,
        "total": job.total,
        "words": job.words,
    }


@bp.post("/<uuid:job_id>/cancel")
@requires(EVERYBODY)
def cancel(job_id: UUID) -> ResponseReturnValue:
    queue.ask_to_cancel(_get(job_id).id)
    flash("中止を伝えました。いまの区切りで止まります。", "warning")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _get(job_id: UUID) -> Job:
    """Return a job that this person started or may manage, or 404."""
    job, actor = queue.find_job(job_id), current_actor()
    if job is None or not (job.started_by == actor.id or actor.may(EVERYBODYS)):
        abort(404)
    return job
