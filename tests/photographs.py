"""Invented photographs, as cameras write them."""

import io

from PIL import ExifTags, Image

SECRET = b"who owns this camera"


def photograph(seed=1, *, size=(640, 480), kind="JPEG", exif=True):
    """Return a file with a comment and, unless told otherwise, the time and place it was taken."""
    image = Image.effect_mandelbrot(size, (-1.5, -1, 0.5 + seed / 100, 1), 90).convert("RGB")
    options = {"comment": SECRET, "exif": _exif()} if exif and kind == "JPEG" else {}
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def noise(size):
    """Return a picture that no method makes small, turned as a telephone held upright does."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    written = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(written, "JPEG", quality=95, exif=exif)
    return written.getvalue()


def _exif():
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = "2026:07:16 10:20:30"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (36.0, 12.0, 30.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (140.0, 6.0, 0.0)
    return exif
