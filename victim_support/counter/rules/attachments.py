"""Which application a file belongs to: its name, or that of its folder, holds the number."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

Key = TypeVar("Key")
MOST_RUNS = 6  # of letters and digits that a number consists of, such as R8-0012-3

_RUNS = (re.compile(r"[0-9A-Z]+"), re.compile(r"[^\W_]+"))
_PICTURES = {".jpg", ".jpeg", ".png", ".jpe", ".jfif", ".heic", ".heif"}
"""What is opened as a photograph; of HEIC the reader itself says what to do."""
_PAPER = ".pdf"
_TABLES = {".csv", ".xml", ".txt", ".json", ".html", ".xlsx"}
_SILENT = {"thumbs.db", "desktop.ini", ".ds_store"}


def number_key(text: str) -> str:
    """Return what numbers are compared by: half-width, upper case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def find_number(path: str, known: Mapping[str, Key]) -> Key | None:
    """Return whose number stands in the path of a file, None for nobody's.

    The longest number that stands there whole counts: R8-12 is not in R8-123.

    Args:
        path: The folder and the name of the file.
        known: By :func:`number_key` of each number.

    Raises:
        LookupError: Two numbers of one length stand there.
    """
    text = number_key(path)
    found = {each: known[each] for each in _candidates(text) if each in known}
    if not found:
        return None
    longest = max(map(len, found))
    best = {each: key for each, key in found.items() if len(each) == longest}
    if len(best) > 1:
        raise LookupError
    return next(iter(best.values()))


def is_picture(path: str) -> bool:
    """Tell from its name whether a file is to be read as a photograph."""
    return PurePosixPath(path).suffix.lower() in _PICTURES


def is_paper(path: str) -> bool:
    """Tell from its name whether a file is a paper whose pages are to be drawn."""
    return PurePosixPath(path).suffix.lower() == _PAPER


def is_table(path: str) -> bool:
    """Tell from its name whether a file is what the table of applications says already."""
    return PurePosixPath(path).suffix.lower() in _TABLES


def is_noise(path: str) -> bool:
    """Tell whether a file is only what a system leaves in folders."""
    parts = PurePosixPath(path).parts
    return not parts or parts[-1].lower() in _SILENT or parts[0] == "__MACOSX"


def problem_of(path: str, *, is_link: bool) -> str:
    """Return why a file of an archive is not read, "" when it may be: it must stay inside."""
    parts = path.replace("\\", "/").split("/")
    if is_link or ".." in parts or path.startswith(("/", "\\")) or ":" in parts[0]:
        return "フォルダの外を指しているので、読みません。"
    return ""


def _candidates(text: str) -> Iterable[str]:
    for runs in _RUNS:
        spans = [found.span() for found in runs.finditer(text)]
        for first, (begin, _end) in enumerate(spans):
            for _begin, end in spans[first : first + MOST_RUNS]:
                yield text[begin:end]
