"""A form laid out once by WeasyPrint: the parts of its PDF that stay, the slots between them.

Every place of an outline gets a mark, a rare character of its own. Where a mark stands alone on
its line, in a block whose width does not come from its content, another text of one line can
take its place without moving anything else: a slot. Beside other text only what is exactly as
wide as the mark can (■ for □). All other places are laid out as they are.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pydyf
import weasyprint
from weasyprint.formatting_structure import boxes

from victim_support.core.documents.fonts import Style, fonts_of
from victim_support.core.documents.slots.objects import object_of, packed
from victim_support.core.documents.slots.outline import Outline
from victim_support.core.documents.slots.shaping import NotFillableError

VARIANT = "pdf/a-2u"
_MARKS_FROM, _MARKS_TO = 0x4E00, 0x9FA5
_HEX = re.compile(rb"<([0-9a-f]*)>")
_MATRIX = re.compile(rb"^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+) Tm$")
_FONT = re.compile(rb"^/(\S+) (\S+) Tf$")
_ROUNDING = 0.01  # CSS pixels
_CODE_LINE = '<path stroke="#000" d="M{0} 0.5h1"/>'
_CODE_FROM = 90_000  # further right than any module of any code
_CODE_START = re.compile(rb"^(9\d{4}) 0.5 m$")
_WRAPPINGS = (boxes.InlineBox, boxes.LineBox)
Laid = Callable[[str], weasyprint.Document]


@dataclass(frozen=True)
class Room:
    """The room of a slot and the size of its text, in CSS pixels.

    ``aligned`` says where in the room the text stands: 0, 0.5 or 1. A room that is exact takes
    only what fills it.
    """

    width: float
    aligned: float
    size: float
    spacing: float
    is_exact: bool

    def takes(self, width: float) -> bool:
        """Say whether a text of this width moves nothing else."""
        return width <= self.width and (not self.is_exact or self.width - width < _ROUNDING)


@dataclass(frozen=True)
class Slot:
    """A place for one line of text: where it begins, and the font that is in force after it."""

    place: int
    before: bytes
    x: float
    after: bytes
    font: bytes
    room: Room


@dataclass(frozen=True)
class CodeSlot:
    """A place for the bars of a QR code."""

    place: int


Piece = bytes | Slot | CodeSlot


@dataclass
class Form:
    """A PDF with slots: objects that stay as bytes, and for each slot the object it becomes.

    A page's content is many objects in a row, so that what stays is packed once.
    """

    constant: dict[int, bytes] = field(default_factory=dict)
    slots: dict[int, Slot | CodeSlot] = field(default_factory=dict)
    fonts: dict[str, bytes] = field(default_factory=dict)
    fonts_number: int = 0
    root: bytes = b""
    info: bytes = b""

    @property
    def order(self) -> list[int]:
        """Return the places that are slots, in the order of the pages."""
        return [slot.place for slot in self.slots.values() if isinstance(slot, Slot)]

    @property
    def codes(self) -> set[int]:
        """Return the places of QR codes."""
        return {slot.place for slot in self.slots.values() if isinstance(slot, CodeSlot)}


def rooms_of(outline: Outline, laid: Laid) -> dict[int, Room]:
    """Lay an outline out with marks alone; return the room of every place that can be a slot."""
    marks = _marks(outline)
    document = laid(outline.filled(marks, _code_lines(outline)))
    found: dict[int, Room] = {}
    places = {mark: place for place, mark in marks.items()}
    for page in document.pages:
        for block, line in _lines(page._page_box, is_firm=True):
            texts, is_alone = _texts(line)
            for text in texts:
                if text.text in places:
                    room = _room(block, text) if is_alone else _own_room(text)
                    found[places[text.text]] = room
    return found


def lay_form(
    outline: Outline, fixed: Mapping[int, str], rooms: Mapping[int, Room], laid: Laid
) -> Form:
    """Lay an outline out with the fixed places filled; return the form with slots for the rest.

    Args:
        outline: The outline of a paper.
        fixed: Markup of the places that are no slots.
        rooms: The room of every slot.
        laid: Lays HTML out.

    Raises:
        NotFillableError: A mark was not found again in the PDF.
    """
    marks = {place: mark for place, mark in _marks(outline).items() if place not in fixed}
    document = laid(outline.filled({**marks, **fixed}, _code_lines(outline)))
    form = Form()
    document.write_pdf(
        pdf_variant=VARIANT,
        finisher=lambda laid_out, pdf: _take_apart(form, laid_out, pdf, marks, rooms),
    )
    if set(form.order) != marks.keys() or form.codes != set(range(len(outline.codes))):
        raise NotFillableError
    return form


def _marks(outline: Outline) -> dict[int, str]:
    """Return a character for every place that the outline itself does not hold."""
    cmap = fonts_of(Style.MINCHO)[0].cmap()
    codes = range(_MARKS_TO, _MARKS_FROM, -1)
    free = (chr(code) for code in codes if cmap and cmap.has(code))
    free = (mark for mark in free if mark not in outline.html)
    return dict(zip(range(len(outline.texts)), free, strict=False))


def _code_lines(outline: Outline) -> dict[int, str]:
    return {place: _CODE_LINE.format(_CODE_FROM + place) for place in range(len(outline.codes))}


def _lines(box: Any, *, is_firm: bool) -> Iterator[tuple[Any, Any]]:
    """Return every line whose width does not come from its own content, with its block."""
    is_firm = is_firm and not _shrinks(box)
    for child in getattr(box, "children", ()):
        if is_firm and isinstance(child, boxes.LineBox):
            yield box, child
        yield from _lines(child, is_firm=is_firm)


def _shrinks(box: Any) -> bool:
    style = box.style
    if style["width"] != "auto":
        return False
    if isinstance(box, boxes.TableBox):
        return bool(style["table_layout"] != "fixed")
    if style["position"] in {"absolute", "fixed"}:
        return bool("auto" in {style["left"], style["right"]})
    return bool(style["float"] != "none" or style["display"][0] == "inline-block")


def _texts(line: Any) -> tuple[list[Any], bool]:
    """Return the texts of a line, and whether there is one and nothing else."""
    inside = [one for one in line.descendants() if not isinstance(one, _WRAPPINGS)]
    texts = [one for one in inside if isinstance(one, boxes.TextBox) and one.text.strip()]
    others = [one for one in inside if not isinstance(one, boxes.TextBox)]
    return texts, len(texts) == 1 and not others


def _room(block: Any, text: Any) -> Room:
    """Return the room of a text that is alone: from its start, or all of the line."""
    aligned = {"center": 0.5, "right": 1.0, "end": 1.0}.get(text.style["text_align_all"], 0.0)
    left = block.content_box_x()
    start = text.position_x if aligned == 0 else left
    return _sized(text, left + block.width - start, aligned, is_exact=False)


def _own_room(text: Any) -> Room:
    """Return the room of the mark itself: one square and its spacing."""
    room = _sized(text, 0.0, 0.0, is_exact=True)
    return replace(room, width=room.size + room.spacing)


def _sized(text: Any, width: float, aligned: float, *, is_exact: bool) -> Room:
    spacing = text.style["letter_spacing"]
    return Room(
        width=width,
        aligned=aligned,
        size=text.style["font_size"],
        spacing=0.0 if spacing == "normal" else spacing,
        is_exact=is_exact,
    )


def _take_apart(
    form: Form,
    document: weasyprint.Document,
    pdf: pydyf.PDF,
    marks: Mapping[int, str],
    rooms: Mapping[int, Room],
) -> None:
    pdf.add_object(pdf.info)
    resources = next(one for one in pdf.objects if isinstance(one, dict) and "Font" in one)
    form.fonts_number = int(resources["Font"].split()[0])
    fonts = pdf.objects[form.fonts_number]
    form.fonts = {name: bytes(reference) for name, reference in fonts.items()}
    form.root, form.info = pdf.catalog.reference, pdf.info.reference
    cutter = _Cutter(document, marks, rooms)
    following = count(len(pdf.objects))
    for page in [one for one in pdf.objects if isinstance(one, dict)]:
        if page.get("Type") == "/Page":
            _cut_page(form, pdf, page, cutter, following)
    for one in pdf.objects:
        if one.free != "f" and one.number != form.fonts_number:
            form.constant[one.number] = one.indirect


def _cut_page(
    form: Form, pdf: pydyf.PDF, page: Any, cutter: "_Cutter", following: Iterator[int]
) -> None:
    """Replace the content of a page by the pieces it is cut into."""
    stream = pdf.objects[int(page["Contents"].split()[0])]
    numbers: list[int] = []
    for piece in cutter.pieces([_bytes(item) for item in stream.stream]):
        number = next(following)
        numbers.append(number)
        if isinstance(piece, bytes):
            form.constant[number] = object_of(number, packed(piece))
        else:
            form.slots[number] = piece
    page["Contents"] = pydyf.Array([f"{number} 0 R" for number in numbers])
    stream.free = "f"


class _Cutter:
    """Cut the operators of a page where its slots are; the font in force is followed."""

    def __init__(
        self,
        document: weasyprint.Document,
        marks: Mapping[int, str],
        rooms: Mapping[int, Room],
    ) -> None:
        self._places = {mark: place for place, mark in marks.items()}
        self._rooms = rooms
        self._texts = {
            (font.hash.encode(), number): text
            for font in document.fonts.values()
            for number, text in font.to_unicode.items()
        }
        self._fonts = [b""]

    def pieces(self, operators: list[bytes]) -> list[Piece]:
        """Return the slots and the bytes between them."""
        pieces: list[Piece] = []
        plain: list[bytes] = []
        at = 0
        while at < len(operators):
            self._follow(operators[at])
            slot, length = self._slot(operators, at)
            if slot is None:
                plain.append(operators[at])
            else:
                pieces += [b"\n".join(plain), slot]
                plain = []
            at += length
        return [*pieces, b"\n".join(plain)]

    def _follow(self, operator: bytes) -> None:
        if operator == b"q":
            self._fonts.append(self._fonts[-1])
        elif operator == b"Q":
            self._fonts.pop()
        elif _FONT.match(operator):
            self._fonts[-1] = operator

    def _slot(self, operators: list[bytes], at: int) -> tuple[Slot | CodeSlot | None, int]:
        """Return the slot that begins here, and how many operators it takes."""
        if code := _CODE_START.match(operators[at]):
            return CodeSlot(int(code[1]) - _CODE_FROM), 2
        matrix = _MATRIX.match(operators[at])
        if matrix is None:
            return None, 1
        own = 1 + (_FONT.match(operators[at + 1]) is not None)
        font = operators[at + 1] if own == 2 else self._fonts[-1]
        place = self._place(font, operators[at + own])
        if place is None:
            return None, 1
        self._fonts[-1] = font
        *before, x, y = matrix.groups()
        slot = Slot(place, b" ".join(before), float(x), y, font, self._rooms[place])
        return slot, own + 1

    def _place(self, font: bytes, shown: bytes) -> int | None:
        name = _FONT.match(font)
        if name is None or not shown.endswith(b" TJ"):
            return None
        digits = b"".join(_HEX.findall(shown))
        numbers = [int(digits[at : at + 4], 16) for at in range(0, len(digits), 4)]
        text = "".join(self._texts.get((name[1], number), "") for number in numbers)
        return self._places.get(text.strip())


def _bytes(item: Any) -> bytes:
    return item if isinstance(item, bytes) else str(item).encode()
