"""Objects of a PDF file as bytes."""

import zlib


def object_of(number: int, body: bytes) -> bytes:
    """Return an object with its number."""
    return b"%d 0 obj\n%s\nendobj" % (number, body)


def stream_of(data: bytes, extra: bytes = b"") -> bytes:
    """Return a stream as it is: packing a few hundred bytes costs more than it saves."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def packed(data: bytes) -> bytes:
    """Return a packed stream."""
    return stream_of(zlib.compress(data, 9), b"/Filter/FlateDecode")


def data_of(body: bytes) -> bytes:
    """Return the data of an object that is a stream as it is."""
    return body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
