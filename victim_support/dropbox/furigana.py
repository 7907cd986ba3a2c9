"""Readings over kanji (ふりがな): written as 避難所《ひなんじょ》, shown as ruby."""

import re

from markupsafe import Markup, escape

_READ = re.compile(r"([㐀-鿿々ヶ]+)《([ぁ-ゖー]+)》")


def ruby(text: str) -> Markup:
    """Return text as HTML in which each 漢字《かんじ》 has its reading above it.

    For the program's own words; what somebody typed is never passed through it.
    """
    plain = str(escape(text))
    return Markup(_READ.sub(r"<ruby>\1<rt>\2</rt></ruby>", plain))  # noqa: S704 - escaped
