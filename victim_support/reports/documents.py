"""Reports as PDF, CSV and JSON: the same values as on screen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from victim_support.core import clock
from victim_support.core.actor import name_of
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import day_time, long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.scopes import current_scopes
from victim_support.disasters.queries import get_current_disaster
from victim_support.reports.models import Handover
from victim_support.reports.queries.handover import Shift
from victim_support.reports.queries.progress import Progress
from victim_support.reports.queries.published import Published
from victim_support.reports.queries.relief import ShelterDays
from victim_support.reports.queries.relief_lines import ReliefLine
from victim_support.reports.rules import (
    FEW,
    Correction,
    Figure,
    Form,
    FormRow,
    ReliefKind,
    ShelterLine,
    Situation,
)
from victim_support.reports.rules.progress import ProgressLine
from victim_support.shelters.models import Shelter
from victim_support.victims.rules import label_of

REPORT = "reports/report.html"
ENTRY = "reports/entry.html"
RELIEF = "reports/relief.html"
HANDOVER = "reports/handover.html"
PROGRESS = "reports/progress.html"
MOST_DAYS = 31

FIGURE_HEADERS = ("区分", "項目", "値", "単位", "備考")
SHELTER_HEADERS = (
    "地区", "避難所", "状態", "開設日時", "閉鎖日時", "人数", "氏名あり", "氏名なし", "点呼の人数",
    "点呼の時刻", "定員", "混みぐあい", "使えないもの", "配慮", "要望", "最後の報告", "電話",
)  # fmt: skip
OPEN_DATA_HEADERS = (
    "全国地方公共団体コード", "ID", "全国共通避難所・避難場所ID", "名称", "名称_カナ",
    "所在地_連結表記", "緯度", "経度", "電話番号", "想定収容人数", "開設状況", "開設日時",
    "閉鎖日時", "避難者数",
    "避難所状況", "時点", "備考",
)  # fmt: skip
PROGRESS_HEADERS = ("区分", "項目", "申請", "再調査", "調査済", "判定済", "交付", "交付率(%)")
HIDDEN_NOTE = f"{FEW}人未満は公開しない"


def report_pdf(
    situation: Situation,
    *,
    published: Published | None = None,
    corrections: Sequence[Correction] = (),
) -> bytes:
    """Return a report as PDF: live, or as it was published with what is known otherwise since.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head(situation.title) | {
        "disaster": situation.disaster,
        "as_of": long_time(situation.as_of),
        "number": published.row.number if published else None,
        "published": f"{long_time(published.row.published_at)} {published.by}" if published else "",
        "corrections": [(one.label, one.was, one.now) for one in corrections],
        "sections": [
            (section.title, [_figure(figure) for figure in section.figures])
            for section in situation.sections
        ],
        "shelters": [_shelter(line) for line in situation.in_use],
        "notes": list(situation.notes),
    }
    return render_pdf(REPORT, values)


def report_json(situation: Situation) -> bytes:
    """Return a report for a program to read."""
    return msgspec.json.format(msgspec.json.encode(situation), indent=2) + b"\n"


def figures_csv(situation: Situation) -> bytes:
    """Return the figures of a report as CSV; what is unknown stays empty."""
    rows = [
        (section.title, figure.label, figure.value, figure.unit, figure.note)
        for section in situation.sections
        for figure in section.figures
    ]
    head = [("時点", _plain(situation.as_of), "", "", ""), ("災害", situation.disaster, "", "", "")]
    return write_csv([FIGURE_HEADERS, *head, *rows])[0]


def shelters_csv(situation: Situation) -> bytes:
    """Return the shelters of a report as CSV, one line each; what is unknown stays empty."""
    rows = [
        (
            line.district, line.name, line.status, _plain(line.opened_at), _plain(line.closed_at),
            line.people, line.named, line.unnamed, line.observed, _plain(line.observed_at),
            line.capacity, line.crowding, line.troubles, line.needs_text, line.wishes,
            _plain(line.reported_at), line.phone,
        )
        for line in situation.in_use
    ]  # fmt: skip
    return write_csv([SHELTER_HEADERS, *rows])[0]


def open_data_csv(situation: Situation, shelters: Sequence[Shelter]) -> bytes:
    """Return the open shelters for publication (オープンデータ): unknown is empty, never 0.

    The words are those of the L-Alert and of 自治体標準オープンデータセット. A number below three
    is left out, for it would point at somebody.
    """
    masters = {shelter.id: shelter for shelter in shelters}
    rows = [
        _open_data(line, masters[line.id], situation.as_of)
        for line in situation.in_use
        if line.is_open and line.id in masters
    ]
    return write_csv([OPEN_DATA_HEADERS, *rows])[0]


