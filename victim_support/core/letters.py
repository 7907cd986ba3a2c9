"""The letters of numbers on paper: base 32 without look-alikes, and a check letter over them."""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans("ILOU", "110V")
_BETWEEN = re.compile(r"[\s‐-―ー−-]+")


def compact(text: str) -> str:
    """Return a number as people type it in the letters of the alphabet, without hyphens.

    Full-width and small letters and the look-alikes I, L, O, U are understood.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return _BETWEEN.sub("", plain).translate(_LOOK_ALIKE)


def check_letter(text: str) -> str:
    """Return the check letter over letters of the alphabet.

    A quasigroup over GF(32), x → 2·(x + digit): it finds every single wrong character and every
    two neighbours in the wrong order.
    """
    state = 0
    for char in text:
        state = _double(state ^ ALPHABET.index(char))
    return ALPHABET[state]


def _double(value: int) -> int:
    """Multiply by 2 in GF(32), reduced by x⁵ + x² + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
