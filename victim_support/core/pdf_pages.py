"""Pages of PDF files that strangers sent, as pictures (添付のPDF).

No such file is kept, and none reaches a browser: what it can hold beside its pages (scripts, links,
other files) ends here. Poppler draws the pages in a process of its own, page by page, that may
write no file, start no other process and, where this machine allows it, reach no network. It ends
by itself when it takes too much, and of what it answers no more is read than a page can have.
"""

import functools
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence

from victim_support.core import images

DRAWS, COUNTS = "pdftoppm", "pdfinfo"
MOST_BYTES = images.MOST_FILE_BYTES
MOST_PAGES = 30
_SIDE = 1600  # pixels of a page's longer side: letters of 6 pt on A4 can be read
_SECONDS = 30.0  # of one page
_ALL_SECONDS = 180.0  # of all pages of a file
_MEMORY = 1 << 30  # of addresses; a page with a large scan takes a quarter
_ANSWER = 16 << 20  # a page of noise takes half of it
_FILES = 32
_APART = ("--user", "--net")
_BEGINNING = 1024  # a PDF says what it is somewhere in its first bytes
_LOCKED = b"Incorrect password"
_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.MULTILINE)
_UNREADABLE = "壊れているか、中身が大きすぎて読めません。開けるなら、画像にして入れてください。"


class PdfError(Exception):
    """A file is no PDF whose pages are taken in; the message is for the desk."""


def is_able() -> bool:
    """Tell whether this machine has what draws pages."""
    return all(shutil.which(each) for each in (DRAWS, COUNTS, "prlimit"))


@functools.cache
def is_apart() -> bool:
    """Tell whether this machine lets what draws pages be cut off from every network."""
    wall = shutil.which("unshare")
    if wall is None:
        return False
    tried = subprocess.run([wall, *_APART, "true"], capture_output=True, check=False)  # noqa: S603
    return tried.returncode == 0


def count_pages(raw: bytes) -> int:
    """Return how many pages a PDF has.

    Raises:
        PdfError: It is none, broken, locked, too long, or nothing here can draw it.
    """
    if b"%PDF-" not in raw[:_BEGINNING]:
        raise PdfError("PDFではありません。")
    if len(raw) > MOST_BYTES:
        raise PdfError("大きすぎます(30 MBまで)。")
    found = _PAGES.findall(_run(raw, COUNTS, "-", errors=subprocess.STDOUT))
    pages = int(found[-1]) if found else 0  # what a title pretends stands before
    if not pages:
        raise PdfError(_UNREADABLE)
    if pages > MOST_PAGES:
        raise PdfError(f"{pages}ページあります({MOST_PAGES}ページまで)。分けて入れてください。")
    return pages


def draw_pages(raw: bytes) -> Iterator[bytes]:
    """Yield the pages of a PDF as PNG, in their order.

    Raises:
        PdfError: As ``count_pages``, or a page cannot be drawn.
    """
    left = _ALL_SECONDS
    for page in range(1, count_pages(raw) + 1):
        number, begun = str(page), time.monotonic()
        command = (DRAWS, "-q", "-png", "-scale-to", str(_SIDE), "-f", number, "-l", number, "-")
        drawn = _run(raw, *command, seconds=min(_SECONDS, left))
        left -= time.monotonic() - begun
        if not drawn:
            raise PdfError(f"{page}ページ目を読めません。")
        yield drawn


def _run(
    raw: bytes, *command: str, seconds: float = _SECONDS, errors: int = subprocess.DEVNULL
) -> bytes:
    """Return what a tool of Poppler answers about a file that it reads from its input."""
    if not is_able():
        raise PdfError("このパソコンにはPDFを読む部品(poppler-utils)がありません。")
    with _started(raw, command, errors) as process:
        timer = threading.Timer(max(seconds, 0), process.kill)
        timer.start()
        found = process.stdout.read(_ANSWER + 1) if process.stdout else b""
        if is_too_long := len(found) > _ANSWER:
            process.kill()
        returned = process.wait()
        timer.cancel()
    if returned in (-signal.SIGKILL, -signal.SIGXCPU) and not is_too_long:
        raise PdfError("読むのに時間がかかりすぎます。画像にして入れてください。")
    if returned and _LOCKED in found:
        raise PdfError("パスワードがかかっています。外してから入れてください。")
    if returned or is_too_long:
        raise PdfError(_UNREADABLE)
    return found


def _started(raw: bytes, command: Sequence[str], errors: int) -> subprocess.Popen[bytes]:
    """Start a tool behind its walls; the file is nowhere but in memory."""
    walls = ["unshare", *_APART, "--"] if is_apart() else []
    limits = (f"--as={_MEMORY}", f"--cpu={_SECONDS:.0f}", f"--nofile={_FILES}")
    with os.fdopen(os.memfd_create("pdf"), "w+b") as source:
        source.write(raw)
        source.seek(0)
        return subprocess.Popen(  # noqa: S603 - the words of the command are ours
            [*walls, "prlimit", *limits, "--fsize=0", "--nproc=0", "--core=0", "--", *command],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        )
