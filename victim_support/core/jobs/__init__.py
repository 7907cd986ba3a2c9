"""Work that takes longer than a page may wait (仕事): one thread, progress, cancel, restart.

A slice declares how a kind of work is done, as a generator that yields after every short step::

    @jobs.kind("residents.import", "住民データの取り込み", restarts=True)
    def _import(job: jobs.Running) -> Generator[jobs.Progress]:
        for count in steps(job.payload["upload"]):
            yield jobs.Progress(count, total=1000, words="読んでいます")
        yield jobs.Progress(1000, total=1000, link=url)

and a view starts one and sends the person to its page, ``url_for("jobs.show", job_id=…)``::

    job_id = jobs.start("residents.import", by=actor.id, payload={"upload": "…"})

- A step that writes the ledger is one ``transaction()`` of at most 150 ms that ends before the
  ``yield``: between two steps the desks of reception come in. Yielding inside one is an error.
- Jobs run one after the other, under the scopes of who started them, in the order of their start;
  ``start(..., after=moment)`` lets one wait (the back-off of an exchange).
- To cancel, or to stop the server, the generator is closed at a ``yield``: ``with`` and ``finally``
  tidy up as ever.
- A job that the end of the server cut off runs again at the next start if its kind ``restarts``,
  from the ``checkpoint`` of its last progress; any other is shown as 途中で止まりました.
- ``raise jobs.JobFailedError("…")`` ends a job with words for the person; any other exception with
  an incident number for the log.
- ``jobs.every(seconds, "kind")`` starts a kind again and again while the server runs.
- ``find_open(kind, key)`` tells whether the same work waits or runs already.

Rows are in the ``local`` file: titles and words name no people, payloads hold ids. Kept for a week.
The runner belongs to the one serving process (``runner.Runner``); commands do their work at once.
"""

from victim_support.core.jobs.kinds import JobFailedError, Progress, Running, every, kind
from victim_support.core.jobs.models import Job, JobState
from victim_support.core.jobs.queue import ask_to_cancel, find_job, find_open, list_jobs, start
from victim_support.core.jobs.runner import Runner

__all__ = [
    "Job",
    "JobFailedError",
    "JobState",
    "Progress",
    "Runner",
    "Running",
    "ask_to_cancel",
    "every",
    "find_job",
    "find_open",
    "kind",
    "list_jobs",
    "start",
]
