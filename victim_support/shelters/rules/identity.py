"""What makes two rows the same shelter, on every laptop and in every edition of a list."""

import re
import unicodedata
from difflib import SequenceMatcher

from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.numbers import municipality_check_digit
from victim_support.shelters.rules.cells import narrow, whole
from victim_support.shelters.rules.evidence import COMMON_ID
from victim_support.shelters.rules.places import without_prefecture
from victim_support.shelters.rules.records import ShelterRecord
from victim_support.shelters.rules.vocabulary import ShelterKind

_LOST_ZERO = re.compile(r"^E\d{9}(?:1[12]|20)[1-9A-Za-z]$")
_WITHOUT_E = re.compile(r"^\d{10}(?:1[12]|20)[1-9A-Za-z]$")
_WITHOUT_E_AND_ZERO = re.compile(r"^\d{9}(?:1[12]|20)[1-9A-Za-z]$")
_STEPS = re.compile(r"丁目|番地の|番地|番|号|(?<=\d)[のノ之](?=\d)|[-‐‑‒–—―−－ー]")
_AZA = re.compile(r"大字|(?<!十)字")
_SIMILAR = 0.5
_SENTENCE = re.compile(r"[\s()（）「」『』・,，、。.'’\"]")


def read_common_id(value: str) -> tuple[str, str]:
    """Return the 共通ID (14 characters) and what was repaired; ("", why) if it is none."""
    text = whole(narrow(value)).replace(" ", "")
    if text.startswith("e"):
        text = "E" + text[1:]
    if COMMON_ID.match(text):
        return text, ("文字の幅や大小を直した" if text != value else "")
    if _LOST_ZERO.match(text):
        return "E0" + text[1:], "失われた先頭の0を補った"
    if _WITHOUT_E.match(text):
        return "E" + text, "先頭のEを補った"
    if _WITHOUT_E_AND_ZERO.match(text):
        return "E0" + text, "先頭のEと0を補った"
    return "", "共通IDの形でないため使わない"


def municipality_of(common_id: str) -> str:
    """Return the 6-digit code inside a 共通ID."""
    five = common_id[1:6]
    return five + municipality_check_digit(five)


def kind_of(common_id: str) -> ShelterKind:
    """Return the legal kind inside a 共通ID: digits 12 and 13, 大分類 and 小分類."""
    kinds = {"11": ShelterKind.DESIGNATED, "12": ShelterKind.WELFARE}
    return kinds.get(common_id[11:13], ShelterKind.EMERGENCY)


def natural_key(record: ShelterRecord) -> str:
    """Return the key that gives a shelter the same id on every laptop.

    A municipal ID of digits only is no more than a number in one list, so that the list's
    kind belongs to it. Without any ID, name and address are the key.
    """
    if record.common_id:
        return record.common_id
    if record.municipal_id and not record.municipal_id.isdigit():
        return record.municipal_id
    kind = record.kind.value if record.kind else ""
    if record.municipal_id:
        return f"{kind}:{record.municipal_id}"
    return f"{kind}:{fold_name(record.name)}|{fold_address(record.address)}"


def fold_name(name: str) -> str:
    """Return a name for comparison: variants, width, case and punctuation are the same."""
    return _SENTENCE.sub("", fold_kanji(name).casefold())


def fold_address(address: str) -> str:
    """Return an address for comparison: 石川県七尾市本町１丁目２番地 and 七尾市本町1-2 are one."""
    plain = without_prefecture(unicodedata.normalize("NFKC", address))
    steps = _STEPS.sub("-", _AZA.sub("", fold_kanji(plain)))
    return _SENTENCE.sub("", re.sub(r"-+", "-", steps)).strip("-").casefold()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names can mean one place: equal, or one is the other with an addition."""
    first, second = sorted((fold_name(one), fold_name(other)), key=len)
    return bool(first) and first in second


def similar_name(one: str, other: str) -> bool:
    """Tell whether two names are wordings of one: 田鶴浜高校 and 県立田鶴浜高等学校."""
    matcher = SequenceMatcher(None, fold_name(one), fold_name(other), autojunk=False)
    return same_name(one, other) or matcher.ratio() >= _SIMILAR
