"""Prove a filled paper before it leaves: read the file back and compare it with what was meant.

Nothing of the filling is used: the file's own tables say which character each number stands for
and which outline it draws. A paper that does not prove itself is laid out whole.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import uharfbuzz as hb

from victim_support.core.documents.fonts import Font, Style
from victim_support.core.documents.glyphs import clusters, font_for
from victim_support.core.documents.qr import QrCode
from victim_support.core.documents.slots.filling import Filled, UsedFont
from victim_support.core.documents.slots.objects import data_of, objects_of
from victim_support.core.documents.slots.shaping import NotFillableError, face_of

_FONT_NAME = re.compile(rb"/(S\d+) (\d+) 0 R")
_REFERENCE = rb"/%s[ \[]*(\d+) 0 R"
_PAIR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")
_SHOWN = re.compile(rb"^/(\S+) \S+ Tf\n\[(.*)\] TJ$", re.MULTILINE)
_BAR = re.compile(rb"^\d+ \d+\.5 m$", re.MULTILINE)
_HEX = re.compile(rb"<([0-9a-f]*)>")
Outline = tuple[int, int, int, int, int]


def prove(
    filled: Filled,
    texts: Sequence[str],
    slots: Sequence[int],
    codes: Sequence[QrCode],
    style: Style,
) -> None:
    """Hold that the file shows exactly these texts, each character in the font it should have.

    Args:
        filled: The paper.
        texts: The texts of the slots in the order of the pages.
        slots: The numbers of the objects of the slots, in the order of the pages.
        codes: The QR codes of the paper.
        style: The face of the document.

    Raises:
        NotFillableError: It does not.
    """
    objects = objects_of(filled.pdf)
    fonts = {
        name.decode(): _ReadFont(objects, int(number), filled.fonts[name.decode()])
        for name, number in _FONT_NAME.findall(objects[filled.fonts_number])
        if name.decode() in filled.fonts
    }
    operators = [data_of(objects[slot]) for slot in slots]
    shown = [
        (fonts[name.decode()], hexes)
        for page in operators
        for name, hexes in _SHOWN.findall(page)
        if name.decode() in fonts
    ]
    drawn = [read for font, hexes in shown for read in font.read(hexes)]
    meant = [(piece, font_for(piece, style)) for text in texts for piece in clusters(text)]
    drawn_bars = sum(len(_BAR.findall(page)) for page in operators)
    if drawn != meant or drawn_bars != sum(len(code.bars) for code in codes):
        raise NotFillableError


class _ReadFont:
    """A font as the file has it."""

    def __init__(self, objects: Mapping[int, bytes], number: int, used: UsedFont) -> None:
        self._font = used.font
        top = objects[number]
        below = objects[_referred(top, b"DescendantFonts")]
        descriptor = objects[_referred(below, b"FontDescriptor")]
        self._moves = data_of(objects[_referred(below, b"CIDToGIDMap")])
        characters = data_of(objects[_referred(top, b"ToUnicode")])
        self._characters = {
            int(number, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for number, text in _PAIR.findall(characters.partition(b"endcodespacerange")[2])
        }
        data = data_of(objects[_referred(descriptor, b"FontFile2")])
        self._drawn = hb.Font(hb.Face(data))
        self._proven: dict[int, tuple[str, Font]] = {}

    def read(self, hexes: bytes) -> list[tuple[str, Font]]:
        """Return the characters that an operator shows."""
        digits = b"".join(_HEX.findall(hexes))
        numbers = [int(digits[at : at + 4], 16) for at in range(0, len(digits), 4)]
        return [self._proven.get(number) or self._one(number) for number in numbers]

    def _one(self, number: int) -> tuple[str, Font]:
        text = self._characters[number]
        glyph = int.from_bytes(self._moves[2 * number : 2 * number + 2], "big")
        if _outline(self._drawn, glyph) != _meant_outline(self._font, text):
            raise NotFillableError
        self._proven[number] = (text, self._font)
        return self._proven[number]


@lru_cache(maxsize=5_000)
def _meant_outline(font: Font, text: str) -> Outline:
    """Return the outline that the font's own table names for a character."""
    face = face_of(font)
    number = face.number_of(text)
    if not number:
        raise NotFillableError
    return _outline(face.font, number)


def _outline(font: hb.Font, glyph: int) -> Outline:
    extents = font.get_glyph_extents(glyph)
    box = (
        (extents.x_bearing, extents.y_bearing, extents.width, extents.height)
        if extents
        else (0, 0, 0, 0)
    )
    return (*box, font.get_glyph_h_advance(glyph))


def _referred(body: bytes, key: bytes) -> int:
    found = re.search(_REFERENCE % key, body)
    if found is None:
        raise NotFillableError
    return int(found[1])
