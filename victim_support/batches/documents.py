"""Papers of a bulk issue with their letters, its cover list, and the lists of who has what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from victim_support.batches.models import Batch
from victim_support.batches.queries import (
    Held,
    Issued,
    OpenedBatch,
    Printed,
    find_open_application,
    find_window,
)
from victim_support.batches.rules import FOLDS, Window, barcode
from victim_support.batches.services import mailable_ids
from victim_support.certificates.documents import TEMPLATES, paper_values
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import outdated_ids, printable_snapshot
from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.actor import name_of
from victim_support.core.context import is_training, municipality
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_day, long_time
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.glyphs import clusters, missing
from victim_support.core.documents.worker import render_bound, render_pdf
from victim_support.core.lists import PlainList
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.core.towns import Town, find_towns
from victim_support.damage.queries import find_applications
from victim_support.damage.rules.applying import HeadState
from victim_support.residents.queries import list_register_towns
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person
from victim_support.victims.rules import label_of

LETTER, TEST_PAGE = "batches/letter.html", "batches/test_page.html"
COVER = "batches/cover.html"
CHANGED = "記載内容が変わったため印刷できません。本部で番号を無効にして、作り直します。"
NO_GLYPH = (
    "送り先か宛名に、書体にない字があります。"
    "窓口の申請の画面で送り先を直すか、窓口で渡してください。"
)
GONE = (HeadState.DEAD, HeadState.MISSING)
TOO_LONG = (
    "宛先の住所が長く、封筒の窓に入りません。窓口の申請の画面で、送り先を短く書いてください。"
)
BY_HAND = "郵送せず、窓口で渡します。わからないときは本部に確認してください。"
COVER_HEADERS = {
    "place": "順",
    "number": "番号",
    "name": "世帯主",
    "address": "宛先の住所",
    "dwelling": "被災住家の所在地",
    "remark": "注意",
}
HELD_COLUMNS = (
    ("番号", 32),
    ("種類", 20),
    ("世帯主", 36),
    ("住家の所在地", 53),
    ("交付", 28),
    ("状態", 28),
    ("日", 28),
    ("方法・メモ", 30),
    ("記録した職員", None),
)
PRINTED_COLUMNS = (
    ("日時", 40),
    ("職員", 50),
    ("種類", 40),
    ("番号", 40),
    ("何枚目", 20),
    ("わけ", None),
)
BATCH_COLUMNS = (
    ("始めた日時", 52),
    ("種類", 40),
    ("選び方", 90),
    ("選んだ申請", 24),
    ("渡し方", 20),
    ("職員", None),
)
Paper = tuple[str, Mapping[str, Any]]


def refusals(papers: Collection[Issued], *, is_mailed: bool) -> dict[UUID, str]:
    """Return why papers of a bulk issue may not be printed now, by paper; {} when all may."""
    ids = [one.paper.certificate.application_id for one in papers]
    core = current_scopes().core
    known = [one for one in find_applications(ids).values() if one.scope == core]
    given = mailable_ids(known) if is_mailed else {one.id for one in known}
    found = dict.fromkeys(outdated_ids([one.paper for one in papers]), CHANGED)
    sent = {one.id: one.mail_address or "" for one in known} if is_mailed else {}
    window = find_window()
    for one in papers:
        if one.paper.certificate.application_id not in given:
            found[one.paper.id] = BY_HAND
        elif is_mailed and missing(sent[one.paper.certificate.application_id] + _applicant_of(one)):
            found[one.paper.id] = NO_GLYPH
        elif is_mailed and not _fits(one, window):
            found[one.paper.id] = TOO_LONG
    return found


def papers_pdf(papers: Sequence[Issued], *, is_mailed: bool) -> bytes:
    """Return papers in one file, each behind the letter that shows its address in the window.

    Raises:
        PrintError: The file could not be made.
        UnprintableName: A font is missing here.
    """
    window = find_window()
    sheets: list[Paper] = []
    for one in papers:
        certificate = one.paper.certificate
        kind = next(kind for kind in PaperKind if kind == certificate.kind)
        snapshot = printable_snapshot(one.paper)
        if is_mailed:
            sheets.append((LETTER, _letter(one, snapshot, window)))
        copy = one.paper.last_copy
        values = paper_values(kind, snapshot, copy_number=copy, training=is_training())
        sheets.append((TEMPLATES[kind], values))
    return render_bound(sheets)


def cover_pdf(
    opened: OpenedBatch, printable: Sequence[Issued], refused: Mapping[UUID, str]
) -> bytes:
    """Return the cover list of a bulk issue: its papers in their order, and what has none.

    Raises:
        PrintError: The document could not be made.
    """
    batch = opened.batch
    rows = cover_rows(printable)
    values = _head(f"{label_of(batch.kind)} 一括発行の表紙", batch.choice) | {
        "rows": rows,
        "left_out": [
            {"number": one.paper.certificate.number, "reason": refused[one.paper.id]}
            for one in opened.printable
            if one.paper.id in refused
        ],
        "blocked": [{"position": one.position, "reason": one.reason} for one in opened.blocked],
        "totals": [
            {"label": "選んだ申請", "value": f"{batch.asked}件"},
            {"label": "印刷する紙", "value": f"{len(rows)}枚"},
            {"label": "発行できない", "value": f"{len(opened.blocked)}件"},
        ],
        "is_mailed": batch.is_mailed,
    }
    return render_pdf(COVER, values)


def cover_rows(printable: Sequence[Issued]) -> list[dict[str, Any]]:
    """Return the lines of a cover list; who may not be shown on it stands there by number only."""
    disclosure = view(Audience.PAPER, Purpose.PRESENCE)
    rows = []
    for place, one in enumerate(printable, start=1):
        person = _head_of(one)
        shown = disclosure.person(person) if disclosure.shows_address(person) else None
        snapshot = one.paper.certificate.snapshot or {}
        rows.append(
            {
                "place": place,
                "number": one.paper.certificate.number,
                "name": shown.name if shown else "",
                "address": _address_of(one, snapshot) if shown else "",
                "dwelling": snapshot.get("dwelling_address", "") if shown else "",
                "remark": _remark(one, snapshot) if shown else "",
            }
        )
    return rows


def cover_csv(
    opened: OpenedBatch, printable: Sequence[Issued], refused: Mapping[UUID, str]
) -> bytes:
    """Return the same list as CSV; it leaves the program, so nobody protected stands on it.

    What is not in the bundle comes last, without a place in it.
    """
    rows = [[row[key] for key in COVER_HEADERS] for row in cover_rows(printable)]
    empty = [""] * (len(COVER_HEADERS) - 3)
    left = [
        ["", one.paper.certificate.number, *empty, refused[one.paper.id]]
        for one in opened.printable
        if one.paper.id in refused
    ]
    left += [["", f"{one.position}番目の申請", *empty, one.reason] for one in opened.blocked]
    return _csv([tuple(COVER_HEADERS.values()), *rows, *left])


def held_list(held: Sequence[Held], title: str) -> PlainList:
    """Return a list of issued papers by where they are."""
    return PlainList(
        title,
        HELD_COLUMNS,
        _held_rows(held),
        counted="枚",
        note="窓口で交付した紙は、その場で渡したものとして、ここに入りません。",
    )


def printed_list(printed: Sequence[Printed], days: str) -> PlainList:
    """Return who printed what."""
    return PlainList(
        "証明書を印刷した記録",
        PRINTED_COLUMNS,
        _printed_rows(printed),
        counted="枚",
        note="PDFを開いた記録は、開いた端末にだけあります。",
        about=days,
    )


def batches_list(batches: Sequence[Batch]) -> PlainList:
    """Return the bulk issues, the newest first; they name nobody."""
    rows = [
        (
            long_time(one.started_at),
            label_of(one.kind),
            one.choice,
            one.asked,
            "郵送" if one.is_mailed else "窓口",
            name_of(one.started_by),
        )
        for one in batches
    ]
    return PlainList("証明書の一括発行", BATCH_COLUMNS, rows, counted="回")


def window_test_pdf(window: Window) -> bytes:
    """Return a sheet with the window, its clear edge and the folds, to lay into an envelope.

    Raises:
        PrintError: The document could not be made.
    """
    sample = {
        "postal_code": "100-0013",
        "lines": address_lines("架空市本町一丁目3番2号 架空ハイツ503", window),
        "name": "宛名 太郎 様",
        "bars": barcode("1000013", "本町1丁目3番2-503", [Town("1000013", "架空市", "本町", "")]),
    }
    return render_pdf(TEST_PAGE, _sheet(window) | sample, strict=True)


def address_lines(address: str, window: Window) -> list[str]:
    """Return an address in lines as the window holds them: the building begins one if it can."""
    lines = [line for part in address.split() for line in _cut(part, window.characters)]
    return lines if len(lines) <= window.lines else _cut(address, window.characters)


def _letter(one: Issued, snapshot: Mapping[str, Any], window: Window) -> dict[str, Any]:
    postal_code, address = _postal_code_of(one), _address_of(one, snapshot)
    own = (town for town in list_register_towns() if _digits(town.postal_code) == postal_code)
    towns = [*own, *find_towns(postal_code, municipality())]
    return _sheet(window) | {
        "postal_code": f"{postal_code[:3]}-{postal_code[3:]}" if len(postal_code) == 7 else "",
        "lines": address_lines(address, window),
        "name": f"{_applicant_of(one) or snapshot['head_name']} 様",
        "bars": barcode(postal_code, address, towns),
        "number": snapshot["number"],
        "paper": label_of(one.paper.certificate.kind),
        "issuer": snapshot["issuer"],
        "office": setting("office_name") or "",
        "phone": setting("office_phone") or "",
        "issued_on": snapshot["issued_on"],
    }


def _address_of(one: Issued, snapshot: Mapping[str, Any]) -> str:
    """Return where a letter goes: where the household asked to have it, else the head's address."""
    application = find_open_application(one.paper.certificate.application_id)
    chosen = application.mail_address if application else None
    return chosen or str(snapshot.get("head_address", ""))


