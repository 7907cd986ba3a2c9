"""Photographs become small and hold nothing but the picture; what is none is refused."""

import io
import struct
import zlib
from datetime import datetime

import pytest
from PIL import Image, ImageFile

from tests.photographs import SECRET, noise, photograph
from victim_support.core.clock import JAPAN
from victim_support.core.images import MOST_BYTES, MOST_FILE_BYTES, ImageError, take_in


def taken(raw):
    return take_in(io.BytesIO(raw))


def test_time_and_place_are_told_and_not_kept_in_the_copy():
    raw = photograph()
    assert SECRET in raw
    found = taken(raw)
    assert found.taken_at == datetime(2026, 7, 16, 10, 20, 30, tzinfo=JAPAN)
    assert (found.latitude, found.longitude) == (36.208333, 140.1)
    assert SECRET not in found.content
    with Image.open(io.BytesIO(found.content)) as copy:
        assert copy.format == "JPEG"
        assert not copy.getexif()
        assert "comment" not in copy.info


def test_a_large_picture_becomes_small_and_upright():
    found = taken(noise((4000, 3000)))
    assert len(found.content) <= MOST_BYTES
    with Image.open(io.BytesIO(found.content)) as copy:
        assert copy.height > copy.width


def test_a_picture_with_transparency_lies_on_white():
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, "PNG")
    with Image.open(io.BytesIO(taken(written.getvalue()).content)) as copy:
        assert copy.getpixel((5, 5)) == (255, 255, 255)


def test_the_same_file_twice_is_one_content():
    assert taken(photograph()).content == taken(photograph()).content


def bomb():
    """Return a PNG of a few bytes that names 30 000 × 30 000 points."""

    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def gif():
    written = io.BytesIO()
    Image.new("RGB", (9, 9)).save(written, "GIF")
    return written.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "JPEGかPNGの写真ではありません"),
        (b"%PDF-1.7", "JPEGかPNGの写真ではありません"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "HEIC"),
        (gif(), "JPEGかPNGの写真ではありません"),
        (photograph()[:4000], "壊れていて読めません"),
        (bomb(), "画素が多すぎます"),
        (bytes(MOST_FILE_BYTES + 1), "大きすぎます"),
    ],
    ids=["empty", "pdf", "heic", "gif", "cut off", "bomb", "large"],
)
def test_what_is_no_picture_is_refused(raw, words):
    with pytest.raises(ImageError, match=words):
        taken(raw)


def test_a_file_that_is_cut_off_is_refused_whatever_others_tell_the_decoder(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does
    with pytest.raises(ImageError, match="壊れていて読めません"):
        taken(photograph()[:4000])
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_what_a_camera_wrote_wrongly_is_left_out():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    exif.get_ifd(0x8825)[2] = (99.0, 99.0)
    written = io.BytesIO()
    Image.new("RGB", (9, 9)).save(written, "JPEG", exif=exif)
    found = taken(written.getvalue())
    assert (found.taken_at, found.latitude, found.longitude) == (None, None, None)
