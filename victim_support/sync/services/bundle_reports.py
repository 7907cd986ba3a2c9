"""Keep what became of the bundles on a stick (USBから取り込んだ結果)."""

from typing import Any
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import transaction
from victim_support.sync.models import ReadBundles
from victim_support.sync.reports import BundleReport


def report_from(row: dict[str, Any]) -> BundleReport:
    """Return a report as it was kept."""
    return msgspec.convert(row, BundleReport)


def keep_reports(
    reports: list[BundleReport], *, report: UUID, by: UUID | None, stick: UUID | None
) -> None:
    """Keep the reports of one reading; begins a transaction of its own.

    Args:
        reports: One for each bundle.
        report: The id under which they are kept.
        by: Who read the stick.
        stick: The stick of the ledger, when it is one.
    """
    rows = [msgspec.to_builtins(each) for each in reports]
    with transaction() as session:
        session.add(
            ReadBundles(
                id=report,
                read_at=clock.now(),
                read_by=by,
                applied=sum(each.applied for each in reports),
                report=rows,
                stick=stick,
            )
        )
