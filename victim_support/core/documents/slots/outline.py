"""A template rendered with places instead of values: the outline of a paper and its texts.

Two papers with the same outline differ in their texts only, whatever conditions and loops the
template has; so no template needs to be written for filling.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, pass_context
from markupsafe import Markup, escape

from victim_support.core.documents.qr import QrCode, bar_code, bars_frame, qr_code, qr_frame

_TEXT = "\x02{}\x03"
_TEXT_PLACE = re.compile("\x02([0-9]+)\x03")
_CODE = "\x04{}\x05"
_CODE_PLACE = re.compile("\x04([0-9]+)\x05")
_TAG_WITH_TEXT = re.compile("<[^>\x02]*\x02[^>]*>")


@dataclass(frozen=True)
class Outline:
    """The HTML of a paper with numbered places, and what belongs there."""

    html: str
    texts: tuple[str, ...]
    codes: tuple[QrCode, ...]

    def filled(self, texts: Mapping[int, str], codes: Mapping[int, str]) -> str:
        """Return the HTML with markup put into the places."""
        html = _TEXT_PLACE.sub(lambda found: texts[int(found[1])], self.html)
        return _CODE_PLACE.sub(lambda found: codes[int(found[1])], html)


@dataclass
class Outliner:
    """Templates of an environment whose values are collected instead of printed."""

    environment: Environment
    _texts: list[str] = field(default_factory=list)
    _codes: list[QrCode] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.environment.finalize = self._place()
        self.environment.filters["qr"] = self._code
        self.environment.filters["bars"] = self._bars

    def outline(self, template: str, values: Mapping[str, Any]) -> Outline:
        """Return the outline of a paper."""
        self._texts, self._codes = [], []
        html = self.environment.get_template(template).render(**values)
        html = _TAG_WITH_TEXT.sub(self._in_tag, html)
        return Outline(html, tuple(self._texts), tuple(self._codes))

    def _place(self) -> Any:
        # With the context asked for, Jinja does not evaluate constants ahead of the first paper.
        @pass_context
        def place(_: object, value: object) -> object:
            if value is None or value == "":
                return ""
            if isinstance(value, Markup) or not isinstance(value, str):
                return value
            self._texts.append(value)
            return _TEXT.format(len(self._texts) - 1)

        return place

    def _code(self, content: str) -> Markup:
        return self._drawn(code := qr_code(content), qr_frame(code))

    def _bars(self, lengths: str) -> Markup:
        return self._drawn(code := bar_code(lengths), bars_frame(code))

    def _drawn(self, code: QrCode, frame: Markup) -> Markup:
        self._codes.append(code)
        return frame.format(escape(_CODE.format(len(self._codes) - 1)))

    def _in_tag(self, found: "re.Match[str]") -> str:
        """Put values of attributes back: only text can be filled in later."""
        return _TEXT_PLACE.sub(lambda place: str(escape(self._texts[int(place[1])])), found[0])
