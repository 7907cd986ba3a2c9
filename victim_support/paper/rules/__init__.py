"""Numbers of sheets, when a card was written, which sheets are typed twice, what then differs."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from victim_support.core.japanese import plain_kana
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.letters import ALPHABET, check_letter, compact
from victim_support.victims.rules import PersonData, label_of

SCAN_PREFIX = "%S"
"""What a scanned sheet begins with: ``%`` for the page's scripts, ``S`` for sheet."""
FORM_EDITION = "1"
"""Edition of the printed card (様式の版); typed in its order."""
PEOPLE_ON_CARD = 6
ABSENT_ON_CARD = 2
CHECK_EVERY = 10
"""Every tenth sheet is typed once more by somebody else: a rule of this program, not of a law."""
ROSTER_HOURS = 4
"""So old the last printed roster may be before the desk is reminded: a rule of this program."""
ANSWERS_DECIDE = "家族などへの回答・掲示・公表は、下の欄の答えに従います。"
_DIGITS = 5
_NUMBER = re.compile(rf"([{ALPHABET}]{{2}}|[{ALPHABET}]{{4}})(\d{{{_DIGITS}}})([{ALPHABET}])")
_MOMENT = re.compile(r"(?:(\d{1,2})[/月](\d{1,2})日?\s*)?(\d{1,2})[:時]?(\d{2})分?")


def sheet_number(prefix: str, counter: int) -> str:
    """Return the number of a sheet: series of the machine, counter, check letter."""
    plain = f"{prefix}{counter:0{_DIGITS}}"
    return plain + check_letter(plain)


def parse_sheet(text: str) -> str | None:
    """Read a scanned or typed number; None when it is none or the check letter is wrong."""
    letters = compact(text.strip().lstrip("%％"))
    found = _NUMBER.fullmatch(letters) or _NUMBER.fullmatch(letters.removeprefix(SCAN_PREFIX[1]))
    if found is None or check_letter(found[1] + found[2]) != found[3]:
        return None
    return found.group()


def show_sheet(number: str) -> str:
    """Return a number as it is printed, such as ``T7-00012-K``."""
    return f"{number[: -_DIGITS - 1]}-{number[-_DIGITS - 1 : -1]}-{number[-1]}"


def scan_text(number: str) -> str:
    """Return the content of a sheet's QR code: alphanumeric, and nothing but the number."""
    return f"{SCAN_PREFIX}{number}"


def counter_of(number: str) -> int:
    """Return the counter of a sheet's number."""
    return int(number[-_DIGITS - 1 : -1])


def following_sheet(number: str) -> str:
    """Return the number of the next sheet of the pile."""
    return sheet_number(number[: -_DIGITS - 1], counter_of(number) + 1)


def is_sampled(number: str) -> bool:
    """Say whether a sheet is one of those typed twice (抜き取りの照合)."""
    return counter_of(number) % CHECK_EVERY == 0


def parse_moment(text: str, now: datetime) -> datetime | None:
    """Read when a card was written: ``21:30`` or ``7/15 21:30``, the last time it was that.

    Args:
        text: What stands on the card.
        now: The local time.
    """
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    month, day, hour, minute = found.groups()
    try:
        moment = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        if month is not None:
            moment = moment.replace(month=int(month), day=int(day))
    except ValueError:
        return None
    if moment <= now:
        return moment
    if month is None:
        return moment - timedelta(days=1)
    return moment.replace(year=now.year - 1) if (moment.month, moment.day) != (2, 29) else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one person that two people read differently on the same sheet."""

    position: int
    """Of the person on the sheet, from 0."""
    field: str
    first: str
    second: str

    @property
    def key(self) -> str:
        """Return what a form calls it."""
        return f"{self.field}-{self.position}"


FIELD_LABELS = {
    "person": "人",
    "name": "氏名",
    "kana": "フリガナ",
    "birth": "生年月日・年齢",
    "sex": "性別",
    "relation": "続柄",
    "phone": "電話",
}


def differences(first: Sequence[PersonData], second: Sequence[PersonData]) -> list[Difference]:
    """Return what two typings of one sheet do not have alike, person by person."""
    found: list[Difference] = []
    for position in range(max(len(first), len(second))):
        if position >= len(first):
            found.append(Difference(position, "person", "", _name(second[position])))
        elif position >= len(second):
            found.append(Difference(position, "person", _name(first[position]), ""))
        else:
            found += _of_person(position, first[position], second[position])
    return found


def _of_person(position: int, first: PersonData, second: PersonData) -> Iterator[Difference]:
    for field in FIELD_LABELS:
        if field == "person" or (field == "relation" and position == 0):
            continue
        one, other = _shown(first, field), _shown(second, field)
        if _plain(field, one) != _plain(field, other):
            yield Difference(position, field, one, other)


def _shown(data: PersonData, field: str) -> str:
    if field == "sex":
        return label_of(data.sex)
    value = getattr(data, field)
    return "" if value == UNKNOWN else str(value)


def _plain(field: str, text: str) -> str:
    if field == "kana":
        return plain_kana(text)
    if field == "phone":
        return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _name(data: PersonData) -> str:
    return data.name or data.kana