def _open_data(line: ShelterLine, shelter: Shelter, at: datetime) -> Sequence[object]:
    is_few = line.people is not None and 0 < line.people < FEW
    return (
        shelter.municipality or current_scopes().municipality, shelter.municipal_id,
        shelter.common_id, shelter.name, shelter.name_kana, shelter.address, shelter.latitude,
        shelter.longitude, shelter.phone, shelter.capacity_text or shelter.capacity, line.status,
        _plain(line.opened_at), _plain(line.closed_at), None if is_few else line.people,
        line.crowding, _plain(at), HIDDEN_NOTE if is_few else "",
    )  # fmt: skip


def entry_rows(situation: Situation, form: Form) -> list[tuple[FormRow, Figure | None]]:
    """Return the rows of the prefecture's form in its order, each with the report's figure."""
    return [(row, situation.figure(row.figure)) for row in form.rows]


def entry_pdf(published: Published, form: Form) -> bytes:
    """Return the sheet from which a report is typed into the prefecture's system (転記票).

    Raises:
        PrintError: The document could not be made.
    """
    situation = published.situation
    values = _head(form.title) | {
        "report": published.title,
        "as_of": long_time(situation.as_of),
        "source": form.source,
        "is_confirmed": form.is_confirmed,
        "rows": [
            (row.block, row.label, figure.text if figure else "―")
            for row, figure in entry_rows(situation, form)
        ],
        "shelters": [_shelter(line) for line in situation.in_use],
    }
    return render_pdf(ENTRY, values)


def relief_csv(days: Sequence[date], rows: Sequence[ShelterDays]) -> bytes:
    """Return people per shelter and day as CSV."""
    head = ("避難所", *(f"{day:%Y-%m-%d}" for day in days), "開設日数", "延人数")
    lines = [(one.shelter.name, *one.people, one.open_days, one.person_days) for one in rows]
    return write_csv([head, *lines])[0]


def entries_csv(entries: Sequence[ReliefLine], names: Mapping[Any, str]) -> bytes:
    """Return what was given or done as CSV."""
    head = ("日", "種類", "避難所", "品目・内容", "数量", "単位", "人数", "備考", "元の記録")
    lines = [
        (
            f"{one.day:%Y-%m-%d}", label_of(one.kind), names.get(one.shelter_id, ""), one.item,
            one.quantity, one.unit, one.people, one.note, one.source,
        )
        for one in entries
    ]  # fmt: skip
    return write_csv([head, *lines])[0]


def relief_pdf(
    kind: ReliefKind,
    days: Sequence[date],
    rows: Sequence[ShelterDays],
    entries: Sequence[ReliefLine],
    names: Mapping[Any, str],
) -> bytes:
    """Return a record of the Disaster Relief Act under its name, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head(kind.label) | {
        "period": f"{long_day(days[0])} から {long_day(days[-1])} まで",
        "weeks": [_week(days, rows, start) for start in range(0, len(days), 14)],
        "entries": [
            (
                f"{one.day.month}/{one.day.day}", names.get(one.shelter_id, ""), one.item or "",
                f"{one.quantity:g} {one.unit or ''}" if one.quantity is not None else "―",
                "―" if one.people is None else f"{one.people}人", one.note or "",
                one.source,
            )
            for one in entries
        ],
    }  # fmt: skip
    return render_pdf(RELIEF, values)


def _week(days: Sequence[date], rows: Sequence[ShelterDays], start: int) -> dict[str, Any]:
    """Return two weeks of the sheet, which is what fits across a page."""
    part = slice(start, start + 14)
    used = [(one, one.people[part]) for one in rows if any(n is not None for n in one.people[part])]
    totals = [sum(people[n] or 0 for _one, people in used) for n in range(len(days[part]))]
    return {
        "days": [f"{day.month}/{day.day}" for day in days[part]],
        "rows": [
            (
                one.shelter.name,
                ["" if n is None else n for n in people],
                sum(n or 0 for n in people),
            )
            for one, people in used
        ],
        "totals": [*totals, sum(totals)],
    }


def handover_pdf(shift: Shift, handover: Handover) -> bytes:
    """Return what a shift hands to the next, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    board = shift.board
    values = _head("引継ぎ") | {
        "shelter_name": shift.shelter.name,
        "period": f"{day_time(shift.since)} から {day_time(shift.until)} まで",
        "figures": [
            ("いまの人数", f"{board.total}人"), ("氏名あり", f"{board.named}人"),
            ("氏名なし", f"{board.unnamed}人"), ("受け付けた", f"{shift.came}人"),
            ("退所した", f"{shift.left}人"), ("外出中", f"{shift.away}人"),
        ],
        "counts": [
            (day_time(one.occurred_at), one.count, one.counted_by or "") for one in shift.counts
        ],
        "requests": [
            (
                day_time(one.occurred_at), one.caller or "", one.requests or "",
                _troubles(one.lifelines),
            )
            for one in shift.reports
        ],
        "untraced": [
            (one.person.name, one.person.age, day_time(one.stay.ended_at), one.phone)
            for one in shift.untraced
            if one.stay.ended_at
        ],
        "note": handover.note or "",
        "handed_by": name_of(handover.handed_by),
        "taken_by": handover.taken_by or "",
        "handed_at": long_time(handover.handed_at),
    }  # fmt: skip
    return render_pdf(HANDOVER, values)


