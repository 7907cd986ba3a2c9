"""The long work of the exchange: writing and reading bundles, a step after the other."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from victim_support.core import jobs
from victim_support.sync.bundles import BundleError
from victim_support.sync.carrying import Order
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.bundle_import import import_bundles

EXPORT, IMPORT = "sync.bundle_export", "sync.bundle_import"
Result = TypeVar("Result")
_NOT_ENROLLED = "この端末はまだ本部に登録されていません。"


def order_from(payload: dict[str, Any]) -> Order:
    """Return an order as a job holds it."""
    return Order(
        tuple(UUID(node) for node in payload["targets"]),
        is_all=payload["is_all"],
        is_first_fill=payload["is_first_fill"],
        has_files=payload["has_files"],
    )


@jobs.kind(EXPORT, "USBへの書き出し", page="bundles.export_page")
def _export(job: jobs.Running) -> Generator[jobs.Progress]:
    payload = job.payload
    steps = export_bundle(
        Path(payload["folder"]),
        order_from(payload),
        bundle=UUID(payload["bundle"]),
        by=job.started_by,
        stick=_stick_in(payload),
    )
    yield from _told(steps)
    yield jobs.Progress(1, 1, "書き終えました", link=payload["link"])


@jobs.kind(IMPORT, "USBからの取り込み", page="bundles.import_page")
def _import(job: jobs.Running) -> Generator[jobs.Progress]:
    payload = job.payload
    steps = import_bundles(
        Path(payload["folder"]),
        report=UUID(payload["report"]),
        by=job.started_by,
        stick=_stick_in(payload),
    )
    yield from _told(steps)
    yield jobs.Progress(1, 1, "取り込みました", link=payload["link"])


def _stick_in(payload: dict[str, Any]) -> UUID | None:
    return UUID(payload["stick"]) if payload.get("stick") else None


def _told(steps: Generator[jobs.Progress, None, Result]) -> Generator[jobs.Progress]:
    """Go through steps; what goes wrong is told in words."""
    try:
        yield from steps
    except NotEnrolledError as error:
        raise jobs.JobFailedError(_NOT_ENROLLED) from error
    except BundleError as error:
        raise jobs.JobFailedError(str(error)) from error
