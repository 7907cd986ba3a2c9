"""What the box says, in the language that somebody chose first.

The words stand in the pages in easy Japanese with their readings; ``words/`` has the other
languages, a table each, by these words.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from jinja2 import pass_context
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from victim_support.dropbox.furigana import ruby
from victim_support.dropbox.rules import Language

WORDS = Path(__file__).with_name("words")
_READING = re.compile("《[^》]*》")


def speak(app: Flask) -> None:
    """Give the words to the templates.

    Filters that take the context are called when a page is shown; of others Jinja would keep what
    the first page said, in its language.
    """
    app.jinja_env.filters |= {
        "said": pass_context(lambda _context, text, **values: said(text, **values)),
        "plain": pass_context(lambda _context, text: plain(text)),
    }
    app.jinja_env.globals |= {"language": language, "languages": tuple(Language)}


class Saying(str):
    """Words that are turned into the language of the reader when they are shown."""

    __slots__ = ()

    def __html__(self) -> str:
        return said(self)


def said(text: str, **values: Any) -> Markup:
    """Return words of the box in the language of the page; Japanese with readings (ふりがな).

    Args:
        text: As they stand in the page.
        values: What stands in their places, such as ``{hours}``.
    """
    other = words_in(language()).get(text)
    words = ruby(text) if other is None else escape(other)
    return words.format(**values) if values else words


def plain(text: str) -> str:
    """Return the same without readings, for titles."""
    return words_in(language()).get(text) or _READING.sub("", text)


def language() -> Language:
    """Return the language of the page: the one chosen, else one that the phone asks for."""
    if "language" not in g:
        g.language = _chosen() or _preferred()
    found: Language = g.language
    return found


@cache
def words_in(one: Language) -> Mapping[str, str]:
    """Return the words of a language by the Japanese ones; Japanese itself needs none."""
    if one is Language.JAPANESE:
        return {}
    words: dict[str, str] = tomllib.loads((WORDS / f"{one.value}.toml").read_text("utf-8"))
    return words


def _chosen() -> Language | None:
    try:
        text = request.values.get("lang", "")
    except HTTPException:  # a form that is too large is said so, in the phone's language
        return None
    return next((one for one in Language if one.value == text), None)


def _preferred() -> Language:
    """Return the first language that the phone asks for and the box has, wherever it is spoken."""
    known = {_main(one.value): one for one in Language} | {"tl": Language.FILIPINO}
    asked = (known.get(_main(tag)) for tag, _ in request.accept_languages)
    return next((one for one in asked if one is not None), Language.JAPANESE)


def _main(tag: str) -> str:
    return tag.partition("-")[0].lower()
