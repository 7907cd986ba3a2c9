"""Papers of the counter: numbered slips to cut, the list of changed grades."""

from collections.abc import Sequence
from typing import Any

from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_day
from victim_support.core.documents.worker import render_pdf
from victim_support.core.settings import setting
from victim_support.counter.queries.queue import Queue
from victim_support.counter.queries.regrades import Regrade
from victim_support.counter.rules.queue import expected_at, read_time

SLIPS = "counter/slips.html"
ACROSS = 3
REGRADE_HEADERS = (
    "世帯主",
    "住家",
    "証明書の程度",
    "いまの程度",
    "変わり方",
    "証明書の番号",
    "新しい証明書",
    "説明",
    "差替え",
)


def slips_pdf(queue: Queue, first: int, last: int) -> bytes:
    """Return numbered slips (整理番号); they name nobody.

    Args:
        queue: The queue of the day.
        first: The first number.
        last: The last number.

    Raises:
        PrintError: The document could not be made.
    """
    opens_at = read_time(queue.plan.opens_at if queue.plan else None)
    slips: list[dict[str, Any]] = []
    for number in range(first, last + 1):
        at = expected_at(number, opens_at=opens_at, per_hour=queue.per_hour)
        slips.append({"number": f"{number:03d}", "at": f"{at.hour}:{at.minute:02d}"})
    rows = [slips[start : start + ACROSS] for start in range(0, len(slips), ACROSS)]
    values = {
        "title": "整理番号",
        "series": queue.series,
        "rows": rows,
        "day": long_day(queue.day),
        "district": (queue.plan.district if queue.plan else None) or "",
        "office": setting("office_name") or setting("municipality_name") or "",
        "training": is_training(),
    }
    return render_pdf(SLIPS, values)


def regrades_csv(found: Sequence[Regrade]) -> bytes:
    """Return the list of changed grades as CSV, for the offices whose support depends on them."""
    rows: list[Sequence[object]] = [REGRADE_HEADERS]
    for one in found:
        replacement = one.replacement.certificate.number if one.replacement else ""
        rows.append(
            (
                one.head.name_received if one.head else "",
                one.dwelling.place,
                one.before_label,
                one.now_label,
                one.direction.label,
                "、".join(each.certificate.number for each in one.papers),
                replacement,
                "済" if one.is_told else "まだ",
                "済" if one.is_exchanged else "まだ",
            )
        )
    content, _unwritable = write_csv(rows, "utf-8-sig")
    return content