def _applicant_of(one: Issued) -> str:
    """Return who applied where the head died or is missing: no letter goes to the dead; else ""."""
    application = find_open_application(one.paper.certificate.application_id)
    if application is None or application.head_state not in GONE:
        return ""
    applicant = application.applicant_person_id
    person = find_person(applicant) if applicant else None
    shown = view(Audience.PAPER, Purpose.PRESENCE).person(person)
    return shown.name_received if shown else application.applicant_name or ""


def _fits(one: Issued, window: Window) -> bool:
    address = _address_of(one, one.paper.certificate.snapshot or {})
    return len(address_lines(address, window)) <= window.lines


def _postal_code_of(one: Issued) -> str:
    """Return the postal code of the place that a letter goes to; "" when it is not known."""
    application = find_open_application(one.paper.certificate.application_id)
    if application and application.mail_address:
        return _digits(application.mail_postal_code or "")
    shown = view(Audience.PAPER, Purpose.PRESENCE).person(_head_of(one))
    return _digits(shown.postal_code if shown else "")


def _digits(postal_code: str) -> str:
    return postal_code.replace("-", "")


def _sheet(window: Window) -> dict[str, Any]:
    return {
        "window": asdict(window) | {"bars_width": window.bars_width},
        "folds": list(FOLDS),
        "training": is_training(),
    }


