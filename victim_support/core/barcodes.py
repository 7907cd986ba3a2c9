"""Codes in photographs (QR), read by zxing-cpp."""

from PIL import Image


def read_codes(image: Image.Image) -> list[str]:
    """Return the texts of the QR codes in a picture; empty text for one that is damaged."""
    import zxingcpp  # noqa: PLC0415 - a native library that most starts do not need

    found = zxingcpp.read_barcodes(
        image,
        formats=zxingcpp.barcode_formats_from_str("QRCode"),
        try_invert=False,
        return_errors=True,
    )
    return [code.text if code.valid else "" for code in found]
