"""Numbers with a check digit: municipality codes, and the individual number nobody may keep."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "************"

_PREFECTURES = range(1, 48)
_TWELVE_DIGITS = re.compile(r"(?<![\d+.,\-])(\d{12}|\d{4}([\- ])\d{4}\2\d{4})(?![\d\-])")
_EXEMPT_LABEL = re.compile(
    r"(?:宛名番号|識別番号|世帯番号|受付番号|証明書?番号|発行番号|物件番号|口座番号|共通ID|電話(?:番号)?"
    r"|携帯|TEL|FAX)\s*[:：はが]?\s*$",
    re.IGNORECASE,
)
_ANY_DIGIT = re.compile(r"[0-9０-９]")
_FEWEST_VALUES = 3
_PASSING_SHARE = 0.9  # one of ten random keys passes the check


class InvalidMunicipalityCodeError(ValueError):
    """No municipality can have this code; the message is for the desk, in Japanese."""


@dataclass(frozen=True, slots=True)
class MunicipalityCode:
    """A municipality code (全国地方公共団体コード): six digits, and what was put right."""

    code: str
    repair: str | None = None


def municipality_check_digit(five_digits: str) -> str:
    """Return the check digit of a five-digit code (JIS X 0401 and 0402): weights 6, 5, 4, 3, 2."""
    total = sum(
        int(digit) * weight for digit, weight in zip(five_digits, range(6, 1, -1), strict=True)
    )
    return str((11 - total % 11) % 10)


def municipality_code(text: str, *, prefecture: str | None = None) -> MunicipalityCode:
    """Read a municipality code of 4, 5 or 6 digits; lost zeros and check digits come back.

    Five digits may be a code without its check digit or one that lost its zero; where both are
    possible, `prefecture` (two digits, of the town at work) decides, else the first.

    Raises:
        InvalidMunicipalityCodeError: No municipality can have this code.
    """
    digits = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    if not re.fullmatch(r"[0-9]{4,6}", digits):
        raise InvalidMunicipalityCodeError(f"市区町村コードは数字6桁です: {text}")
    candidates = [
        MunicipalityCode(code, repair)
        for code, repair in _readings_of_code(digits)
        if _is_municipality_code(code)
    ]
    if not candidates:
        raise InvalidMunicipalityCodeError(f"市区町村コードの検査数字が合いません: {text}")
    return next((one for one in candidates if one.code[:2] == prefecture), candidates[0])


def complete_municipality_code(text: str) -> str:
    """Return the six digits of a municipality code however it was typed."""
    return municipality_code(text).code


def _readings_of_code(digits: str) -> Iterable[tuple[str, str | None]]:
    if len(digits) == 6:
        yield digits, None
    elif len(digits) == 5:
        yield digits + municipality_check_digit(digits), "検査数字を補いました"
        yield "0" + digits, "先頭の0を補いました"
    else:
        five = "0" + digits
        yield five + municipality_check_digit(five), "先頭の0と検査数字を補いました"


def _is_municipality_code(code: str) -> bool:
    """Say whether prefecture, town part (000 the prefecture, else from 100) and check digit fit."""
    town = code[2:5]
    return (
        int(code[:2]) in _PREFECTURES
        and (town == "000" or town >= "100")
        and code[5] == municipality_check_digit(code[:5])
    )


def is_individual_number(text: str) -> bool:
    """Say whether text is twelve digits with the check digit of an individual number (個人番号).

    The rule: 平成26年総務省令第85号 第5条 (number unconfirmed). One in ten random keys of twelve
    digits passes it, so a single hit proves nothing.
    """
    digits = re.sub(r"[\s\-‐－]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{12}", digits):
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def mask_individual_numbers(free_text: str) -> tuple[str, int]:
    """Return free text with every individual number (個人番号) masked, and how many were.

    For free text only: identifiers, telephone and document numbers have fields of their own and
    are exempt, also when such a word stands right before the number.
    """
    if len(_ANY_DIGIT.findall(free_text)) < 12:
        return free_text, 0
    half_width = free_text.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})
    half_width = half_width.translate({0xFF0D: "-", 0x2010: "-", 0x2212: "-", 0x3000: " "})
    pieces: list[str] = []
    end = masked = 0
    for found in _TWELVE_DIGITS.finditer(half_width):
        if is_individual_number(found[1]) and not _EXEMPT_LABEL.search(half_width[: found.start()]):
            pieces += [free_text[end : found.start()], MASK]
            end = found.end()
            masked += 1
    return "".join([*pieces, free_text[end:]]), masked


@dataclass(slots=True)
class ColumnSuspicion:
    """Counts how many values of a column pass as individual numbers, to stop a whole column."""

    values: int = 0
    passing: int = 0

    def add(self, value: str) -> None:
        """Count one value; empty ones do not count."""
        if value:
            self.values += 1
            self.passing += len(value) == 12 and is_individual_number(value)

    @property
    def is_individual_numbers(self) -> bool:
        """Say whether the column as a whole holds individual numbers (個人番号)."""
        return self.values >= _FEWEST_VALUES and self.passing >= self.values * _PASSING_SHARE
