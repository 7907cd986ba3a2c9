"""Single cells: what spreadsheets do to them, and flags, numbers and telephone numbers in them."""

import re
import unicodedata

_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0x00AD])
_FORMULA = re.compile(r'^="(.*)"$')
_NOTHING = {"nan", "null", "none", "#n/a", "#ref!", "#value!", "#name?", "#div/0!", "<na>"}
_DASHES = "-‐‑‒–—―−－ーｰ─━"
_BLANK_MARK = re.compile(rf"^[{re.escape(_DASHES)}・.…/*＊\s]+$")
_NO_VALUE = {
    "なし",
    "無し",
    "無",
    "不明",
    "未定",
    "未設定",
    "該当なし",
    "調査中",
    "確認中",
    "未確認",
}
_YES = {
    "1",
    "true",
    "t",
    "yes",
    "y",
    "o",
    "レ",
    "有",
    "あり",
    "有り",
    "可",
    "可能",
    "適",
    "対応",
    "ok",
}
_YES |= {
    "該当",
    "はい",
    "指定",
    "対象",
    "○",
    "◯",
    "〇",
    "◎",
    "●",
    "⚪",
    "⭕",
    "✓",
    "✔",
    "☑",
    "■",
    "★",
}
_NO = {
    "",
    "0",
    "false",
    "f",
    "no",
    "n",
    "x",
    "無",
    "なし",
    "無し",
    "不可",
    "否",
    "非対応",
    "不適",
    "ng",
}
_NO |= {"×", "✕", "✖", "╳", "☓", "非該当", "いいえ", "対象外", "指定なし", "□", "☐", "不適合"}
_CONDITION = re.compile(r"\s*(?:[(\[（［【].*|[※＊*].*|注\s*\d*)$")
_FLOAT = re.compile(r"^([+-]?\d+)\.0+$")
_INTEGER = re.compile(r"^\d{1,3}(?:,\d{3})+$|^\d+$")
_PEOPLE = re.compile(r"^(?:約|計|合計)?\s*([\d,]+)\s*(?:人|名)?(?:程度|弱|強|余り?)?$")


def clean(value: str) -> str:
    """Return a cell without invisible characters, outer space and spreadsheet leavings."""
    text = value.translate(_INVISIBLE).strip().strip("\u3000\u00a0").strip()
    if formula := _FORMULA.match(text):
        text = formula[1].strip()
    return "" if text.casefold() in _NOTHING else text


def narrow(value: str) -> str:
    """Return a cell in half-width letters and digits, for codes and numbers."""
    return (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()


def is_blank_mark(value: str) -> bool:
    """Tell whether a cell only says that there is nothing (－, ―, なし)."""
    return bool(_BLANK_MARK.match(value)) or narrow(value) in _NO_VALUE


def read_flag(value: str) -> bool | None:
    """Read a yes-no mark such as 1, 1.0, ○, TRUE, － or an empty cell; None if it is none."""
    plain = whole(narrow(value)).casefold()
    if plain in _YES or value in _YES:
        return True
    if plain in _NO or value in _NO or _BLANK_MARK.match(value):
        return False
    return None


def without_condition(value: str) -> str:
    """Return a mark without what was written behind it: ○ of ○※1, 可 of 可(2階以上)."""
    return _CONDITION.sub("", value) or value


def whole(text: str) -> str:
    """Return a whole number without the ``.0`` that spreadsheets append."""
    found = _FLOAT.match(text)
    return found[1] if found else text


def read_people(value: str) -> int | None:
    """Read a number of people: 1060, 1,060人, 約40名; None if it is none."""
    found = _PEOPLE.match(whole(narrow(value)))
    if not found:
        return None
    digits = found[1]
    return int(digits.replace(",", "")) if _INTEGER.match(digits) else None


_PHONE = re.compile(r"^0\d{1,4}-?\d{1,4}-?\d{3,4}$")
_PHONE_SHAPE = re.compile(r"^\(?0\d{1,4}\)?[-(\s]?\d{1,4}[-)\s]?\d{3,4}\D*")


def looks_like_phone(value: str) -> bool:
    """Tell whether a cell begins with a telephone number."""
    return bool(_PHONE_SHAPE.match(_with_hyphens(value)))


def read_phone(value: str) -> tuple[str, str]:
    """Return a telephone number and what was repaired on it, if anything."""
    text = whole(_with_hyphens(value))
    if text.isdigit() and len(text) in {9, 10} and not text.startswith("0"):
        return "0" + text, "失われた先頭の0を補った"
    return (text if _PHONE.match(text) else value), ""


def _with_hyphens(value: str) -> str:
    text = narrow(value)
    return re.sub(rf"[{re.escape(_DASHES)}]", "-", text)


_DATE_MANGLED = (
    re.compile(r"^(?P<a>\d{1,2})月(?P<b>\d{1,2})日$"),
    re.compile(r"^\d{4}[/-](?P<a>\d{1,2})[/-](?P<b>\d{1,2})(?: 0?0:00(?::00)?)?$"),
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(r"^(?:(?P<b>\d{1,2})-(?P<m>[A-Za-z]{3})|(?P<m2>[A-Za-z]{3})-(?P<y>\d{2}))$")


def undo_date(value: str) -> str | None:
    """Return the house number that a spreadsheet turned into a date (1-2 → 1月2日), or None."""
    text = narrow(value)
    for pattern in _DATE_MANGLED:
        if found := pattern.match(text):
            return f"{int(found['a'])}-{int(found['b'])}"
    found = _ENGLISH.match(text)
    if not found:
        return None
    name, number = found["m"] or found["m2"], found["b"] or found["y"]
    if name.casefold() not in _MONTHS:
        return None
    return f"{_MONTHS.index(name.casefold()) + 1}-{int(number)}"
