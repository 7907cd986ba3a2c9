"""Small text filters of printed templates."""

import re
from collections.abc import Iterable, Mapping

_ROWS = ("あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ")
_STARTS = "あかさたなはまやらわん"
_SMALL = {"ぁ": "あ", "ゃ": "や", "ゎ": "わ", "ゕ": "か", "ゔ": "あ"}


def kana_row(kana: str) -> str:
    """Return the row of the syllabary (五十音の行) a reading begins with, or その他."""
    first = _hiragana(kana.strip()[:1])
    first = _SMALL.get(first, first)
    if not "あ" <= first <= "ん":
        return "その他"
    at = sum(start <= first for start in _STARTS) - 1
    return _ROWS[min(at, len(_ROWS) - 1)] + "行"


def in_two(people: Iterable[Mapping[str, str]], longest: int) -> list[list[Mapping[str, str]]]:
    """Put people two a row in their order; a name longer than half the paper has a row alone."""
    rows: list[list[Mapping[str, str]]] = []
    is_open = False
    for one in people:
        is_long = len(one["name"]) > longest
        if is_open and not is_long:
            rows[-1].append(one)
        else:
            rows.append([one])
        is_open = not is_long and not is_open
    return rows


def groups(code: str) -> list[str]:
    """Cut a code at blanks and hyphens, so that it can be read out group by group."""
    return re.split(r"[\s-]+", code.strip())


def _hiragana(char: str) -> str:
    return chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char
