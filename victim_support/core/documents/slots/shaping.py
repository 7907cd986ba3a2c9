"""Glyphs of a text: which font, which glyph, how wide; and the part of a font a paper needs.

Only TrueType fonts are filled with. Whatever HarfBuzz answers beyond one glyph for one character
(marks that are set apart, characters that vanish) is left to WeasyPrint.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import uharfbuzz as hb

from victim_support.core.documents.fonts import Font, Style
from victim_support.core.documents.glyphs import clusters, plan

_SCALE = 1000  # PDF counts widths in thousandths of the size
# Everything that only shaping, screens and vertical text need.
_DROPPED = (
    "BASE", "DSIG", "EBDT", "EBLC", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "OS/2", "PCLT", "VDMX",
    "VORG", "cmap", "gasp", "hdmx", "kern", "name", "post", "vhea", "vmtx",
)  # fmt: skip


class NotFillableError(ValueError):
    """This text needs the whole layout."""


@dataclass(frozen=True)
class Glyph:
    """One glyph of a font and the characters it stands for; widths in thousandths."""

    number: int
    text: str
    width: int
    advance: int


@dataclass(frozen=True)
class GlyphRun:
    """Glyphs of one font, and the width of all in thousandths."""

    font: Font
    glyphs: tuple[Glyph, ...]
    advance: int = field(init=False)

    def __post_init__(self) -> None:
        # Runs are kept, and asked twice on every paper.
        object.__setattr__(self, "advance", sum(glyph.advance for glyph in self.glyphs))


class Face:
    """A font file opened once: shaping and subsetting."""

    def __init__(self, font: Font) -> None:
        place = font.find()
        if place is None:
            raise NotFillableError
        path, index = place
        self._face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        if "glyf" not in self._face.table_tags:
            raise NotFillableError
        self._prepared = hb.subset_preprocess(self._face)
        self.font = hb.Font(self._face)
        self.upem: int = self._face.upem

    def thousandths(self, units: float) -> int:
        """Return font units as thousandths of the size."""
        return round(units * _SCALE / self.upem)

    def shape(self, text: str) -> tuple[Glyph, ...]:
        """Return the glyphs of a text in one script; one for each character with its selector."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.language = "ja"
        buffer.guess_segment_properties()
        hb.shape(self.font, buffer)
        pieces = clusters(text)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        if len(infos) != len(pieces) or any(
            one.x_offset or one.y_offset for one in positions or ()
        ):
            raise NotFillableError
        return tuple(
            Glyph(info.codepoint, piece, self._width(info.codepoint), self._advance(position))
            for info, position, piece in zip(infos, positions or (), pieces, strict=True)
        )

    def subset(self, numbers: set[int]) -> tuple[bytes, dict[int, int]]:
        """Return a font with these glyphs alone, and where each has gone."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(numbers)
        wanted.drop_table_tag_set.update(_tag(name) for name in _DROPPED)
        wanted.flags = hb.SubsetFlags.NO_HINTING
        subset_plan = hb.SubsetPlan(self._prepared, wanted)
        moved = subset_plan.old_to_new_glyph_mapping
        return subset_plan.execute().blob.data, {number: moved[number] for number in numbers}

    def number_of(self, text: str) -> int | None:
        """Return the glyph that the font's own table names for a character, selector included."""
        number: int | None = None
        if len(text) == 1:
            number = self.font.get_nominal_glyph(ord(text))
        elif len(text) == 2:
            number = self.font.get_variation_glyph(ord(text[0]), ord(text[1]))
        return number

    def _width(self, number: int) -> int:
        return self.thousandths(self.font.get_glyph_h_advance(number))

    def _advance(self, position: hb.GlyphPosition) -> int:
        return self.thousandths(position.x_advance)


def width_of(runs: Sequence[GlyphRun], size: float, spacing: float) -> float:
    """Return the width of a text in CSS pixels, given its size and letter spacing in them."""
    count = sum(len(run.glyphs) for run in runs)
    return sum(run.advance for run in runs) * size / _SCALE + spacing * count


@lru_cache(maxsize=8)
def face_of(font: Font) -> Face:
    """Return the opened file of a font."""
    return Face(font)


@lru_cache(maxsize=2_000)
def runs_of(text: str, style: Style) -> tuple[GlyphRun, ...]:
    """Return the glyphs of a text, font by font.

    Raises:
        NotFillableError: A character needs the whole layout.
    """
    found: list[GlyphRun] = []
    for run in plan(text, style):
        if run.font is None:
            raise NotFillableError
        found += [GlyphRun(run.font, _glyphs(run.font, part)) for part in _scripts(run.text)]
    return tuple(found)


@lru_cache(maxsize=5_000)
def _glyphs(font: Font, text: str) -> tuple[Glyph, ...]:
    return face_of(font).shape(text)


def _scripts(text: str) -> list[str]:
    """Cut a text where Latin begins or ends, as the layout does."""
    parts: list[str] = []
    for char in text:
        if parts and parts[-1][-1].isascii() == char.isascii():
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _tag(name: str) -> int:
    return int.from_bytes(name.ljust(4).encode("ascii"), "big")