def _troubles(lifelines: dict[str, str]) -> str:
    return "、".join(f"{name}{state}" for name, state in lifelines.items() if state != "使える")


def _head(title: str) -> dict[str, Any]:
    return {"title": title, "printed_at": long_time(clock.now()), "training": is_training()}


def _figure(figure: Figure) -> tuple[str, str, str]:
    return figure.label, figure.text, figure.note


def _shelter(line: ShelterLine) -> dict[str, Any]:
    return {
        "district": line.district,
        "name": line.name,
        "status": line.status,
        "people": "―" if line.people is None else line.people,
        "named": line.named,
        "unnamed": line.unnamed,
        "capacity": "―" if line.capacity is None else line.capacity,
        "observed": "" if line.observed_at is None else day_time(line.observed_at),
        "needs": line.needs_text,
        "troubles": line.troubles,
        "requests": line.wishes,
    }


def _plain(instant: datetime | None) -> str:
    """Return a moment as open data writes it, in Japanese time."""
    return "" if instant is None else f"{clock.local(instant):%Y-%m-%dT%H:%M}+09:00"


def progress_pdf(progress: Progress) -> bytes:
    """Return how far the certificates are on paper, for the daily report.

    Raises:
        PrintError: The document could not be made.
    """
    title = "罹災証明書の状況"
    disaster = get_current_disaster()
    lines = [("合計", [progress.total]), ("地区ごと", progress.districts)]
    lines.append(("構造ごと", progress.structures))
    days = [
        (long_day(clock.local(at).date()), applied, judged, issued)
        for at, applied, judged, issued in progress.days
    ]
    sections: list[tuple[str, Sequence[str], Sequence[Sequence[object]]]] = [
        (heading, PROGRESS_HEADERS[1:], [_progress_row(line) for line in found])
        for heading, found in lines
    ]
    sections += [
        ("判定の程度ごと(判定済)", ("程度", "件数"), progress.grades),
        ("判定を待つ申請(待っている日数)", ("日数", "件数"), progress.ages),
        ("日ごとの累計", ("日", "申請", "判定済", "交付"), days[-MOST_DAYS:]),
    ]
    values = _head(title) | {
        "disaster": disaster.name if disaster else "",
        "as_of": long_time(progress.as_of),
        "sections": [
            (heading, list(headers), [list(map(str, row)) for row in rows])
            for heading, headers, rows in sections
        ],
    }
    return render_pdf(PROGRESS, values)


def _progress_row(line: ProgressLine) -> tuple[object, ...]:
    percent = "―" if line.issued_percent is None else line.issued_percent
    return (
        line.label, line.applied, line.again, line.surveyed, line.judged, line.issued, percent,
    )  # fmt: skip


def progress_csv(progress: Progress) -> bytes:
    """Return how far the certificates are as CSV: totals, districts, structures, grades, ages."""
    sections = (
        ("合計", [progress.total]), ("地区", progress.districts), ("構造", progress.structures),
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            section, line.label, line.applied, line.again, line.surveyed, line.judged, line.issued,
            "" if line.issued_percent is None else line.issued_percent,
        )
        for section, lines in sections
        for line in lines
    ]  # fmt: skip
    rows += [("判定の程度", label, "", "", "", count, "", "") for label, count in progress.grades]
    rows += [("判定待ち", label, count, "", "", "", "", "") for label, count in progress.ages]
    rows += [
        ("累計", clock.local(at).date().isoformat(), applied, "", "", judged, issued, "")
        for at, applied, judged, issued in progress.days
    ]
    return write_csv([PROGRESS_HEADERS, *rows])[0]
