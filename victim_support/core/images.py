"""Photographs as they are taken in: decoded, made small, written anew without what hides in them.

What stands in a file beside the picture (EXIF, comments, thumbnails) is not kept in the copy; when
and where it was taken is returned, for the record of it.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import IO, Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageFile, ImageOps, UnidentifiedImageError

from victim_support.core.barcodes import read_codes
from victim_support.core.clock import JAPAN, now

MEDIA_TYPE = "image/jpeg"
MOST_BYTES = 200_000
MOST_PIXELS = 64_000_000  # the largest sensors of telephones in use have about 50 million
MOST_FILE_BYTES = 30 << 20
_SIDE = 1600
_QUALITIES = (82, 74, 66, 58, 50)
_SMALLER = 0.8
_FORMATS = ("JPEG", "PNG")  # no other decoder meets a stranger's file
_FIRST_YEAR = 1990
_LONGEST_NAME = 60
_TOO_MANY = "画素が多すぎます(6400万画素まで)。"
# A large picture takes 200 MB while it is decoded: one after the other.
_one_at_a_time = threading.Lock()


class ImageError(Exception):
    """A file is no picture that is taken in; the message is for the desk."""


@dataclass(frozen=True)
class Photograph:
    """A picture as it is kept, and what its camera wrote down."""

    content: bytes
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    camera: str = ""
    codes: tuple[str, ...] = ()


def take_in(file: IO[bytes], *, with_codes: bool = False) -> Photograph:
    """Return a small copy of a picture that holds nothing but the picture.

    Args:
        file: The picture as the camera wrote it.
        with_codes: Read the QR codes in it, too.

    Raises:
        ImageError: It is too large, damaged, or of a format that is not taken in.
    """
    raw = _read(file)
    with _one_at_a_time, _whole_pictures_only():
        return _taken_in(raw, with_codes=with_codes)


def centred(file: IO[bytes], *, side: int, share: float) -> bytes:
    """Return a square PNG with a picture in its middle, and nothing else of the file.

    Args:
        file: The picture; what is clear in it stays clear.
        side: Pixels of the square.
        share: How much of the square the longer side of the picture takes, up to 1.

    Raises:
        ImageError: As ``take_in``.
    """
    raw = _read(file)
    with _one_at_a_time, _whole_pictures_only(), _opened(raw) as image:
        ImageOps.exif_transpose(image, in_place=True)
        longest = round(side * share)
        picture = ImageOps.contain(image.convert("RGBA"), (longest, longest))
        square = Image.new("RGBA", (side, side), (255, 255, 255, 0))
        square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        written = io.BytesIO()
        square.save(written, "PNG", optimize=True)
        return written.getvalue()


def _read(file: IO[bytes]) -> bytes:
    raw = file.read(MOST_FILE_BYTES + 1)
    if len(raw) > MOST_FILE_BYTES:
        raise ImageError("大きすぎます(30 MBまで)。")
    return raw


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Let a file that is cut off fail: WeasyPrint tells all of Pillow to paint the rest grey."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _taken_in(raw: bytes, *, with_codes: bool) -> Photograph:
    with _opened(raw) as image:
        exif = _exif_of(image)
        image.draft("RGB", (_SIDE, _SIDE))  # a JPEG is decoded no larger than needed
        codes = read_codes(image.convert("L")) if with_codes else ()
        content = _written(_plain(image))
    latitude, longitude = _place(exif)
    return Photograph(content, _moment(exif), latitude, longitude, _camera(exif), tuple(codes))


@contextmanager
def _opened(raw: bytes) -> Iterator[Image.Image]:
    """Open a picture that somebody brought; whatever is wrong with it is told in words."""
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
            _check_size(image)
            yield image
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(_TOO_MANY) from error
    except UnidentifiedImageError as error:
        raise ImageError(_unknown(raw)) from error
    except Exception as error:  # decoders fail in many ways on a file that is broken on purpose
        raise ImageError("壊れていて読めません。") from error


def _check_size(image: Image.Image) -> None:
    """Refuse a picture before it is decoded: a small file can name a huge one."""
    if image.width * image.height > MOST_PIXELS:
        raise ImageError(_TOO_MANY)


def _unknown(raw: bytes) -> str:
    if raw[4:8] == b"ftyp":
        return (
            "HEICなどの形式は読めません。カメラの設定を「互換性優先」にするか、"
            "JPEGにして選び直してください。"
        )
    return "JPEGかPNGの写真ではありません。"


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture upright, small, on white, with no word of its file."""
    ImageOps.exif_transpose(image, in_place=True)
    image.thumbnail((_SIDE, _SIDE))
    plain = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer)
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _written(image: Image.Image) -> bytes:
    """Return a JPEG that is small enough: first of less quality, then of less size."""
    while True:
        for quality in _QUALITIES:
            written = io.BytesIO()
            image.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= MOST_BYTES:
                return written.getvalue()
        image.thumbnail((int(image.width * _SMALLER), int(image.height * _SMALLER)))


def _exif_of(image: Image.Image) -> dict[str, dict[int, Any]]:
    """Return what the camera wrote down; nothing when it cannot be read."""
    try:
        exif = image.getexif()
        return {
            "camera": dict(exif),
            "shot": dict(exif.get_ifd(ExifTags.IFD.Exif)),
            "gps": dict(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        }
    except Exception:  # the picture may be sound all the same
        return {"camera": {}, "shot": {}, "gps": {}}


def _camera(exif: dict[str, dict[int, Any]]) -> str:
    """Return which camera took a picture, so that two of them in one folder are told apart."""
    said = (
        exif["camera"].get(ExifTags.Base.Model),
        exif["shot"].get(ExifTags.Base.BodySerialNumber),
    )
    return " ".join(str(each).strip("\0 ")[:_LONGEST_NAME] for each in said if each)


def _moment(exif: dict[str, dict[int, Any]]) -> datetime | None:
    """Return when the picture was taken; a camera that names no time zone is a Japanese one."""
    shot = exif["shot"]
    try:
        moment = datetime.strptime(
            str(shot[ExifTags.Base.DateTimeOriginal]).strip("\0 "), "%Y:%m:%d %H:%M:%S"
        ).replace(tzinfo=_zone(shot.get(ExifTags.Base.OffsetTimeOriginal)))
        moment = moment.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR and moment <= now() + timedelta(days=1) else None


def _zone(text: object) -> timezone | ZoneInfo:
    try:
        zone = datetime.strptime(str(text).strip("\0 "), "%z").tzinfo
    except ValueError:
        return JAPAN
    return zone if isinstance(zone, timezone) else JAPAN


def _place(exif: dict[str, dict[int, Any]]) -> tuple[float | None, float | None]:
    gps = exif["gps"]
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude])
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude])
        south = str(gps.get(ExifTags.GPS.GPSLatitudeRef)).startswith("S")
        west = str(gps.get(ExifTags.GPS.GPSLongitudeRef)).startswith("W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None, None
    if not (0 < latitude <= 90 and 0 < longitude <= 180):  # nan, and 0/0 of a camera without a fix
        return None, None
    return (-latitude if south else latitude), (-longitude if west else longitude)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return round(degrees + minutes / 60 + seconds / 3600, 6)
