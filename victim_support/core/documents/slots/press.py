"""The press: papers of a known shape are filled, all others are laid out whole.

A shape is an outline and what of it cannot be filled. After the first paper of an outline its
form is laid out, while nobody waits; other shapes of the outline follow once they come twice.
"""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeVar

from victim_support.core.documents.fonts import Style
from victim_support.core.documents.glyphs import PEN_BOX, strict_spans
from victim_support.core.documents.slots.filling import Filled, fill
from victim_support.core.documents.slots.layout import Form, Laid, Room, lay_form, rooms_of
from victim_support.core.documents.slots.outline import Outline, Outliner
from victim_support.core.documents.slots.proof import prove
from victim_support.core.documents.slots.shaping import NotFillableError, runs_of, width_of

_KEPT = 256  # forms of about 60 kB each
_Key = tuple[str, tuple[tuple[int, str], ...]]
_K = TypeVar("_K")
_V = TypeVar("_V")


class Press:
    """Forms laid out so far, for one face of documents."""

    def __init__(self, outliner: Outliner, laid: Laid, style: Style) -> None:
        self._outliner, self._laid, self._style = outliner, laid, style
        self._rooms: OrderedDict[str, dict[int, Room]] = OrderedDict()
        self._forms: OrderedDict[_Key, Form | None] = OrderedDict()
        self._once: OrderedDict[_Key, None] = OrderedDict()
        self._waiting: Outline | None = None

    def paper(self, template: str, values: Mapping[str, Any]) -> bytes | None:
        """Return the PDF of a paper whose form is known; None when it must be laid out whole."""
        outline = self._outliner.outline(template, values)
        try:
            return self._paper(outline)
        except Exception:  # the quick way may fail however it likes: no paper is lost by it
            return None

    def prepare(self) -> None:
        """Lay out the form of the last paper that had to be laid out whole."""
        outline, self._waiting = self._waiting, None
        if outline is not None:
            with suppress(Exception):  # as above; such papers go on being laid out whole
                self._prepare(outline)

    def _prepare(self, outline: Outline) -> None:
        rooms = _kept(self._rooms, outline.html)
        is_new = rooms is None
        if rooms is None:
            rooms = _keep(self._rooms, outline.html, rooms_of(outline, self._laid))
        key = (outline.html, self._fixed(outline, rooms))
        if is_new or key in self._once:
            self._lay(outline, key, rooms)
        else:
            _keep(self._once, key, None)

    def _paper(self, outline: Outline) -> bytes:
        rooms = _kept(self._rooms, outline.html)
        key = (outline.html, self._fixed(outline, rooms or {}))
        form = _kept(self._forms, key)
        if form is None:
            self._waiting = None if key in self._forms else outline
            raise NotFillableError
        filled = self._filled(form, outline)
        meant = [outline.texts[place] for place in form.order]
        prove(filled, meant, tuple(form.slots), outline.codes, self._style)
        return filled.pdf

    def _filled(self, form: Form, outline: Outline) -> Filled:
        texts = {place: runs_of(outline.texts[place], self._style) for place in form.order}
        return fill(form, texts, outline.codes)

    def _lay(self, outline: Outline, key: _Key, rooms: Mapping[int, Room]) -> None:
        fixed = {place: str(strict_spans(text, self._style)) for place, text in key[1]}
        _keep(self._forms, key, None)  # tried once: what cannot be laid out is not tried again
        _keep(self._forms, key, lay_form(outline, fixed, rooms, self._laid))

    def _fixed(self, outline: Outline, rooms: Mapping[int, Room]) -> tuple[tuple[int, str], ...]:
        """Return the places that are no slots for these texts, with the texts."""
        return tuple(
            (place, text)
            for place, text in enumerate(outline.texts)
            if not self._fits(text, rooms.get(place))
        )

    def _fits(self, text: str, room: Room | None) -> bool:
        if room is None or PEN_BOX in text or " ".join(text.split(" ")) != " ".join(text.split()):
            return False
        try:
            runs = runs_of(text, self._style)
        except NotFillableError:
            return False
        return room.takes(width_of(runs, room.size, room.spacing))


def _kept(kept: OrderedDict[_K, _V], key: _K) -> _V | None:
    if key in kept:
        kept.move_to_end(key)
    return kept.get(key)


def _keep(kept: OrderedDict[_K, _V], key: _K, value: _V) -> _V:
    kept[key] = value
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return value
