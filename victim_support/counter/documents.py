"""Papers of the counter: numbered slips to cut, and its lists as they leave the program."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from victim_support.core import clock
from victim_support.core.actor import name_of
from victim_support.core.context import is_training
from victim_support.core.dates import long_day, short_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.lists import PlainList
from victim_support.core.settings import setting
from victim_support.counter.models import FiledApplication, QueueCall
from victim_support.counter.queries.ledger import LedgerLine
from victim_support.counter.queries.queue import Queue, QueueLoad
from victim_support.counter.queries.regrades import Regrade, support_edition
from victim_support.counter.rules.filed import FiledRow
from victim_support.counter.rules.queue import expected_at, read_time, slip_number
from victim_support.damage.rules.applying import ApplicationSource
from victim_support.victims.rules import label_of

SLIPS = "counter/slips.html"
ACROSS = 3
REGRADE_COLUMNS = (
    ("世帯主", 30),
    ("住家", 48),
    ("証明書の程度", 22),
    ("いまの程度", 22),
    ("変わり方", 20),
    ("証明書の番号", 34),
    ("新しい証明書", 24),
    ("説明", 14),
    ("差替え", 14),
    ("支援の状況", None),
)
LEDGER_COLUMNS = (
    ("受付", 44),
    ("世帯主", 38),
    ("住家", 64),
    ("証明書", 24),
    ("判定", 34),
    ("状態", 30),
    ("日数", 12),
    ("申請の方法", None),
)
FILED_COLUMNS = (
    ("状態", 24),
    ("申請者", 34),
    ("被災した住家", 54),
    ("もとの受付番号", 32),
    ("申請の方法", 26),
    ("取り込み", 34),
    ("受け付けない理由", None),
    ("職員", 26),
)
CALL_COLUMNS = (
    ("番号", 30),
    ("窓口", 40),
    ("呼んだ時刻", 40),
    ("結果", 30),
    ("結果の時刻", 40),
    ("職員", None),
)
_SOURCES = {one.value: one.label for one in ApplicationSource}
LOAD_COLUMNS = (("日", 70), ("配った", 50), ("呼んだ", 50), ("いなかった", None))


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


def regrades_list(found: Sequence[Regrade]) -> PlainList:
    """Return the list of changed grades, for the offices whose support depends on them."""
    return PlainList(
        "程度が変わった証明書",
        REGRADE_COLUMNS,
        _regrade_rows(found),
        counted="世帯",
        note="証明書は自動では取り消しません。支援は、担当課が決めます。",
    )


def ledger_list(found: Sequence[LedgerLine]) -> PlainList:
    """Return the ledger of applications."""
    return PlainList(
        "申請の受付簿",
        LEDGER_COLUMNS,
        _ledger_rows(found),
        note="保護されている方の申請は、この一覧に載りません。",
    )


def filed_list(found: Sequence[FiledApplication]) -> PlainList:
    """Return the applications that came in files and were not received, all of them."""
    return PlainList(
        "取り込んだ申請",
        FILED_COLUMNS,
        [_filed_row(one, FiledRow.of(one.content)) for one in found],
        note="保護されている方の申請は、この一覧に載りません。受け付けた申請は、受付簿にあります。",
    )


def calls_list(day: date, calls: Sequence[QueueCall]) -> PlainList:
    """Return the numbers called on a day; they name nobody."""
    return PlainList(
        "窓口に呼んだ番号",
        CALL_COLUMNS,
        [
            (
                slip_number(one.series, one.number),
                one.window or "",
                short_time(one.called_at) if one.called_at else "",
                label_of(one.outcome) if one.outcome else "",
                short_time(one.settled_at) if one.settled_at else "",
                name_of(one.called_by),
            )
            for one in calls
        ],
        note="番号だけの記録です。お名前はありません。",
        about=long_day(day),
    )


def loads_list(loads: Sequence[QueueLoad]) -> PlainList:
    """Return how many numbers were handed out and called on each day."""
    rows = [(long_day(one.day), one.handed, one.called, one.absent) for one in loads]
    return PlainList("窓口の順番(日ごと)", LOAD_COLUMNS, rows, counted="日")


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


def _filed_row(one: FiledApplication, row: FiledRow) -> tuple[object, ...]:
    return (
        label_of(one.state),
        row.name or row.kana,
        " ".join(part for part in (row.address, row.unit) if part),
        one.number or "",
        _SOURCES.get(row.source, ""),
        long_day(clock.local(one.taken_in_at).date()),
        one.reason or "",
        name_of(one.settled_by) if one.settled_by else "",
    )


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
