"""Papers of damage: the list for a decision, and a judgement in plain words."""

from collections.abc import Iterable, Sequence
from typing import Any

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.actor import name_of
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.lists import PlainList
from victim_support.core.settings import setting
from victim_support.core.tables import Table
from victim_support.damage.models import Dwelling, Judgement
from victim_support.damage.queries import CurrentJudgement
from victim_support.damage.rules import DamageGrade, JudgementState, NoGrade, cause_text
from victim_support.damage.rules.applying import (
    DamagedPart,
    HeadState,
    IdentityKind,
    PropertyKind,
    ProxyKind,
    ResidenceProof,
)
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.worksheet_words import entered
from victim_support.damage.waiting import Waiting
from victim_support.damage.weeks import District
from victim_support.disasters.queries import get_current_disaster
from victim_support.victims.rules import Labelled, label_of

APPROVALS, EXPLANATION = "damage/approvals.html", "damage/explanation.html"
LEAFLET, WORKINGS = "damage/leaflet.html", "damage/workings.html"
APPLICATION = "damage/application.html"
TABLE_COLUMNS = (("表", 46), ("行", 50), ("値", None), ("状態", 20), ("出典", 84))
WEEK_COLUMNS = (("町", 90), ("調査の週", 100), ("判定を待つ住家(棟)", None))
APPROVAL_HEADERS = {
    "place": "住家",
    "round": "回",
    "outcome": "判定",
    "earlier": "前の回",
    "calculated": "計算",
    "method": "方法",
    "judged_on": "判定した日",
    "judged_by": "判定した人",
    "entered_by": "入力した職員",
    "outliers": "目立つところ",
}
MEMBER_LINES = 9  # as many as the unified form has
_EQUIPMENT = (
    DamagedPart.BATHROOM,
    DamagedPart.KITCHEN,
    DamagedPart.TOILET,
    DamagedPart.SEPTIC_TANK,
    DamagedPart.PIPES,
    DamagedPart.MORE,
)


def approvals_pdf(listed: Sequence[Waiting]) -> bytes:
    """Return the list for a decision (一覧決裁), what stands out first.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        **_head("被害の程度の認定(一覧決裁)"),
        "totals": [
            {"label": "承認待ち", "value": f"{len(listed)}件"},
            {
                "label": "目立つところのあるもの",
                "value": f"{sum(1 for o in listed if o.outliers)}件",
            },
        ],
        "rows": [_row(one) for one in listed],
    }
    return render_pdf(APPROVALS, values)


def approvals_csv(listed: Sequence[Waiting]) -> bytes:
    """Return the list for a decision as CSV."""
    rows: list[Sequence[object]] = [
        [
            *(row[name] for name in APPROVAL_HEADERS if name != "outliers"),
            "、".join(row["outliers"]),
        ]
        for row in map(_row, listed)
    ]
    content, _unwritable = write_csv([tuple(APPROVAL_HEADERS.values()), *rows], "utf-8-sig")
    return content


def weeks_list(districts: Sequence[District]) -> PlainList:
    """Return in which week each district is surveyed; it names nobody."""
    rows = [
        (one.town, f"{long_day(one.week)}からの週" if one.week else "まだ決めていない", one.waiting)
        for one in districts
    ]
    return PlainList("調査の予定の週", WEEK_COLUMNS, rows, counted="町")


def tables_list(rows: Sequence[tuple[Table, Row, str]], edition: str) -> PlainList:
    """Return the tables of an edition row by row, to compare them with the official text."""
    lines = [
        (
            table.title,
            row.label,
            words,
            "値が不明" if row.is_unknown else "確認済" if row.is_confirmed else "未確認",
            row.source,
        )
        for table, row, words in rows
    ]
    return PlainList("被害認定の表", TABLE_COLUMNS, lines, counted="行", about=edition)


def explanation_pdf(
    dwelling: Dwelling, current: CurrentJudgement, rounds: Sequence[Judgement]
) -> bytes:
    """Return the judgement in force in plain words, for the applicant.

    After another survey all that was approved stands there, and why this one counts: it may be
    lighter, and then nobody must have to guess.

    Raises:
        PrintError: The document could not be made.
    """
    judgement = current.judgement
    outcome = (judgement.grade or judgement.no_grade) if judgement else None
    values = {
        **_head("被害の判定についてのお知らせ"),
        "place": dwelling.place,
        "outcome": label_of(outcome) if outcome else "判定はまだです",
        "is_grade": isinstance(outcome, DamageGrade),
        "is_not_dwelling": outcome is NoGrade.NOT_DWELLING,
        "method": label_of(judgement.method) if judgement else "",
        "judged_on": long_day(judgement.judged_on) if judgement else "",
        "round": judgement.round if judgement else 0,
        "reason": (judgement.reason or "") if judgement else "",
        "rounds": _rounds(rounds),
        "why": current.reason,
        "office": setting("issuer_title") or "",
    }
    return render_pdf(EXPLANATION, values)


def _rounds(judgements: Iterable[Judgement]) -> list[str]:
    """Return what each approved round found, when there are several."""
    approved = [one for one in judgements if one.state is JudgementState.APPROVED]
    words = [
        f"第{one.round}回 {label_of(one.grade or one.no_grade)}"
        f"({label_of(one.method)}、{long_day(one.judged_on)})"
        for one in approved
    ]
    return words if len(words) > 1 else []


def workings_pdf(dwelling: Dwelling, judgement: Judgement) -> bytes:
    """Return the calculation beside a judgement for the file of the office (内部の票).

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        **_head("損害割合の計算(内部)"),
        "place": dwelling.place,
        "outcome": label_of(judgement.grade or judgement.no_grade),
        "round": judgement.round,
        "calculated": calculated_words(judgement),
        "entered": entered((judgement.calculated_case or {}).get("inputs", {})),
        "reasons": judgement.calculated_reasons or [],
        "unconfirmed": judgement.unconfirmed or [],
        "judged_by": judgement.judged_by,
        "entered_by": name_of(judgement.entered_by),
    }
    return render_pdf(WORKINGS, values)


