"""Papers of the counter: numbered slips to cut, the list of changed grades."""

from collections.abc import Sequence
from typing import Any

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.settings import setting
from victim_support.counter.queries.ledger import LedgerLine
from victim_support.counter.queries.queue import Queue
from victim_support.counter.queries.regrades import Regrade, support_edition
from victim_support.counter.rules.queue import expected_at, read_time
from victim_support.victims.rules import label_of

SLIPS, LIST = "counter/slips.html", "batches/list.html"
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
    "支援の状況",
)
LEDGER_HEADERS = ("受付", "世帯主", "住家", "証明書", "判定", "状態", "日数", "申請の方法")


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
    content, _unwritable = write_csv([REGRADE_HEADERS, *_regrade_rows(found)], "utf-8-sig")
    return content


def regrades_pdf(found: Sequence[Regrade]) -> bytes:
    """Return the same list on paper.

    Raises:
        PrintError: The document could not be made.
    """
    more = {
        "headers": REGRADE_HEADERS,
        "rows": [list(map(str, row)) for row in _regrade_rows(found)],
        "widths": (30, 48, 22, 22, 20, 34, 24, 14, 14, None),
        "totals": [{"label": "世帯", "value": f"{len(found)}世帯"}],
        "note": "証明書は自動では取り消しません。支援は、担当課が決めます。",
    }
    return render_pdf(LIST, _head("程度が変わった証明書") | more)


def ledger_csv(found: Sequence[LedgerLine]) -> bytes:
    """Return the ledger of applications as CSV."""
    content, _unwritable = write_csv([LEDGER_HEADERS, *_ledger_rows(found)], "utf-8-sig")
    return content


def ledger_pdf(found: Sequence[LedgerLine]) -> bytes:
    """Return the ledger of applications on paper.

    Raises:
        PrintError: The document could not be made.
    """
    more = {
        "headers": LEDGER_HEADERS,
        "rows": [list(map(str, row)) for row in _ledger_rows(found)],
        "widths": (34, 42, 66, 26, 34, 30, 16, None),
        "totals": [{"label": "申請", "value": f"{len(found)}件"}],
        "note": "保護されている方の申請は、この一覧に載りません。",
    }
    return render_pdf(LIST, _head("申請の受付簿") | more)


def _ledger_rows(found: Sequence[LedgerLine]) -> list[tuple[object, ...]]:
    return [
        (
            long_day(clock.local(one.application.received_at).date()),
            one.head.name_received if one.head else "",
            one.dwelling.place,
            label_of(one.application.requested),
            one.outcome,
            one.state.label,
            one.days,
            label_of(one.application.source) if one.application.source else "",
        )
        for one in found
    ]


def _head(title: str) -> dict[str, Any]:
    return {
        "title": title,
        "shelter_name": "",
        "municipality": setting("municipality_name", ""),
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }


def _regrade_rows(found: Sequence[Regrade]) -> list[tuple[object, ...]]:
    return [
        (
            one.head.name_received if one.head else "",
            one.dwelling.place,
            one.before_label,
            one.now_label,
            one.direction.label,
            "、".join(each.certificate.number for each in one.papers),
            one.replacement.certificate.number if one.replacement else "",
            "済" if one.is_told else "まだ",
            "済" if one.is_exchanged else "まだ",
            _support_words(one),
        )
        for one in found
    ]


def _support_words(one: Regrade) -> str:
    """Return which supports somebody asked about, and how far each is."""
    rows = support_edition().rows
    return "、".join(
        f"{rows[name]['label']}: {label_of(check.state)}{f' {check.note}' if check.note else ''}"
        for name, check in one.support.items()
        if name in rows
    )
