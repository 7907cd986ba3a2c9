"""Codes for machines: as inline SVG for the layout, as lines for a form that is laid out.

QR codes, and rows of bars of four lengths as the post office reads them.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import zxingcpp
from markupsafe import Markup

_DARK = re.compile(rb"\0+")
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
    made = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = made.to_image(scale=1, add_quiet_zones=False)
    cells = memoryview(picture).tobytes()
    length = math.isqrt(len(cells))
    bars = tuple(
        (dark.start() + _BORDER, dark.end() + _BORDER, row + _BORDER)
        for row in range(length)
        for dark in _DARK.finditer(cells[row * length : (row + 1) * length])
    )
    return QrCode(content, length + 2 * _BORDER, bars)


def qr_svg(content: str) -> Markup:
    """Return the QR code of a text as SVG, error level M, with its quiet zone."""
    code = qr_code(content)
    return qr_frame(code).format(_lines(code))


def qr_frame(code: QrCode) -> Markup:
    """Return the SVG around a QR code, with a place for its bars."""
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}">{{}}</svg>').format(code.size)


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
    return bars_frame(code).format(_lines(code))


def _lines(code: QrCode) -> Markup:
    return _PATH.format("".join(f"M{x} {y}.5h{end - x}" for x, end, y in code.bars))