def calculated_words(judgement: Judgement) -> str:
    """Return the calculation in one line: grade, percent, method, edition, unconfirmed values."""
    if not (judgement.calculated_grade or judgement.calculated_percent):
        return ""
    grade = label_of(judgement.calculated_grade) if judgement.calculated_grade else ""
    percent = f" {judgement.calculated_percent} %" if judgement.calculated_percent else ""
    how = label_of(judgement.calculation_method) if judgement.calculation_method else ""
    unsure = f"、未確認{len(judgement.unconfirmed)}件" if judgement.unconfirmed else ""
    return f"{grade}{percent}({how}、{judgement.edition or ''}版{unsure})"


def leaflet_pdf() -> bytes:
    """Return the leaflet 「片づける前に写真を」, which goes out with every receipt.

    Raises:
        PrintError: The document could not be made.
    """
    name, phone = setting("office_name") or "", setting("office_phone") or ""
    office = f"{name}（電話 {phone}）" if phone else name
    return render_pdf(LEAFLET, {**_head("片づける前に、写真を撮ってください"), "office": office})


def application_pdf() -> bytes:
    """Return the application form to be filled in by hand (申請書の用紙); it names nobody.

    Raises:
        PrintError: The document could not be made.
    """
    disaster = get_current_disaster()
    day = clock.local(disaster.started_at).date() if disaster and disaster.started_at else None
    values = {
        **_head("罹災証明書 申請書"),
        "to": setting("issuer_title") or "市町村長",
        "cause": cause_text(day, disaster.name) if disaster and day else "",
        "properties": _labels(PropertyKind),
        "building": _labels(part for part in DamagedPart if part not in _EQUIPMENT),
        "equipment": _labels(_EQUIPMENT),
        "heads": _labels(one for one in HeadState if one is not HeadState.PRESENT),
        "proxies": _labels(one for one in ProxyKind if one is not ProxyKind.LETTER_LATER),
        "identities": _labels(one for one in IdentityKind if one is not IdentityKind.ELECTRONIC),
        "proofs": _labels(ResidenceProof),
        "places": list(range(1, MEMBER_LINES + 1)),
    }
    return render_pdf(APPLICATION, values)


def _labels(words: Iterable[Labelled]) -> list[str]:
    return [word.label for word in words]


def _head(title: str) -> dict[str, Any]:
    disaster = get_current_disaster()
    return {
        "title": title,
        "shelter_name": disaster.name if disaster else "",
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }


def _row(one: Waiting) -> dict[str, Any]:
    judgement = one.judgement
    return {
        "place": one.dwelling.place,
        "round": judgement.round,
        "outcome": label_of(judgement.grade or judgement.no_grade),
        "earlier": label_of(one.earlier) if one.earlier else "",
        "calculated": calculated_words(judgement),
        "method": label_of(judgement.method),
        "judged_on": long_day(judgement.judged_on),
        "judged_by": judgement.judged_by,
        "entered_by": name_of(judgement.entered_by),
        "outliers": [outlier.label for outlier in one.outliers],
    }
