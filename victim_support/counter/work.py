"""The long work of files that came with applications: one by one, from where it stopped."""

from collections.abc import Generator
from dataclasses import asdict
from functools import partial
from uuid import UUID

from victim_support.core import incoming, jobs
from victim_support.counter.services.archives import Named, count_entries
from victim_support.counter.services.bringing import Report, take_in_all

ATTACH = "counter.attach"
MOST_BYTES = 200 << 20
"""Of one file: an archive with what came with many applications."""
_NOTED_EVERY = 10  # files


@jobs.kind(ATTACH, "申請の添付の取り込み", restarts=True)
def _attach(job: jobs.Running) -> Generator[jobs.Progress]:
    brought_id, link = UUID(job.payload["brought"]), job.payload["link"]
    kept = incoming.files_of(brought_id)
    files = [Named(each.name, partial(incoming.open_kept, each)) for each in kept]
    report, at = Report(**job.checkpoint.get("report", {})), int(job.checkpoint.get("at", 0))
    total, number = count_entries(files), job.payload.get("number", "")
    yield jobs.Progress(at, total, "読んでいます。", link)
    for done in take_in_all(files, number=number, by=job.started_by, report=report, skip=at):
        is_noted = done > at and done % _NOTED_EVERY == 0
        checkpoint = {"at": done, "report": asdict(report)} if is_noted else None
        at = done if is_noted else at
        yield jobs.Progress(done, total, f"{done}個を読みました。", link, checkpoint)
    incoming.finish(brought_id, asdict(report))
    yield jobs.Progress(total, total, f"{total}個を読みました。", link)
