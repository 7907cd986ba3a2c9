"""QR codes: as inline SVG for the layout, as lines for a form that is already laid out."""

from dataclasses import dataclass

import segno
from markupsafe import Markup

# Any mask is valid; choosing one instead of trying all eight saves four fifths of the time.
_MASK = 4
_BORDER = 4


@dataclass(frozen=True)
class QrCode:
    """A QR code as horizontal bars, its quiet zone counted: (x, end, row), in modules."""

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
