"""Bind papers into one file (製本): what they share, the form and its fonts, is written once.

Papers come as the objects of their PDFs. Everything a page refers to is numbered anew by what it
says; two objects that say the same become one. So a bound paper of a known form takes a tenth of
the bytes of one that is alone, and nothing of it is drawn anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from victim_support.core.documents.slots.objects import file_of, object_of, objects_of

_REFERENCE = re.compile(rb"(\d+) 0 R")
_PARENT = re.compile(rb"/Parent \d+ 0 R")
_OUTLINES = re.compile(rb"/Outlines \d+ 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_INFO = re.compile(rb"/Info (\d+) 0 R")
_BEGIN, _END = b" obj\n", b"\nendobj"
_TREE, _CATALOG = 1, 2


@dataclass(frozen=True, slots=True)
class Pages:
    """The objects of one PDF, and which are its catalog and its description."""

    objects: Mapping[int, bytes]
    root: int
    info: int


def pages_of(pdf: bytes) -> Pages:
    """Return the objects of a file that this program wrote."""
    trailer = pdf[pdf.rindex(b"trailer") :]
    root, info = _ROOT.search(trailer), _INFO.search(trailer)
    if root is None or info is None:
        raise ValueError("not a file of this program")
    return Pages(objects_of(pdf), int(root[1]), int(info[1]))


class Binder:
    """Takes papers one after the other and makes one file of them."""

    def __init__(self) -> None:
        self._objects: dict[int, bytes] = {}
        self._known: dict[bytes, int] = {}
        self._kids: list[int] = []
        self._info = 0
        self._following = _CATALOG + 1

    def add(self, pages: Pages) -> None:
        """Put the pages of a paper behind those that are there."""
        taken: dict[int, int] = {}
        catalog = _body(pages.objects[pages.root])
        if not self._kids:
            kept = _PAGES.sub(b"", _OUTLINES.sub(b"", catalog))
            self._put(_CATALOG, kept, b"/Pages", pages, taken)
            self._info = self._take(pages.info, pages, taken)
        tree = _PAGES.search(catalog)
        for page in _leaves(pages, int(tree[1]) if tree else 0):
            alone = _PARENT.sub(b"", _body(pages.objects[page]))
            self._kids.append(self._new())
            self._put(self._kids[-1], alone, b"/Parent", pages, taken)

    def file(self) -> bytes:
        """Return the bound file.

        Raises:
            ValueError: There is no page.
        """
        if not self._kids:
            raise ValueError("nothing to bind")
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(self._kids))
        objects = self._objects | {_TREE: object_of(_TREE, tree)}
        return file_of(objects, b"%d 0 R" % _CATALOG, b"%d 0 R" % self._info)

    def _take(self, number: int, pages: Pages, taken: dict[int, int]) -> int:
        """Return the number that an object has in the file."""
        if number not in taken:
            body = self._renumbered(_body(pages.objects[number]), pages, taken)
            known = self._known.get(body)
            if known is None:
                known = self._known[body] = self._new()
                self._objects[known] = object_of(known, body)
            taken[number] = known
        return taken[number]

    def _put(
        self, number: int, body: bytes, key: bytes, pages: Pages, taken: dict[int, int]
    ) -> None:
        """Write an object that names the tree of all pages under a key."""
        named = b"<<%s %d 0 R" % (key, _TREE)
        whole = self._renumbered(body, pages, taken).replace(b"<<", named, 1)
        self._objects[number] = object_of(number, whole)

    def _renumbered(self, body: bytes, pages: Pages, taken: dict[int, int]) -> bytes:
        end = body.find(b"stream\n")
        told = body if end < 0 else body[:end]
        if b" 0 R" not in told:  # fonts and pieces of pages: most of the bytes
            return body
        told = _REFERENCE.sub(
            lambda found: b"%d 0 R" % self._take(int(found[1]), pages, taken), told
        )
        return told if end < 0 else told + body[end:]

    def _new(self) -> int:
        self._following += 1
        return self._following - 1


def _body(written: bytes) -> bytes:
    return written[written.index(_BEGIN) + len(_BEGIN) : written.rindex(_END)]


def _leaves(pages: Pages, number: int) -> list[int]:
    """Return the numbers of the pages below a node, in their order."""
    kids = _KIDS.search(_body(pages.objects[number]))
    if kids is None:
        return [number]
    return [page for kid in _REFERENCE.findall(kids[1]) for page in _leaves(pages, int(kid))]
