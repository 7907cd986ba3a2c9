"""Objects of a PDF file as bytes, and the file they make."""

import hashlib
import zlib
from collections.abc import Mapping


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


def file_of(objects: Mapping[int, bytes], root: bytes, info: bytes) -> bytes:
    """Return the file of some objects, with the table of where they are.

    Args:
        objects: By number, each as :func:`object_of` makes it.
        root: The reference of the catalog.
        info: The reference of what the file says of itself.
    """
    head = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
    body: list[bytes] = [head]
    entries = [b"0000000000 65535 f \n"]
    position = len(head)
    for number in sorted(objects):
        while len(entries) < number:
            entries.append(b"0000000000 65535 f \n")
        entries.append(b"%010d 00000 n \n" % position)
        body += [objects[number], b"\n"]
        position += len(objects[number]) + 1
    content = b"".join(body)
    name = hashlib.blake2b(content, digest_size=16).hexdigest().encode("ascii")
    trailer = b"trailer\n<</Size %d /Root %s /Info %s /ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(
        (
            content,
            b"xref\n0 %d\n" % len(entries),
            *entries,
            trailer % (len(entries), root, info, name, name, position),
        )
    )


def objects_of(pdf: bytes) -> dict[int, bytes]:
    """Return the objects of a file that :func:`file_of` made, by the table at its end."""
    table = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    entries = [line.split() for line in pdf[table:].split(b"trailer")[0].splitlines()[2:]]
    places = sorted(
        (int(at), number) for number, (at, _, kind) in enumerate(entries) if kind == b"n"
    )
    ends = [*(at for at, _ in places[1:]), table]
    return {number: pdf[at:end] for (at, number), end in zip(places, ends, strict=True)}
