"""Values that slipped into wrong columns: seen by what they are, put back, never guessed.

A row is touched only when a value cannot stand where it stands. Three slips are known:
a value alone (a code in 内線番号), a run of values moved left or right by a lost or doubled comma,
and an unquoted comma that broke one value in two. Every cure is tried; the row that fits best
counts, by the evidence of each cell and by what the sound rows of the file look like.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from victim_support.shelters.rules.columns import Column
from victim_support.shelters.rules.evidence import COLUMN_PROOF, accepts, proof_of, proves, suits

_FARTHEST = 6
_BEST_OF = 40
_PROVEN, _FITS, _NEUTRAL, _CLASHES = 2, 1, 0, -3
_FREE_TEXT = {
    Column.NAME, Column.ADDRESS, Column.TOWN, Column.BLOCK, Column.BUILDING, Column.CAPACITY,
    Column.AREA, Column.NOTE, Column.ACCEPTS, Column.OTHER_MATTERS, Column.CONTACT_NOTE,
}  # fmt: skip
_POSITION = ((Column.LATITUDE,), (Column.LONGITUDE,))
_SHAPES = (
    (re.compile(r"\d+"), "9"),
    (re.compile(r"[A-Za-z]+"), "a"),
    (re.compile(r"[^\W\da-z]+"), "字"),
)
_ENOUGH_SOUND_ROWS = 5
_LOOKED_AT = 2000  # rows of a long list that say what its columns look like
_NEIGHBOURS = 4
_SURE = 20  # rows with one and the same slip, before the dear search for others is left out
Row = list[str]
Shift = tuple[int, int, int]
Signature = tuple[tuple[tuple[int, str | None], ...], tuple[int, ...]]


@dataclass(slots=True)
class SlipFinder:
    """Puts the rows of one file right."""

    columns: tuple[Column | None, ...]
    _usual_width: int = 0
    _profile: list[dict[str, float]] = field(default_factory=list)
    _alone: Counter[Signature] = field(default_factory=Counter)

    def learn(self, rows: Sequence[Sequence[str]]) -> None:
        """Look at the sound rows of the file, to know its columns better."""
        widths = Counter(len(row) for row in rows if any(row))
        self._usual_width = widths.most_common(1)[0][0] if widths else len(self.columns)
        some = rows[:: 1 + len(rows) // _LOOKED_AT]
        sound = [row for row in some if len(row) == len(self.columns) and any(row)]
        sound = [row for row in sound if not self.clashes(row)]
        if len(sound) < _ENOUGH_SOUND_ROWS:
            return
        counters = [
            Counter(_shape(value) for value in column) for column in zip(*sound, strict=True)
        ]
        self._profile = [
            {shape: number / len(sound) for shape, number in counter.items()}
            for counter in counters
        ]

    def put_right(self, cells: Sequence[str]) -> Row:
        """Return the cells of a row, each under its own column, as many as there are columns."""
        row = _fitted(cells, len(self.columns))
        clashes = self.clashes(row)
        if clashes:
            row = self._cured(row, clashes)
        elif len(cells) > self._usual_width:
            row = max([row, *self._joined(row)], key=self._total)
        return row[: len(self.columns)]

    def _cured(self, row: Row, clashes: list[int]) -> Row:
        alone = self._relocated(row, clashes)
        signature = _signature(row, clashes)
        is_usual = self._alone[signature] >= _SURE
        if is_usual and (not self.clashes(alone) or alone == row):
            return alone
        cures = [alone, *self._shifted(row, clashes), *self._joined(row)]
        best = max(cures, key=self._total)
        left = len(self.clashes(best))
        if best is alone or left * 4 > len(clashes) or self._total(best) < self._total(row) + 2:
            self._alone[signature] += 1
            return alone
        self._alone.pop(signature, None)
        return self._relocated(best, self.clashes(best))

    def clashes(self, row: Sequence[str]) -> list[int]:
        """Return the positions of values that cannot stand where they stand.

        Latitude and longitude that changed places are no slip; who reads them swaps them.
        """
        found = [index for index, value in enumerate(row) if self._score(value, index) == _CLASHES]
        pair = [index for index in found if self.columns[index : index + 1] in _POSITION]
        proofs = {proof_of(row[index]) for index in pair}
        return found if proofs != {"latitude", "longitude"} else sorted({*found} - {*pair})

    def _score(self, value: str, index: int) -> int:
        if not value:
            return _NEUTRAL
        if not 0 <= index < len(self.columns):
            return _CLASHES
        column = self.columns[index]
        if not accepts(column, value):
            return _CLASHES
        if proves(column, value):
            return _PROVEN
        return _FITS if suits(column, value) else _NEUTRAL

    def _total(self, row: Sequence[str]) -> float:
        evidence = sum(self._score(value, index) for index, value in enumerate(row))
        usual = sum(
            shapes.get(_shape(value), 0.0)
            for shapes, value in zip(self._profile, row, strict=False)
        )
        return evidence + usual

    def _relocated(self, row: Row, clashes: list[int]) -> Row:
        """Move single values that prove what they are to their empty column."""
        result = list(row)
        for index in clashes:
            value, kind = row[index], proof_of(row[index])
            homes = [at for at in self._homes(kind) if at != index]
            free = [at for at in homes if not result[at] and self._score(value, at) == _PROVEN]
            if free:
                result[min(free, key=lambda at: abs(at - index))] = value
            elif not any(result[at] == value for at in homes):
                continue
            result[index] = ""
        return result

    def _homes(self, kind: str | None) -> list[int]:
        return [
            index
            for index, column in enumerate(self.columns)
            if kind is not None and column in COLUMN_PROOF and COLUMN_PROOF[column] == kind
        ]

    def _shifted(self, row: Row, clashes: list[int]) -> list[Row]:
        """Move one run of neighbours over empty cells, in the most promising ways."""
        promising = nlargest(_BEST_OF, self._shifts(row, clashes))
        return [_moved(row, shift) for _, shift in promising]

    def _shifts(self, row: Row, clashes: list[int]) -> Iterator[tuple[float, Shift]]:
        here = [self._score(value, index) for index, value in enumerate(row)]
        for by in [step for step in range(-_FARTHEST, _FARTHEST + 1) if step]:
            sums = [0]
            for index, value in enumerate(row):
                sums.append(sums[-1] + self._score(value, index + by) - here[index])
            for start in range(clashes[-1] + 1):
                for end in range(max(start, clashes[0]) + 1, len(row) + 1):
                    gain = sums[end] - sums[start] - abs(by) / 10
                    if gain > 0 and _is_free(row, start, end, by):
                        yield gain, (start, end, by)

    def _joined(self, row: Row) -> Iterator[Row]:
        """Join a value that unquoted commas broke; the rest moves back."""
        for extra in {1, 2, max(1, len(row) - len(self.columns))}:
            for index, column in enumerate(self.columns):
                pieces = row[index : index + extra + 1]
                if (column is None or column in _FREE_TEXT) and all(pieces):
                    rest = row[index + extra + 1 :]
                    yield _fitted([*row[:index], ",".join(pieces), *rest], len(self.columns))


def _signature(row: Sequence[str], clashes: Sequence[int]) -> Signature:
    """Return what rows with one and the same slip have in common: the clashes and what is near."""
    near = range(max(0, clashes[0] - _NEIGHBOURS), min(len(row), clashes[-1] + _NEIGHBOURS + 1))
    filled = tuple(index for index in near if row[index])
    return tuple((index, proof_of(row[index])) for index in clashes), filled


def _shape(value: str) -> str:
    """Return what a value looks like: 石川県金沢市1-2 → 字9-9; very short values are themselves."""
    if len(value) <= 2:
        return value
    for pattern, mark in _SHAPES:
        value = pattern.sub(mark, value)
    return value


def _fitted(cells: Sequence[str], width: int) -> Row:
    """Return the cells filled up to the width, without empty ones beyond it."""
    row = [*cells, *[""] * (width - len(cells))]
    while len(row) > width and not row[-1]:
        row.pop()
    return row


def _is_free(row: Sequence[str], start: int, end: int, by: int) -> bool:
    """Tell whether a run moves over empty cells only, inside the row."""
    if start + by < 0:
        return False
    over = row[end : end + by] if by > 0 else row[start + by : start]
    return not any(over)


def _moved(row: Row, shift: Shift) -> Row:
    start, end, by = shift
    result = [*row, *[""] * max(0, end + by - len(row))]
    result[start:end] = [""] * (end - start)
    result[start + by : end + by] = row[start:end]
    return result
