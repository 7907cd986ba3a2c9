"""Readings over kanji (ふりがな): written as 避難所《ひなんじょ》, shown as ruby."""

import re

from markupsafe import Markup, escape

_READ = re.compile(r"([㐀-鿿々ヶ]+)《([ぁ-ゖー]+)》")
_RUBY = Markup("<ruby>{}<rt>{}</rt></ruby>{}")


def ruby(text: str) -> Markup:
    """Return text as HTML in which each 漢字《かんじ》 has its reading above it.

    For the program's own words; what somebody typed is never passed through it.
    """
    before, *rest = _READ.split(text)
    read = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    return escape(before) + Markup("").join(_RUBY.format(*each) for each in read)
