"""Codes for machines: as inline SVG for the layout, as lines for a form that is laid out.

QR codes, and rows of bars of four lengths as the post office reads them.
"""

from dataclasses import dataclass

import segno
from markupsafe import Markup

# Any mask is valid; choosing one instead of trying all eight saves four fifths of the time.
_MASK = 4
_BORDER = 4


# Where a bar begins and ends, in its own width: long, upper half, lower half, timing.
_BARS = {"1": (0, 6), "2": (0, 4), "3": (2, 6), "4": (2, 4)}
_PATH = Markup('<path stroke="#000" d="{}"/>')


@dataclass(frozen=True)
class QrCode:
    """A code as horizontal bars, the quiet zone of a QR code counted: (x, end, row), in modules.

    A code of the post office lies on its side here; :func:`bars_frame` sets it up.
    """

    content: str
    size: int
    bars: tuple[tuple[int, int, int], ...]


def qr_code(content: str) -> QrCode:
    """Return the QR code of a text, error level M."""
    code = segno.make_qr(content, error="m", mask=_MASK)
    size = len(code.matrix) + 2 * _BORDER
    bars = tuple(bar for row, cells in enumerate(code.matrix) for bar in _bars(cells, row))
    return QrCode(content, size, bars)


def _bars(cells: bytearray, row: int) -> list[tuple[int, int, int]]:
    """Return the runs of dark cells of a row."""
    found: list[tuple[int, int, int]] = []
    start = cells.find(1)
    while start >= 0:
        end = cells.find(0, start)
        end = end if end >= 0 else len(cells)
        found.append((start + _BORDER, end + _BORDER, row + _BORDER))
        start = cells.find(1, end)
    return found


def qr_svg(content: str) -> Markup:
    """Return the QR code of a text as SVG, error level M, with its quiet zone."""
    code = segno.make_qr(content, error="m", mask=_MASK)
    return Markup(code.svg_inline(border=_BORDER, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704 (segno writes paths, never the content)


def bar_code(lengths: str) -> QrCode:
    """Return a row of bars: 1 long, 2 upper, 3 lower, 4 timing, as wide as their gaps."""
    bars = tuple((*_BARS[one], 2 * place) for place, one in enumerate(lengths))
    return QrCode(lengths, 2 * len(lengths) - 1, bars)


def bars_frame(code: QrCode) -> Markup:
    """Return the SVG around the bars of a row, with a place for them."""
    return Markup(
        '<svg class="bars" viewBox="0 0 {} 6"><g transform="matrix(0 1 1 0 0 0)">{{}}</g></svg>'
    ).format(code.size)


def bars_svg(lengths: str) -> Markup:
    """Return a row of bars as SVG."""
    code = bar_code(lengths)
    lines = "".join(f"M{x} {y}.5h{end - x}" for x, end, y in code.bars)
    return bars_frame(code).format(_PATH.format(lines))
