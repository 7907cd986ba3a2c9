"""Names as they are shown: never split into family and given name, never another shape."""

import re
from typing import NamedTuple

from victim_support.core.japanese.fold import clusters, has_private_use

_CODE_IN_TEXT = re.compile(r"[UＵ][+＋][0-9A-Fa-f]{4,6}")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\s]+")
GETA = "〓"


class DisplayName(NamedTuple):
    """A name for the screen (表示用) and whether characters had to be replaced by 〓 (外字あり)."""

    text: str
    has_gaiji: bool


def display_name(received: str) -> DisplayName:
    """Return the form for display of a name as received (原表記), which the caller keeps beside it.

    Private-use characters and codes printed as text (`U+2363A`) become 〓; direction marks and
    control characters go; runs of spaces become one full-width space.
    """
    text = _SPACES.sub("　", _INVISIBLE.sub("", received)).strip("　")
    if not has_private_use(text) and _CODE_IN_TEXT.search(text) is None:
        return DisplayName(text, has_gaiji=False)
    shown = "".join(GETA if has_private_use(one) else one for one in clusters(text))
    return DisplayName(_CODE_IN_TEXT.sub(GETA, shown), has_gaiji=True)
