"""Numbers of papers, their check digit and states; what a snapshot holds; who may spoil what."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from victim_support.core.letters import check_letter, compact
from victim_support.victims.rules import Labelled

COUNTER_DIGITS = 6
CODE_VERSION, HASHED_VERSION = "VS2", "VS1"
_NUMBER = re.compile(r"([0-9A-Z]{2}|[0-9A-Z]{4})(\d{6})([0-9A-Z])")


class PaperKind(Labelled):
    """What kind of paper a number stands on."""

    RISAI = "risai", "罹災証明書"
    HISAI = "hisai", "被災証明書"
    RECEIPT = "receipt", "受付票"
    OWNER = "owner", "被災証明書(家屋の所有者)"


class NumberState(Labelled):
    """What became of a drawn number (発行番号簿の状態)."""

    DRAWN = "drawn", "採番済（まだ渡していない）"
    ISSUED = "issued", "有効"
    SPOILED = "spoiled", "書き損じ"
    SUPERSEDED = "superseded", "差替え済"
    VOID = "void", "無効（誤交付）"


class WayOut(Labelled):
    """What is printed in place of characters that no font has."""

    SUBSTITUTE = "substitute", "代わりの字（本人の同意）"
    KANA = "kana", "かな"
    PEN = "pen", "空欄に手書き"


MARKS = {
    NumberState.SPOILED: "書き損じ",
    NumberState.SUPERSEDED: "差替え済",
    NumberState.VOID: "無効",
}
"""What stands across a paper that does not count, when it is opened once more for the file."""
_NEXT = {
    NumberState.DRAWN: {NumberState.ISSUED, NumberState.SPOILED},
    NumberState.ISSUED: {NumberState.SUPERSEDED, NumberState.VOID, NumberState.SPOILED},
    NumberState.SPOILED: set(),
    NumberState.SUPERSEDED: {NumberState.VOID},
    NumberState.VOID: set(),
}


@dataclass(frozen=True, slots=True)
class CheckCode:
    """What the QR code of a paper says: number and copy; papers of old versions a short hash."""

    number: str
    copy_number: int | None
    short_hash: str | None


def may_become(state: NumberState, following: NumberState) -> bool:
    """Tell whether a number may change its state so; nothing ever becomes unused again."""
    return following in _NEXT[state]


def may_spoil(
    state: NumberState | str,
    *,
    became_on: date | None,
    became_by: UUID | None,
    by: UUID | None,
    today: date,
) -> bool:
    """Tell whether somebody may say that a paper never left the desk (書き損じ).

    One that waits to be handed over is on the desk still. One that was issued only who issued it
    knows of, and only on that day; afterwards headquarters says that it was issued by mistake.
    """
    if state != NumberState.ISSUED:
        return state == NumberState.DRAWN
    return by is not None and became_by == by and became_on == today


def format_number(prefix: str, counter: int) -> str:
    """Return a paper number: node prefix, counter, check digit, such as ``K7-000123-4``.

    Raises:
        ValueError: The counter does not fit into its digits.
    """
    if not 0 < counter < 10**COUNTER_DIGITS:
        raise ValueError("このパソコンの発行番号を使い切りました。")
    digits = f"{counter:0{COUNTER_DIGITS}d}"
    return f"{prefix}-{digits}-{check_letter(prefix + digits)}"


def parse_number(text: str) -> str | None:
    """Read a number as people type it; None when it is none or the check digit is wrong.

    Full-width and small letters, missing hyphens and the look-alikes I, L, O, U are understood.
    """
    match = _NUMBER.fullmatch(compact(text))
    if match is None or check_letter(match[1] + match[2]) != match[3]:
        return None
    return f"{match[1]}-{match[2]}-{match[3]}"


def spoken_answer(number: str, state: NumberState | str | None, successor: str | None) -> str:
    """Return what is said by telephone of a number: whether it counts, nothing of anybody."""
    replaced = f"新しい番号は {successor} です。" if successor else ""
    answers: dict[str | None, str] = {
        NumberState.ISSUED: "有効な証明書です。",
        NumberState.DRAWN: "まだお渡ししていない番号です。有効ではありません。",
        NumberState.SUPERSEDED: f"差し替えられ、いまは有効ではありません。{replaced}",
        NumberState.VOID: "無効になった番号です。",
        NumberState.SPOILED: "書き損じで、使われていない番号です。",
    }
    known = answers.get(state, "この窓口では確かめられません。折り返しお答えします。")
    return f"番号 {number} は、{known}書かれている内容は、電話ではお答えできません。"


def check_code(number: str, copy_number: int) -> str:
    """Return the content of a paper's QR code: its number and which copy it is, nothing of people.

    A hash of the words would be copied with the code, and prove nothing.
    """
    return f"{CODE_VERSION}:{number}:{copy_number}"


def parse_check(text: str) -> CheckCode | None:
    """Read a scanned QR code or a typed number."""
    parts = unicodedata.normalize("NFKC", text).strip().split(":")
    version = {3: CODE_VERSION, 4: HASHED_VERSION}.get(len(parts))
    if version and parts[0].upper() == version and parts[2].isdecimal():
        number = parse_number(parts[1])
        short_hash = parts[3].lower() if version == HASHED_VERSION else None
        return CheckCode(number, int(parts[2]), short_hash) if number else None
    number = parse_number(text)
    return CheckCode(number, None, None) if number else None


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """Return the hash over what a paper says, the same for every order of its keys."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