def _head_of(one: Issued) -> Person | None:
    application = find_open_application(one.paper.certificate.application_id)
    head = application.head_person_id if application else None
    return find_person(head) if head else None


def _remark(one: Issued, snapshot: Mapping[str, Any]) -> str:
    """Return what somebody should look at before the letter goes."""
    application = find_open_application(one.paper.certificate.application_id)
    is_chosen = bool(application and application.mail_address)
    found = [] if _postal_code_of(one) else ["郵便番号なし"]
    found += [f"宛名は申請した{name} 様"] if (name := _applicant_of(one)) else []
    dwelling, home = snapshot.get("dwelling_address"), snapshot.get("head_address")
    if is_chosen:
        found.append("申し出のあった送り先")
    elif snapshot.get("grade") == "total" and dwelling == home:
        found.append("宛先は全壊した住家")
    if application and application.staying_at and not is_chosen:
        found.append(f"いまいるところ {application.staying_at}")
    return "、".join(found)


def _held_rows(held: Iterable[Held]) -> list[tuple[object, ...]]:
    return [
        (
            one.number,
            label_of(one.kind),
            one.head.name,
            one.place,
            long_day(clock.local(one.issued_at).date()),
            one.custody.label,
            long_day(one.last.day) if one.last else "",
            _how(one),
            name_of(one.last.recorded_by) if one.last else "",
        )
        for one in held
    ]


def _how(one: Held) -> str:
    if one.last is None:
        return ""
    return " ".join(part for part in (label_of(one.last.way), one.last.note) if part)


def _printed_rows(printed: Iterable[Printed]) -> list[tuple[object, ...]]:
    return [
        (
            long_time(one.made_at),
            name_of(one.made_by),
            label_of(one.kind),
            one.number,
            one.copy_number or "",
            one.reason or ("一括発行" if one.is_bulk else "交付"),
        )
        for one in printed
    ]


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    content, _unwritable = write_csv(rows, "utf-8-sig")
    return content


def _cut(text: str, length: int) -> list[str]:
    pieces = clusters(text)
    return ["".join(pieces[at : at + length]) for at in range(0, len(pieces), length)]


def _head(title: str, place: str) -> dict[str, Any]:
    return {
        "title": title,
        "shelter_name": place,
        "municipality": setting("municipality_name", ""),
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }
