"""The long work of a bulk issue: some papers at each step, from where it was cut off."""

from collections.abc import Generator
from uuid import UUID

from victim_support.batches import services
from victim_support.certificates.services import CallNeededError, NumbersSuspendedError
from victim_support.core import jobs
from victim_support.core.db import transaction

ISSUE = "batches.issue"
REASON = "証明書の一括発行"


@jobs.kind(ISSUE, "証明書の一括発行", restarts=True)
def _issue(job: jobs.Running) -> Generator[jobs.Progress]:
    batch_id = UUID(job.payload["batch"])
    ids = [UUID(each) for each in job.payload["applications"]]
    at, link = int(job.checkpoint.get("at", 0)), job.payload["link"]
    while at < len(ids):
        yield jobs.Progress(at, len(ids), f"{at} / {len(ids)}件", link, {"at": at})
        try:
            with transaction(reason=REASON):
                at = services.issue_some(batch_id, ids, at, by=job.started_by)
        except (CallNeededError, NumbersSuspendedError) as error:
            raise jobs.JobFailedError(str(error)) from error
    yield jobs.Progress(at, len(ids), f"{len(ids)}件を終えました", link, {"at": at})
