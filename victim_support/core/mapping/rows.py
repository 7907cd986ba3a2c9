"""Read the cells of one row: by target, blanks off, codes explained, repairs noted."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from victim_support.core.csv_io import CsvRow
from victim_support.core.mapping.errors import RowRefusedError
from victim_support.core.mapping.layouts import Layout
from victim_support.core.mapping.report import Repair
from victim_support.core.numbers import mask_individual_numbers

_SPACES = " 　\t\r\n"
_EXPONENT = re.compile(r"[0-9.]+E\+[0-9]+", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NOT_DIGIT = re.compile(r"[^0-9]")
_FLOAT = re.compile(r"([0-9]+)\.0+")

Cells = dict[str, str]  # by field name


@dataclass(slots=True)
class CellReader:
    """Reads rows of one layout; what it puts right is added to `repaired`."""

    layout: Layout
    repaired: list[Repair] = field(default_factory=list)
    _blank: Cells = field(init=False)
    _positions: tuple[tuple[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._blank = dict.fromkeys(self.layout.targets.labels, "")
        self._positions = tuple(self.layout.positions.items())

    def check(self, row: CsvRow) -> None:
        """Look at a row as a whole.

        Raises:
            RowRefusedError: It is broken or blank, or has not as many cells as the table.
        """
        if row.problem is not None:
            raise RowRefusedError(row.problem)
        if row.is_blank:
            raise RowRefusedError("空行")
        for position, why in row.broken:
            if position in self.layout.positions.values():
                raise RowRefusedError(f"{position + 1}列目: {why}")
        cells = row.cells
        if len(cells) == self.layout.width:
            return
        if len(cells) < self.layout.width or any(cells[self.layout.width :]):
            raise RowRefusedError(
                f"列が{len(cells)}個で、{self.layout.width}個ではありません"
                "(途中のコンマか改行を確かめてください)"
            )

    def cells(self, cells: Sequence[str]) -> Cells:
        """Return the text of every target; "" where the table has no such column."""
        return self._blank | {name: cells[at].strip(_SPACES) for name, at in self._positions}

    def has(self, name: str) -> bool:
        """Say whether the table has a column of a target."""
        return name in self.layout.positions

    def meaning(self, get: Cells, name: str) -> str:
        """Return what a code means, whatever its width, or the value itself."""
        text = get[name]
        meanings = self.layout.values.get(name, {})
        if text in meanings:
            return meanings[text]
        plain = _plain(text)
        return meanings.get(plain, plain)

    def key(self, get: Cells, name: str) -> str:
        """Return a number that things are told apart by, in half-width letters.

        Raises:
            RowRefusedError: A spreadsheet has turned it into a power of ten.
        """
        number = _plain(get[name])
        if _EXPONENT.fullmatch(number):
            label = self.layout.targets.labels[name]
            raise RowRefusedError(
                f"{self.place(name)}: {label}が指数の形に変わっています({number})"
            )
        return number

    def postal_code(self, line: int, get: Cells, name: str = "postal_code") -> str:
        """Return seven digits, a lost zero put back, or ""."""
        text = get[name]
        if len(text) == 7 and text.isascii() and text.isdigit():
            return text
        digits = _NOT_DIGIT.sub("", _plain(text))
        if len(digits) == 6:
            self.repair(line, name, text, f"0{digits}", "先頭の0を補いました")
            return f"0{digits}"
        return digits if len(digits) == 7 else ""

    def number(self, line: int, get: Cells, name: str) -> float | None:
        """Return a number, also with separators and a unit behind; None when it is none."""
        text = get[name]
        plain = unicodedata.normalize("NFKC", text).replace(",", "")
        found = _NUMBER.match(plain)
        if found:
            return float(found.group())
        if text:
            self.repair(line, name, text, "", "数として読めません")
        return None

    def whole(self, line: int, get: Cells, name: str) -> int | None:
        """Return a whole number, or None."""
        value = self.number(line, get, name)
        return None if value is None else int(value)

    def free(self, line: int, name: str, text: str) -> str:
        """Return free text without individual numbers (個人番号)."""
        if len(text) < 12:
            return text
        masked, count = mask_individual_numbers(text)
        if count:
            self.repair(line, name, masked, masked, "個人番号らしい12桁の数字を伏せました")
        return masked

    def repair(self, line: int, name: str, was: str, now: str, why: str) -> None:
        """Note a value that was put right or could not be used."""
        self.repaired.append(Repair(line, name, was, now, why))

    def place(self, *names: str) -> str:
        """Return where the first of some targets stands, for a message."""
        position = next((self.layout.positions.get(name) for name in names), None)
        return f"{position + 1}列目" if position is not None else "列なし"


def _plain(text: str) -> str:
    """Return a code in half-width letters, without the ``.0`` that spreadsheets append."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    found = _FLOAT.fullmatch(plain)
    return found[1] if found else plain
