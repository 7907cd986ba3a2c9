"""Read which characters and variation sequences a font file really has.

Only the ``cmap`` table is read, into packed arrays (about 0.3 MB for a large font), so that
the server can ask about names without loading fonts or a font library.
"""

import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

_FORMAT_SEGMENTS = 4
_FORMAT_GROUPS = 12
_FORMAT_VARIATIONS = 14


class Cmap:
    """The characters and base + selector sequences of one font."""

    def __init__(self, starts: "array[int]", ends: "array[int]", sequences: "array[int]") -> None:
        self._starts = starts
        self._ends = ends
        self._sequences = sequences

    def has(self, code: int) -> bool:
        """Say whether the font has a glyph for the code point."""
        at = bisect_right(self._starts, code) - 1
        return at >= 0 and code <= self._ends[at]

    def has_sequence(self, base: int, selector: int) -> bool:
        """Say whether the font has its own entry for base + variation selector (IVS)."""
        key = _pack(base, selector)
        at = bisect_left(self._sequences, key)
        return at < len(self._sequences) and self._sequences[at] == key


@lru_cache(maxsize=16)
def read_cmap(path: Path, index: int = 0) -> Cmap:
    """Read the ``cmap`` of a font file or of one member of a collection."""
    with path.open("rb") as file:
        data = _table(file, index)
    starts: array[int] = array("Q")
    ends: array[int] = array("Q")
    sequences: array[int] = array("Q")
    offsets = _subtables(data)
    if _FORMAT_GROUPS in offsets:
        starts, ends = _groups(data, offsets[_FORMAT_GROUPS])
    elif _FORMAT_SEGMENTS in offsets:
        starts, ends = _segments(data, offsets[_FORMAT_SEGMENTS])
    if _FORMAT_VARIATIONS in offsets:
        sequences = _variations(data, offsets[_FORMAT_VARIATIONS])
    return Cmap(starts, ends, sequences)


def _pack(base: int, selector: int) -> int:
    return selector << 32 | base


def _table(file: BinaryIO, index: int) -> bytes:
    header = file.read(12)
    if header[:4] == b"ttcf":
        file.seek(12 + 4 * index)
        file.seek(struct.unpack(">I", file.read(4))[0])
        header = file.read(12)
    count = struct.unpack(">H", header[4:6])[0]
    for _ in range(count):
        tag, _sum, offset, length = struct.unpack(">4sIII", file.read(16))
        if tag == b"cmap":
            file.seek(offset)
            return file.read(length)
    raise ValueError(f"no cmap table in {file.name}")


def _subtables(data: bytes) -> dict[int, int]:
    """Return the offset of one Unicode subtable for each format."""
    found: dict[int, int] = {}
    for platform, encoding, offset in struct.iter_unpack(
        ">HHI", data[4 : 4 + 8 * struct.unpack_from(">H", data, 2)[0]]
    ):
        if platform == 0 or (platform == 3 and encoding in {1, 10}):
            found.setdefault(struct.unpack_from(">H", data, offset)[0], offset)
    return found


def _big_endian(kind: str, data: bytes) -> "array[int]":
    values: array[int] = array(kind, data)
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _groups(data: bytes, offset: int) -> tuple["array[int]", "array[int]"]:
    count = struct.unpack_from(">I", data, offset + 12)[0]
    values = _big_endian("I", data[offset + 16 : offset + 16 + 12 * count])
    starts, ends, glyphs = values[0::3], values[1::3], values[2::3]
    # A group that starts at glyph 0 maps its first character to "not there".
    for at, glyph in enumerate(glyphs):
        if glyph == 0:
            starts[at] += 1
    return starts, ends


def _segments(data: bytes, offset: int) -> tuple["array[int]", "array[int]"]:
    count = struct.unpack_from(">H", data, offset + 6)[0] // 2
    at = offset + 14
    ends = _big_endian("H", data[at : at + 2 * count])
    starts = _big_endian("H", data[at + 2 * count + 2 : at + 4 * count + 2])
    deltas_at = at + 4 * count + 2
    ranges_at = deltas_at + 2 * count
    there: array[int] = array("Q")
    for segment in range(count):
        delta = struct.unpack_from(">H", data, deltas_at + 2 * segment)[0]
        here = ranges_at + 2 * segment
        shift = struct.unpack_from(">H", data, here)[0]
        for code in range(starts[segment], ends[segment] + 1):
            glyph = code
            if shift:
                glyph = struct.unpack_from(">H", data, here + shift + 2 * (code - starts[segment]))[
                    0
                ]
            if (not shift or glyph) and (glyph + delta) % 0x10000:
                there.append(code)
    return there, there


def _variations(data: bytes, offset: int) -> "array[int]":
    keys: list[int] = []
    for record in range(struct.unpack_from(">I", data, offset + 6)[0]):
        at = offset + 10 + 11 * record
        selector = int.from_bytes(data[at : at + 3], "big")
        default, other = struct.unpack_from(">II", data, at + 3)
        if default:
            keys += _default_sequences(data, offset + default, selector)
        if other:
            keys += _other_sequences(data, offset + other, selector)
    return array("Q", sorted(keys))


def _default_sequences(data: bytes, at: int, selector: int) -> list[int]:
    keys: list[int] = []
    for record in range(struct.unpack_from(">I", data, at)[0]):
        here = at + 4 + 4 * record
        first = int.from_bytes(data[here : here + 3], "big")
        keys += [_pack(first + more, selector) for more in range(data[here + 3] + 1)]
    return keys


def _other_sequences(data: bytes, at: int, selector: int) -> list[int]:
    count = struct.unpack_from(">I", data, at)[0]
    records = range(at + 4, at + 4 + 5 * count, 5)
    return [_pack(int.from_bytes(data[here : here + 3], "big"), selector) for here in records]
