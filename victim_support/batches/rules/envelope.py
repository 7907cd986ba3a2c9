"""The window envelope: where its window is on the sheet, and what fits into it; all in mm."""

import math
from dataclasses import dataclass

SHEET_WIDTH, SHEET_HEIGHT = 210, 297
FOLDS = (99, 198)
"""Where an A4 sheet is folded in three, from its top."""
CLEAR = 10
"""Nothing else may stand so near to the window: the paper moves in the envelope."""
_QUIET = 2
_BARS = 66.5  # bars and gaps from the first to the last, in pitches
_PITCH = 0.12  # of a point
_LONG = 0.36
_MARGIN = 3
_POSTAL, _LINE, _NAME = 5.5, 5.0, 8.0
_CHARACTER = 3.7


@dataclass(frozen=True, slots=True)
class Window:
    """The window of the office's envelope on the folded sheet, and the size of the barcode.

    The start values are those of a common 長形3号 envelope (未確認).
    """

    left: float = 20
    top: float = 15
    width: float = 90
    height: float = 45
    point: float = 9

    @property
    def bars_width(self) -> float:
        """Return the width of the barcode."""
        return round(_BARS * _PITCH * self.point, 2)

    @property
    def bars_height(self) -> float:
        """Return the height of the barcode."""
        return round(_LONG * self.point, 2)

    @property
    def characters(self) -> int:
        """Return how many full-width characters a line of the address holds."""
        return math.floor((self.width - 2 * _MARGIN) / _CHARACTER)

    @property
    def lines(self) -> int:
        """Return how many lines of address fit above the name and the barcode."""
        return 2 + math.floor((self.height - self.needed_height) / _LINE)

    def problems(self) -> list[tuple[str, str]]:
        """Return what is wrong with these measures: the field, and what to do."""
        found = []
        if self.left + self.width > SHEET_WIDTH:
            found.append(("width", "窓が紙の右にはみ出します。位置か幅を減らしてください。"))
        if self.top + self.height > FOLDS[0]:
            found.append(
                ("height", f"窓が折り目({FOLDS[0]}mm)をこえます。高さを減らしてください。")
            )
        if self.width < self.bars_width + 2 * _QUIET:
            least = math.ceil(self.bars_width + 2 * _QUIET)
            found.append(
                ("point", f"バーコードに幅{least}mmが要ります。ポイントを小さくしてください。")
            )
        least = math.ceil(self.needed_height)
        if self.height < least:
            found.append(("height", f"宛名(住所2行)とバーコードに高さ{least}mmが要ります。"))
        return found

    @property
    def needed_height(self) -> float:
        """Return the height of postal code, two lines of address, name and barcode."""
        text = _POSTAL + 2 * _LINE + _NAME
        return text + self.bars_height + 2 * _QUIET + _MARGIN
