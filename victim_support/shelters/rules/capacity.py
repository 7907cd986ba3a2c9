"""How many people fit in, out of free text, split into indoor and outdoor."""

import re
from dataclasses import dataclass

from victim_support.shelters.rules.cells import is_blank_mark, narrow, whole

_INDOOR = re.compile(r"屋内|室内|館内|建物|体育館|校舎|教室|ホール|屋根|内部|集会室|和室|会議室")
_OUTDOOR = re.compile(
    r"屋外|室外|校庭|グラウンド|グランド|運動場|園庭|公園|広場|駐車場|境内|野外|外部"
)
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:人|名)?\s*[~〜～ー-]\s*({_NUMBER})(?=\s*(?:人|名))")
_RATE = re.compile(
    rf"(?:(?<![\d,.])1人|一人)(?:あたり|当たり|につき|当り)?\s*約?(?:{_NUMBER})\s*(?:㎡|m2|平米|平方メートル)"
    rf"|(?:{_NUMBER})\s*(?:㎡|m2|平米|平方メートル|駐車場区画|区画|室|台)\s*(?:あたり|当たり|当り|につき|/)"
    rf"\s*(?:{_NUMBER})?\s*(?:人|名)?"
    rf"|(?:{_NUMBER})\s*(?:人|名)\s*/\s*(?:{_NUMBER})?\s*(?:㎡|m2|室|区画|台)"
    rf"|面積の?\s*\d+/\d+|\d+/\d+"
)
_AREA = re.compile(
    rf"(?:{_NUMBER})\s*(?:㎡|m2|平米|平方メートル|ha|m|階|室|台|世帯|区画|箇所|か所)"
)
_SUM = re.compile(rf"({_NUMBER})\s*(?:人|名)?(?:\s*\+\s*(?:{_NUMBER})\s*(?:人|名)?)+")
_PEOPLE = re.compile(rf"({_NUMBER})\s*(?:人|名|$|(?=[/;、,()\s屋]))")


@dataclass(frozen=True, slots=True)
class Capacity:
    """People that fit indoors, outdoors and in all, as far as the text says."""

    indoor: int | None = None
    outdoor: int | None = None
    total: int | None = None
    why: str = ""


def read_capacity(value: str) -> Capacity:
    """Read 想定収容人数 in any wording.

    ``屋内191人／屋外0人(面積の1/2)`` → indoor 191, outdoor 0; ``100人2.0㎡あたり1人`` → 100 in all.
    Of a range the lower end is taken, so that nobody is sent to a full house. ``why`` is empty
    for a plain number and for an empty cell.
    """
    text = whole(narrow(value))
    if not text or is_blank_mark(value):
        return Capacity()
    if re.fullmatch(r"[\d,]+", text):
        return Capacity(total=_whole_number(text))
    if _SUM.fullmatch(text):
        parts = [_whole_number(part) for part in re.findall(_NUMBER, text)]
        return Capacity(total=sum(parts), why="足し算で書かれた人数を合わせた")
    why = "文中の人数を読み取った"
    if _RANGE.search(text):
        text = _RANGE.sub(lambda found: found[1], text)
        why = "幅のある人数は少ない方を採った"
    plain = _AREA.sub("", _RATE.sub("", text))
    if _INDOOR.search(plain) or _OUTDOOR.search(plain):
        return _split(plain, why)
    found = _PEOPLE.search(plain)
    if found is None:
        return Capacity(why="人数を読み取れないため文のまま残した")
    return Capacity(total=_whole_number(found[1]), why=why)


def _split(text: str, why: str) -> Capacity:
    """Give every number to its place: named in brackets behind it, or before it."""
    sums: dict[str, int] = {}
    for found in _PEOPLE.finditer(text):
        place = _place_behind(text[found.end() :]) or _last_place(text[: found.start()])
        sums[place] = sums.get(place, 0) + _whole_number(found[1])
    if not sums:
        return Capacity(why="人数を読み取れないため文のまま残した")
    indoor, outdoor, stated = sums.get("indoor"), sums.get("outdoor"), sums.get("total")
    total = stated if stated is not None else (indoor or 0) + (outdoor or 0)
    if indoor is None and outdoor is None:
        return Capacity(total=total, why=why)
    return Capacity(indoor, outdoor, total, "屋内と屋外に分けた")


def _place_behind(text: str) -> str:
    found = re.match(r"\s*\(([^)\d]*)\)", text)
    return _last_place(found[1]).replace("total", "") if found else ""


def _last_place(text: str) -> str:
    indoor = [found.start() for found in _INDOOR.finditer(text)]
    outdoor = [found.start() for found in _OUTDOOR.finditer(text)]
    if not indoor and not outdoor:
        return "total"
    return "indoor" if max(indoor, default=-1) > max(outdoor, default=-1) else "outdoor"


def _whole_number(text: str) -> int:
    return int(float(text.replace(",", "")))
