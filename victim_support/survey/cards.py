"""Cards of cameras: the job that reads the files that ``core.incoming`` keeps."""

from collections.abc import Generator
from dataclasses import asdict
from functools import partial
from uuid import UUID

from victim_support.core import incoming, jobs
from victim_support.survey.photos import CardReport, Source, take_in_card

JOB = "survey.card"


@jobs.kind(JOB, "カードの写真の取り込み", restarts=True)
def _take_in(job: jobs.Running) -> Generator[jobs.Progress]:
    card_id = UUID(job.payload["brought"])
    files = incoming.files_of(card_id)
    sources = [Source(each.name, partial(incoming.read_kept, each), each.digest) for each in files]
    steps = take_in_card(card_id, sources, by=job.started_by)
    while True:
        try:
            count = next(steps)
        except StopIteration as end:
            report: CardReport = end.value
            break
        yield jobs.Progress(count, len(files), f"{count}枚を読みました。")
    incoming.finish(card_id, asdict(report))
    yield jobs.Progress(len(files), len(files), link=job.payload["link"])
