"""Keep what WeasyPrint makes anew for every document: font bytes, faces ready to subset.

For each document WeasyPrint 70 copies every font file into Python (46 MB for IPAmjMincho) and lets
HarfBuzz look the whole font through. Together that is more than a third of a certificate's time.
The version is pinned; on any other, and with a HarfBuzz that cannot prepare faces, nothing is
changed and documents are only slower. The bytes of the PDF are the same either way (tested).
"""

from typing import Any

from weasyprint import VERSION
from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

_KNOWN_VERSION = "70."
# Whole fonts are larger, the subsets that go into a PDF are smaller.
_WHOLE_FONT = 2_000_000
_PREPARE = "hb_face_t * hb_subset_preprocess(hb_face_t *source);"

_read = pdf_fonts.get_hb_object_data
_make = pdf_fonts.Font.__init__
_bytes: dict[int, tuple[Any, bytes]] = {}
_prepared: dict[int, tuple[Any, Any]] = {}


def keep_faces() -> bool:
    """Let WeasyPrint keep faces between documents; say whether it does."""
    if not VERSION.startswith(_KNOWN_VERSION) or not harfbuzz_subset:
        return False
    pdf_fonts.get_hb_object_data = _kept_bytes
    if _can_prepare():
        pdf_fonts.Font.__init__ = _made_from_prepared
    return True


def make_anew() -> None:
    """Undo :func:`keep_faces`, for tests that compare."""
    pdf_fonts.get_hb_object_data = _read
    pdf_fonts.Font.__init__ = _make


def _can_prepare() -> bool:
    try:
        if not hasattr(harfbuzz_subset, "hb_subset_preprocess"):
            ffi.cdef(_PREPARE)
        return hasattr(harfbuzz_subset, "hb_subset_preprocess")
    except ffi.error:
        return False


def _kept_bytes(face: Any, ot_color: str | None = None, glyph: int | None = None) -> bytes | None:
    """Return the bytes of a face; those of a whole font are copied once.

    The kept face cannot be freed, so that its address cannot come to mean another one.
    """
    if ot_color is not None:
        data: bytes | None = _read(face, ot_color, glyph)
        return data
    address = _address(face)
    if address in _bytes:
        return _bytes[address][1]
    data = _read(face)
    if data and len(data) > _WHOLE_FONT:
        _bytes[address] = (face, data)
    return data


def _made_from_prepared(font: Any, *arguments: Any) -> None:
    _make(font, *arguments)
    address = _address(font.hb_face)
    if address not in _prepared:
        prepared = harfbuzz_subset.hb_subset_preprocess(font.hb_face)
        _prepared[address] = (font.hb_face, ffi.gc(prepared, harfbuzz.hb_face_destroy))
    font.hb_face = _prepared[address][1]


def _address(face: Any) -> int:
    return int(ffi.cast("uintptr_t", face))
