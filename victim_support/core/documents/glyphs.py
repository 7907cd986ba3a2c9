"""Glyph guard: print every character with a font that really has it, or say that none has.

WeasyPrint prints the default shape without a warning when the first font has a character but
not its variation sequence (異体字セレクタ). Therefore text is cut into base + selector
clusters, each is looked up in the fonts' own tables and marked with the font to use.
Text is never normalised: what is printed and can be copied back is what was stored.
"""

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from victim_support.core.documents.fonts import Font, Style, fonts_of

#: Stands for "this character is written by hand": printed as an empty box.
PEN_BOX = "\ufffc"
#: Printed on lists and labels for a character no font has.
GETA = "〓"

_IGNORABLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_SPACES = frozenset(" \n\t")
_REPLACEMENT = "\ufffd"


class UnprintableName(ValueError):  # noqa: N818 (named as the office would say it)
    """A text cannot be printed as it is stored; the clerk chooses a way out.

    The ways out: a substitute the applicant agrees to, kana, or a blank box for the pen.
    """

    def __init__(self, text: str, clusters: tuple[str, ...]) -> None:
        self.text = text
        self.clusters = clusters
        shown = "、".join(describe(cluster) for cluster in clusters)
        super().__init__(
            f"印刷できる字形がありません: {shown}。"
            "「代わりの字(本人の同意)」「かな」「手書きの空欄」のどれかを選んでください。"
        )


class Run(NamedTuple):
    """A piece of text and the font that has all of it; None when no font has it."""

    text: str
    font: Font | None


def clusters(text: str) -> list[str]:
    """Cut a text into base characters with their selectors and marks."""
    found: list[str] = []
    for char in text:
        if found and found[-1] not in _SPACES and _attaches(char):
            found[-1] += char
        else:
            found.append(char)
    return found


def plan(text: str, style: Style = Style.MINCHO) -> tuple[Run, ...]:
    """Cut a text into the longest runs that one font can print."""
    pairs = [(cluster, font_for(cluster, style)) for cluster in clusters(text)]
    grouped = groupby(pairs, key=lambda pair: pair[1])
    return tuple(Run("".join(cluster for cluster, _ in run), font) for font, run in grouped)


def missing(text: str, style: Style = Style.MINCHO) -> tuple[str, ...]:
    """Return the clusters of a text that no font has, each once, in order."""
    lost = [cluster for cluster in clusters(text) if font_for(cluster, style) is None]
    return tuple(dict.fromkeys(lost))


def require_printable(*texts: str) -> None:
    """Raise UnprintableName for the first text that cannot be printed as it is stored."""
    for text in texts:
        if lost := missing(text):
            raise UnprintableName(text, lost)


def listed(text: str, kana: str = "", style: Style = Style.MINCHO) -> str:
    """Return the text for lists and labels: 〓 and the kana where no font has a character."""
    if not missing(text, style):
        return text
    shown = "".join(cluster if font_for(cluster, style) else GETA for cluster in clusters(text))
    return f"{shown}({kana})" if kana else shown


def name_spans(text: object, style: Style = Style.MINCHO) -> Markup:
    """Return escaped HTML in which every rare character names its font; for lists and screens."""
    return _spans(plan(str(text), style), style)


def strict_spans(text: object, style: Style = Style.MINCHO) -> Markup:
    """Return the same for certificates, where a missing character stops the print."""
    require_printable(str(text).replace(PEN_BOX, ""))
    return _spans(plan(str(text), style), style)


def describe(cluster: str) -> str:
    """Name a character for a person: itself and its code points."""
    codes = " ".join(f"U+{ord(char):04X}" for char in cluster)
    return f"外字 {codes}" if _is_private(cluster[0]) else f"{cluster}({codes})"


@lru_cache(maxsize=20_000)
def font_for(cluster: str, style: Style = Style.MINCHO) -> Font | None:
    """Return the first font that has the whole cluster."""
    fonts = fonts_of(style)
    if not fonts:
        return None
    if cluster in _SPACES or cluster[0] in _IGNORABLE:
        return fonts[0]
    if _never_printable(cluster[0]):
        return None
    return next((font for font in fonts if _has(font, cluster)), None)


def _has(font: Font, cluster: str) -> bool:
    cmap = font.cmap()
    if cmap is None:
        return False
    visible = [ord(char) for char in cluster if char not in _IGNORABLE]
    selectors = [code for code in visible if _is_selector(code)]
    if selectors:
        base, *rest = [code for code in visible if not _is_selector(code)]
        return (
            len(selectors) == 1
            and cmap.has_sequence(base, selectors[0])
            and all(cmap.has(code) for code in rest)
        )
    composed = unicodedata.normalize("NFC", cluster)
    return all(cmap.has(code) for code in visible) or (
        len(composed) == 1 and cmap.has(ord(composed))
    )


def _spans(runs: tuple[Run, ...], style: Style) -> Markup:
    body = fonts_of(style)[:1]
    parts: list[Markup] = []
    for text, font in runs:
        if font is None:
            parts += [_replaced(cluster) for cluster in clusters(text)]
        elif font in body:
            parts.append(escape(text))
        else:
            parts.append(Markup('<span class="{}">{}</span>').format(font.css_class, text))
    return Markup("").join(parts)


def _replaced(cluster: str) -> Markup:
    if cluster == PEN_BOX:
        return Markup('<span class="pen-box"></span>')
    return escape(GETA)


@lru_cache(maxsize=20_000)
def _attaches(char: str) -> bool:
    return _is_selector(ord(char)) or char in _IGNORABLE or unicodedata.category(char)[0] == "M"


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _is_private(char: str) -> bool:
    return unicodedata.category(char) == "Co"


def _never_printable(char: str) -> bool:
    """Refuse what has no shape of its own: private use, controls, lone selectors, U+FFFD."""
    return (
        unicodedata.category(char) in {"Co", "Cc", "Cf", "Cs"}
        or char in {_REPLACEMENT, PEN_BOX}
        or _is_selector(ord(char))
    )
