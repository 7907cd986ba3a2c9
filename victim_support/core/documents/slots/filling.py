"""Fill the slots of a form: texts become glyphs, used fonts become part of the PDF."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from victim_support.core.documents.fonts import Font
from victim_support.core.documents.qr import QrCode
from victim_support.core.documents.slots.layout import CodeSlot, Form, Slot
from victim_support.core.documents.slots.objects import file_of, object_of, stream_of
from victim_support.core.documents.slots.shaping import (
    Face,
    Glyph,
    GlyphRun,
    NotFillableError,
    face_of,
    width_of,
)

_SCALE = 1000
Texts = Mapping[int, Sequence[GlyphRun]]


@dataclass
class UsedFont:
    """A font of one paper: its characters are numbered as they come, from 1."""

    name: str
    font: Font
    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    glyphs: list[Glyph] = field(default_factory=list)

    def number(self, glyph: Glyph) -> int:
        """Return the number of a glyph; one glyph for two characters has two numbers."""
        key = (glyph.number, glyph.text)
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.numbers) + 1
            self.glyphs.append(glyph)
        return found


@dataclass
class Filled:
    """A paper as bytes, with what the proof compares them to."""

    pdf: bytes
    fonts: dict[str, UsedFont]
    fonts_number: int


def fill(form: Form, texts: Texts, codes: Sequence[QrCode]) -> Filled:
    """Return the paper: the form with these texts and codes.

    Raises:
        NotFillableError: A text is wider than its slot.
    """
    filler = _Filler(texts, codes)
    slots = {number: filler.operators(slot) for number, slot in form.slots.items()}
    return Filled(_written(form, slots, filler.fonts), filler.fonts, form.fonts_number)


class _Filler:
    """The operators of the slots, and the fonts they use."""

    def __init__(self, texts: Texts, codes: Sequence[QrCode]) -> None:
        self._texts, self._codes = texts, codes
        self._by_key: dict[str, UsedFont] = {}

    @property
    def fonts(self) -> dict[str, UsedFont]:
        return {used.name: used for used in self._by_key.values()}

    def operators(self, slot: Slot | CodeSlot) -> bytes:
        if isinstance(slot, CodeSlot):
            return _bars(self._codes[slot.place])
        return self._line(slot)

    def _line(self, slot: Slot) -> bytes:
        runs, room = self._texts[slot.place], slot.room
        width = width_of(runs, room.size, room.spacing)
        if not room.takes(width):
            raise NotFillableError
        # The mark that was laid out is one square and its spacing wide.
        x = slot.x + (room.size + room.spacing - width) * room.aligned
        spacing = -round(room.spacing / room.size * _SCALE)
        parts = [b"%s %.6g %s Tm" % (slot.before, x, slot.after)]
        for run in runs:
            used = self._used(run.font)
            parts.append(b"/%s %.6g Tf" % (used.name.encode(), room.size))
            parts.append(b"[%s] TJ" % _shown(run.glyphs, used, spacing))
        return b"\n".join((*parts, slot.font))

    def _used(self, font: Font) -> UsedFont:
        if font.key not in self._by_key:
            self._by_key[font.key] = UsedFont(f"S{len(self._by_key)}", font)
        return self._by_key[font.key]


def _shown(glyphs: Sequence[Glyph], used: UsedFont, spacing: int) -> bytes:
    """Return the numbers of glyphs, with what moves the next one where widths do not tell."""
    shown = ""
    for glyph in glyphs:
        move = glyph.width - glyph.advance + spacing
        shown += f"{used.number(glyph):04x}" + (f">{move}<" if move else "")
    return f"<{shown}>".replace("<>", "").encode("ascii")


def _bars(code: QrCode) -> bytes:
    return "\n".join(f"{x} {y}.5 m\n{end} {y}.5 l" for x, end, y in code.bars).encode("ascii")


def _written(form: Form, slots: Mapping[int, bytes], fonts: Mapping[str, UsedFont]) -> bytes:
    """Return the file: objects that stay, objects of this paper, the table of where they are."""
    objects = dict(form.constant)
    for number, operators in slots.items():
        objects[number] = object_of(number, stream_of(operators))
    following = max(objects) + 1
    references = dict(form.fonts)
    for name, used in fonts.items():
        made = _font_objects(used, following)
        objects.update(made)
        references[name] = b"%d 0 R" % following
        following += len(made)
    listed = b"".join(b"/%s %s" % (name.encode(), where) for name, where in references.items())
    objects[form.fonts_number] = object_of(form.fonts_number, b"<<%s>>" % listed)
    return file_of(objects, form.root, form.info)


def _font_objects(used: UsedFont, first: int) -> dict[int, bytes]:
    """Return the objects of one font, the one that pages refer to first."""
    face = face_of(used.font)
    data, moved = face.subset({glyph.number for glyph in used.glyphs})
    name = _subset_name(used, data)
    descendant, descriptor, file, moves, characters = range(first + 1, first + 6)
    widths = b" ".join(b"%d" % glyph.width for glyph in used.glyphs)
    to_glyph = b"\0\0" + b"".join(moved[one.number].to_bytes(2, "big") for one in used.glyphs)
    bodies = (
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (name, descendant, characters),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W[1[%s]]"
        b"/CIDToGIDMap %d 0 R>>" % (name, descriptor, widths, moves),
        _descriptor(face, name, file),
        stream_of(data, b"/Length1 %d" % len(data)),
        stream_of(to_glyph),
        stream_of(_characters(used)),
    )
    return {first + at: object_of(first + at, body) for at, body in enumerate(bodies)}


def _descriptor(face: Face, name: bytes, file: int) -> bytes:
    extents = face.font.get_font_extents("ltr")
    ascent, descent = face.thousandths(extents.ascender), face.thousandths(extents.descender)
    return (
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-1000 %d 2000 %d]/ItalicAngle 0"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
    ) % (name, descent, ascent, ascent, descent, ascent, file)


def _subset_name(used: UsedFont, data: bytes) -> bytes:
    digest = hashlib.blake2b(data, digest_size=6).digest()
    letters = "".join(chr(65 + byte % 26) for byte in digest)
    return f"{letters}+{used.font.family.replace(' ', '-')}".encode("ascii")


def _characters(used: UsedFont) -> bytes:
    """Return the table from numbers to characters, selectors included (ToUnicode)."""
    lines = [
        f"<{number:04x}> <{glyph.text.encode('utf-16-be').hex()}>"
        for number, glyph in enumerate(used.glyphs, start=1)
    ]
    batches = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    tables = "".join(
        f"{len(batch)} beginbfchar\n{chr(10).join(batch)}\nendbfchar\n" for batch in batches
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{tables}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")
