"""Slips for one person, filled in or empty, and the diary of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from victim_support.core import clock
from victim_support.core.actor import name_of
from victim_support.core.dates import day_time, long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.operations.documents.heading import heading
from victim_support.operations.models import AmbulanceTransfer, DiaryEntry, NightOut, Wish
from victim_support.operations.queries import Entry
from victim_support.operations.rules import WishKind
from victim_support.victims.rules import label_of

DIARY = "operations/diary.html"
SLIP = "operations/slip.html"
TALL = frozenset({"内容", "対応・回答", "ようす・症状"})
"""Rows with room for several lines of the pen."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper about one person: label and words, and what the pen fills in."""

    title: str
    rows: Sequence[tuple[str, str]]
    note: str = ""
    signs: Sequence[str] = ()


def diary_pdf(entries: Sequence[DiaryEntry], day: date, shelter_name: str) -> bytes:
    """Return one day of the diary (避難所日誌) as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = heading("避難所日誌", shelter_name) | {
        "day": long_day(day),
        "rows": [
            {
                "time": f"{clock.local(entry.occurred_at):%H:%M}",
                "kind": label_of(entry.kind),
                "words": entry.words or "",
                "by": name_of(entry.written_by),
            }
            for entry in entries
        ],
    }
    return render_pdf(DIARY, values)


def slip_pdf(slip: Slip, shelter_name: str) -> bytes:
    """Return a paper about one person, or an empty one for the pen, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    rows = [
        {"label": label, "value": value, "is_tall": label in TALL} for label, value in slip.rows
    ]
    values = heading(slip.title, shelter_name) | {
        "rows": rows,
        "note": slip.note,
        "signs": list(slip.signs),
    }
    return render_pdf(SLIP, values)


def night_slip(entry: Entry[NightOut] | None) -> Slip:
    """Return the notice of nights elsewhere (外泊届); empty without one."""
    row, person = (entry.row, entry.person) if entry else (None, None)
    return Slip(
        "外泊届",
        (
            ("氏名", entry.name if entry else ""),
            ("年齢", person.age if person else ""),
            ("出る日", long_day(row.leaves_on) if row else ""),
            ("もどる日", long_day(row.returns_on) if row and row.returns_on else ""),
            ("行き先", (row.destination or "") if row else ""),
            ("連絡のつく電話", (row.phone or "") if row else ""),
            ("届け出", long_time(row.filed_at) if row else ""),
        ),
        "もどったら受付に知らせてください。もどる日が変わるときは電話をください。外泊は退所ではありません。",
        ("届け出た方の署名", "受け付けた人"),
    )


def wish_slip(entry: Entry[Wish] | None) -> Slip:
    """Return a wish (要望票); empty without one."""
    row = entry.row if entry else None
    return Slip(
        "要望票",
        (
            ("受付", long_time(row.received_at) if row else ""),
            ("申し出た方", entry.name if entry else ""),
            (
                "種類",
                label_of(row.kind) if row else _all(WishKind),
            ),
            ("急ぎ", ("急ぎ" if row.is_urgent else "ふつう") if row else "急ぎ ・ ふつう"),
            ("内容", (row.words or "") if row else ""),
            ("状態", label_of(row.state) if row else ""),
            ("対応・回答", (row.answer or "") if row else ""),
        ),
        signs=("受け付けた人", "対応した人"),
    )


def transfer_slip(entry: Entry[AmbulanceTransfer] | None) -> Slip:
    """Return the slip for the ambulance (救急搬送票); empty without one."""
    row, person = (entry.row, entry.person) if entry else (None, None)
    return Slip(
        "救急搬送票",
        (
            ("氏名", entry.name if entry else ""),
            ("フリガナ", person.kana if person else ""),
            ("生年月日・年齢", f"{person.birth} {person.age}" if person else ""),
            ("性別", label_of(person.sex) if person else ""),
            ("住所", person.address if person else ""),
            ("電話", person.phone if person else ""),
            ("呼んだ日時", long_time(row.called_at) if row else ""),
            ("ようす・症状", (row.symptoms or "") if row else ""),
            ("持病・服薬・アレルギー", (row.history or "") if row else ""),
            ("付き添い", (row.companion or "") if row else ""),
            ("家族への連絡", (row.family_told or "") if row else ""),
            ("搬送先の病院", (row.hospital or "") if row else ""),
            ("出発した時刻", _when(row.left_at) if row else ""),
        ),
        "避難所での最後の時刻と、渡した物を、裏に書き添えてください。",
        ("避難所の職員", "救急隊"),
    )


def _when(instant: datetime | None) -> str:
    return day_time(instant) if instant else ""


def _all(kinds: type[WishKind]) -> str:
    """Return every choice, for the pen to circle one."""
    return " ・ ".join(kind.label for kind in kinds)
