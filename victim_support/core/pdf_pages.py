"""Pages of PDF files that strangers sent, as pictures (添付のPDF).

No such file is kept, and none reaches a browser: what it can hold beside its pages (scripts, links,
other files) ends here. Poppler draws the pages in a process of its own, page by page, that may
write no file and ends by itself when it takes too much.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator

from victim_support.core import images

DRAWS, COUNTS = "pdftoppm", "pdfinfo"
MOST_BYTES = images.MOST_FILE_BYTES
MOST_PAGES = 30
_SIDE = 1600  # pixels of a page's longer side: letters of 6 pt on A4 can be read
_SECONDS = 30.0
_MEMORY = 2 << 30  # of addresses: Poppler maps whole fonts
_BEGINNING = 1024  # a PDF says what it is somewhere in its first bytes
_LOCKED = b"Incorrect password"
_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.MULTILINE)


class PdfError(Exception):
    """A file is no PDF whose pages are taken in; the message is for the desk."""


def is_able() -> bool:
    """Tell whether this machine has what draws pages."""
    return all(shutil.which(each) for each in (DRAWS, COUNTS, "prlimit"))


def count_pages(raw: bytes) -> int:
    """Return how many pages a PDF has.

    Raises:
        PdfError: It is none, broken, locked, too long, or nothing here can draw it.
    """
    if b"%PDF-" not in raw[:_BEGINNING]:
        raise PdfError("PDFではありません。")
    if len(raw) > MOST_BYTES:
        raise PdfError("大きすぎます(30 MBまで)。")
    found = _PAGES.search(_run(raw, COUNTS, "-"))
    pages = int(found[1]) if found else 0
    if not pages:
        raise PdfError("壊れていて読めません。")
    if pages > MOST_PAGES:
        raise PdfError(f"{pages}ページあります({MOST_PAGES}ページまで)。分けて入れてください。")
    return pages


def draw_pages(raw: bytes) -> Iterator[bytes]:
    """Yield the pages of a PDF as PNG, in their order.

    Raises:
        PdfError: As ``count_pages``, or a page cannot be drawn.
    """
    for page in range(1, count_pages(raw) + 1):
        number = str(page)
        drawn = _run(raw, DRAWS, "-png", "-scale-to", str(_SIDE), "-f", number, "-l", number, "-")
        if not drawn:
            raise PdfError(f"{page}ページ目を読めません。")
        yield drawn


def _run(raw: bytes, *command: str) -> bytes:
    """Return what a tool of Poppler answers about a file that it reads from its input."""
    if not is_able():
        raise PdfError("このパソコンにはPDFを読む部品(poppler-utils)がありません。")
    limits = (f"--as={_MEMORY}", f"--cpu={_SECONDS:.0f}", "--fsize=0", "--core=0", "--")
    try:
        done = subprocess.run(  # noqa: S603 - the words of the command are ours
            [shutil.which("prlimit") or "", *limits, *command],
            input=raw,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError("読むのに時間がかかりすぎます。画像にして入れてください。") from error
    if _LOCKED in done.stderr:
        raise PdfError("パスワードがかかっています。外してから入れてください。")
    if done.returncode:
        raise PdfError("壊れていて読めません。")
    return done.stdout
