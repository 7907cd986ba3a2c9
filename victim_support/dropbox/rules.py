"""Numbers of what phones have sent, what a household says in it, why one cannot be opened; pure."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Annotated

import msgspec

from victim_support.core.letters import ALPHABET, check_letter, compact
from victim_support.victims.rules import Labelled

SCAN_PREFIX = "%D"
"""What a scanned number begins with: ``%`` for the page's scripts, ``D`` for drop."""
DRAWN, MARK = 5, 2
LENGTH = DRAWN + MARK + 1
TYPED = 4
"""So many first letters are enough to type: the box never has two that begin alike."""
MOST_PEOPLE = 20
_STORED = "D-"


class Refusal(Labelled):
    """Why a number opens nothing at the desk, and what the clerk does then."""

    DAMAGED = (
        "damaged",
        "番号を読み取れません。もう一度読み取るか、電話の画面のはじめの4文字を打ってください。",
    )
    FOREIGN = (
        "foreign",
        (
            "この端末の番号ではありません。ほかの避難所の端末に届いた申し込みなら、そこで読み取るか、"
            "ここで「新しい方」として受け付けてください。"
        ),
    )
    GONE = (
        "gone",
        (
            "この番号の申し込みはありません。時間が過ぎると消えます。"
            "もう一度送っていただくか、「新しい方」で受け付けてください。"
        ),
    )
    SPENT = "spent", "この番号の申し込みは、もう受け付けてあります。"
    BROKEN = (
        "broken",
        (
            "申し込みがこわれていて読めません。もう一度送っていただくか、"
            "「新しい方」で受け付けてください。"
        ),
    )


class Language(Labelled):
    """What a phone is read in, in the order in which the languages are offered."""

    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "英語"
    CHINESE = "zh-Hans", "中国語（簡体字）"
    VIETNAMESE = "vi", "ベトナム語"
    KOREAN = "ko", "韓国語"
    FILIPINO = "fil", "フィリピン語"
    NEPALI = "ne", "ネパール語"
    PORTUGUESE = "pt", "ポルトガル語"
    INDONESIAN = "id", "インドネシア語"

    @property
    def own_name(self) -> str:
        """Return what those who read it call it."""
        return _OWN_NAMES[self]


_OWN_NAMES = dict(
    zip(
        Language,
        (
            "にほんご",
            "English",
            "简体中文",
            "Tiếng Việt",
            "한국어",
            "Filipino",
            "नेपाली",
            "Português",
            "Bahasa Indonesia",
        ),
        strict=True,
    )
)

Line = Annotated[str, msgspec.Meta(max_length=200)]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person as typed on a phone; nothing of it is checked against anything yet."""

    name: Line = ""
    kana: Line = ""
    birth: Line = ""
    sex: Line = ""
    relation: Line = ""
    needs: Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)] = ()


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """Who came together as typed on a phone; the first one answers for the others."""

    members: Annotated[tuple[Member, ...], msgspec.Meta(max_length=MOST_PEOPLE)] = ()
    address: Line = ""
    phone: Line = ""
    stay: Line = ""
    answers: Annotated[dict[Line, Line], msgspec.Meta(max_length=10)] = {}
    language: Line = Language.JAPANESE.value  # that of the pages


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """What a phone has sent (電話からの申し込み), as the desk opens it."""

    number: str
    at: datetime
    household: Household


def mark_of(recipient: str) -> str:
    """Return the letters that tell one laptop's numbers from another's, by its public key."""
    return _letters(f"mark {recipient}", MARK)


def numbers_for(key: str, mark: str) -> Iterator[str]:
    """Yield the numbers that a form may get, the same ones each time it is sent.

    Args:
        key: What the form was given when it was opened, of 128 random bits.
        mark: The laptop's letters.
    """
    for turn in count():
        plain = _letters(f"{turn} {key}", DRAWN) + mark
        yield plain + check_letter(plain)


def parse_number(text: str) -> str | None:
    """Read a scanned or typed number; None when it is none or the check letter is wrong."""
    letters = _without_prefix(text)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return letters if check_letter(letters[:-1]) == letters[-1] else None


def parse_beginning(text: str) -> str | None:
    """Read the first letters of a number; None when they are none."""
    letters = compact(text.strip())
    return letters if len(letters) == TYPED and set(letters) <= set(ALPHABET) else None


def is_of(number: str, mark: str) -> bool:
    """Tell whether a number was given by the laptop of this mark."""
    return number[DRAWN:-1] == mark


def show_number(number: str) -> str:
    """Return a number as phones show it, such as ``K7P3-9QXM``."""
    return f"{number[:TYPED]}-{number[TYPED:]}"


def scan_text(number: str) -> str:
    """Return the content of its QR code: alphanumeric, and nothing but the number."""
    return f"{SCAN_PREFIX}{number}"


def stored_number(number: str) -> str:
    """Return what stands in the ledger beside a group that came by phone, where sheets have theirs.

    Its form is that of no sheet, so the two are never taken for each other.
    """
    return f"{_STORED}{number}"


def number_in(stored: str) -> str | None:
    """Return the number of a phone's registration kept in the ledger; None for that of a sheet."""
    return parse_number(stored.removeprefix(_STORED)) if stored.startswith(_STORED) else None


def _without_prefix(text: str) -> str:
    letters = compact(text.strip().lstrip("%％"))
    has_prefix = len(letters) == LENGTH + 1 and letters[0] == SCAN_PREFIX[1]
    return letters[1:] if has_prefix else letters


def _letters(text: str, length: int) -> str:
    digest = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return "".join(ALPHABET[digest >> (5 * place) & 31] for place in range(length))
