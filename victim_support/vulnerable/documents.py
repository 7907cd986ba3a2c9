"""Papers of the support register and of block lists; the map of a round."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import Unwritable, write_csv
from victim_support.core.dates import day_time, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.maps import Pin
from victim_support.core.settings import setting
from victim_support.victims.rules import label_of
from victim_support.vulnerable.models import SupportProvision
from victim_support.vulnerable.queries.blocks import BlockLine
from victim_support.vulnerable.queries.register import SupportLine
from victim_support.vulnerable.rules.register import RecipientKind
from victim_support.vulnerable.rules.states import SafetyState

ROUND, BLOCK, PUBLIC = (
    "vulnerable/round.html",
    "vulnerable/block.html",
    "vulnerable/public.html",
)
LETTERS = {
    SafetyState.RESCUE: "r",
    SafetyState.UNCONFIRMED: "u",
    SafetyState.HEARD: "h",
    SafetyState.CONFIRMED: "c",
}
HEADERS = (
    "番号",
    "氏名",
    "フリガナ",
    "生年月日",
    "性別",
    "住所又は居所",
    "電話番号その他の連絡先",
    "避難支援等を必要とする事由",
    "行政区",
    "避難支援等実施者",
    "避難先",
    "避難経路",
    "備考",
)


def round_pdf(
    lines: Sequence[SupportLine], place: str, given: SupportProvision | None = None
) -> bytes:
    """Return the list for a safety round, or what is given to a supporter, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    title = "避難行動要支援者名簿（提供用）" if given else "要支援者 安否確認の一覧"
    values = _head(title, place, len(lines)) | {
        "rows": [_support_row(line) for line in lines],
        "given": _given(given) if given else None,
    }
    return render_pdf(ROUND, values)


def provision_csv(
    lines: Sequence[SupportLine], encoding: Literal["utf-8-sig", "cp932"]
) -> tuple[bytes, list[Unwritable]]:
    """Return what is given to a supporter as CSV, and the cells the encoding could not hold.

    The last line says who wrote the file and when.
    """
    rows: list[Sequence[object]] = [HEADERS]
    rows += [_support_cells(number, line) for number, line in enumerate(lines, 1)]
    mark = f"書き出し {long_time(clock.now())} {current_actor().name}"
    rows.append(("", mark, *[""] * (len(HEADERS) - 2)))
    return write_csv(rows, encoding)


def block_pdf(lines: Sequence[BlockLine], name: str) -> bytes:
    """Return the block list for rescuers (消防・警察・自衛隊), as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("区域の名簿（捜索・救助用）", name, len(lines)) | {
        "rows": _block_rows(lines),
        "totals": [
            {
                "label": state.label,
                "value": f"{sum(line.standing.state is state for line in lines)}人",
            }
            for state in SafetyState
        ],
    }
    return render_pdf(BLOCK, values)


def public_pdf(lines: Sequence[BlockLine], name: str, asked: str) -> bytes:
    """Return the list of names to be published, as PDF: name, age, sex and town, nothing else.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("安否のわからない方の氏名", name, len(lines)) | {
        "rows": [
            {
                "name": line.person.name,
                "kana": line.person.kana,
                "age": line.person.age,
                "sex": label_of(line.sex),
                "town": line.street.town,
            }
            for line in lines
        ],
        "office": setting("office_name") or "",
        "phone": setting("office_phone") or "",
        "asked": asked,
    }
    return render_pdf(PUBLIC, values)


def round_pins(lines: Iterable[SupportLine]) -> list[Pin]:
    """Return the places of a round: the number on the list and the state, never a name."""
    return [
        Pin(line.position[0], line.position[1], {"n": number, "k": LETTERS[line.standing.state]})
        for number, line in enumerate(lines, 1)
        if line.position is not None
    ]


def _head(title: str, place: str, people: int) -> dict[str, Any]:
    return {
        "title": title,
        "shelter_name": place,
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
        "totals": [{"label": "人数", "value": f"{people}人"}],
    }


def _given(provision: SupportProvision) -> dict[str, str]:
    kind = provision.recipient_kind
    return {
        "recipient": provision.recipient or "",
        "kind": kind.label if isinstance(kind, RecipientKind) else label_of(kind),
        "ground": label_of(provision.ground),
        "purpose": provision.purpose or "",
        "at": long_time(provision.provided_at),
    }


def _support_row(line: SupportLine) -> dict[str, Any]:
    person = line.person
    return {
        "name": person.name,
        "kana": person.kana,
        "age": person.age,
        "sex": label_of(person.sex),
        "birth": "" if person.birth.year is None else str(person.birth),
        "address": person.address,
        "phone": person.phone,
        "district": line.district,
        "reasons": line.reasons,
        "note": line.note,
        "supporters": list(line.supporters),
        "destination": line.destination,
        "route": line.route,
        "state": line.standing.state.label,
        "source": line.standing.source,
        "at": day_time(line.standing.at) if line.standing.at else "",
    }


def _support_cells(number: int, line: SupportLine) -> tuple[object, ...]:
    person = line.person
    return (
        number,
        person.name_received or person.name,
        person.kana,
        "" if person.birth.year is None else str(person.birth),
        label_of(person.sex),
        person.address,
        person.phone,
        line.reasons,
        line.district,
        " / ".join(line.supporters),
        line.destination,
        line.route,
        line.note,
    )


def _block_rows(lines: Sequence[BlockLine]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before = ""
    for line in lines:
        person = line.person
        where = " ".join(part for part in (person.address, line.building) if part)
        rows.append(
            {
                "is_first": where != before,
                "where": where,
                "name": person.name,
                "kana": person.kana,
                "age": person.age,
                "sex": label_of(line.sex),
                "relation": person.relation,
                "state": line.standing.state.label,
                "is_urgent": line.standing.state is SafetyState.RESCUE,
                "source": line.standing.source,
                "at": day_time(line.standing.at) if line.standing.at else "",
                "note": line.note,
            }
        )
        before = where
    return rows
