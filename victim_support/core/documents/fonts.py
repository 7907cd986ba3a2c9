"""The fonts documents are printed with, and where they lie on this machine."""

import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from victim_support.core.documents.cmap import Cmap, read_cmap

_FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


class Style(StrEnum):
    """The two faces of a document: Mincho for certificates, Gothic for lists."""

    MINCHO = "mincho"
    GOTHIC = "gothic"


@dataclass(frozen=True, slots=True)
class Font:
    """A font the program knows by name."""

    key: str
    family: str
    file: str
    package: str
    needed: bool = False

    @property
    def css_class(self) -> str:
        """Return the class of a span printed with this font."""
        return f"font-{self.key}"

    def find(self) -> tuple[Path, int] | None:
        """Return the file and its index in a collection, or None when not installed."""
        return _find(self.family, self.file)

    def cmap(self) -> Cmap | None:
        """Return what the font can draw, or None when it is not installed."""
        place = self.find()
        return read_cmap(*place) if place else None


IPAEX_MINCHO = Font(
    "ipaex", "IPAexMincho", "opentype/ipaexfont-mincho/ipaexm.ttf", "fonts-ipaexfont", True
)
IPAEX_GOTHIC = Font(
    "ipaexg", "IPAexGothic", "opentype/ipaexfont-gothic/ipaexg.ttf", "fonts-ipaexfont", True
)
IPAMJ = Font("ipamj", "IPAmjMincho", "truetype/ipamj/ipamjm.ttf", "fonts-ipamj-mincho", True)
NOTO_SERIF = Font(
    "noto-serif",
    "Noto Serif CJK JP",
    "opentype/noto/NotoSerifCJK-Regular.ttc",
    "fonts-noto-cjk",
    True,
)
NOTO_SANS = Font(
    "noto-sans", "Noto Sans CJK JP", "opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk"
)
HANA_A = Font("hana-a", "HanaMinA", "truetype/hanazono/HanaMinA.ttf", "fonts-hanazono")
HANA_B = Font("hana-b", "HanaMinB", "truetype/hanazono/HanaMinB.ttf", "fonts-hanazono")
DEJAVU = Font("dejavu", "DejaVu Sans", "truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core")

# The first is the body; the others only draw what it lacks. IPAmj comes before Noto because
# the two hold disjoint variation collections and IPAmj is the one of the resident registers.
_ORDER = {
    Style.MINCHO: (IPAEX_MINCHO, IPAMJ, NOTO_SERIF, HANA_A, HANA_B, NOTO_SANS, DEJAVU),
    Style.GOTHIC: (IPAEX_GOTHIC, NOTO_SANS, IPAMJ, NOTO_SERIF, HANA_A, HANA_B, DEJAVU),
}


@lru_cache(maxsize=4)
def fonts_of(style: Style) -> tuple[Font, ...]:
    """Return the installed fonts of a style, the body font first."""
    return tuple(font for font in _ORDER[style] if font.find())


def missing_fonts() -> tuple[Font, ...]:
    """Return the fonts documents need that are not installed (for ``check``)."""
    known = {font.key: font for order in _ORDER.values() for font in order}
    return tuple(font for font in known.values() if font.needed and not font.find())


@lru_cache(maxsize=16)
def _find(family: str, file: str) -> tuple[Path, int] | None:
    for root in _FONT_ROOTS:
        if (root / file).is_file():
            return root / file, 0
    return _installed().get(family)


@lru_cache(maxsize=1)
def _installed() -> dict[str, tuple[Path, int]]:
    """Ask fontconfig; only for fonts that are not where Debian puts them."""
    command = shutil.which("fc-list")
    if command is None:
        return {}
    answer = subprocess.run(  # noqa: S603 (fixed arguments)
        [command, ":style=Regular", "--format", "%{family}\t%{file}\t%{index}\n"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    found: dict[str, tuple[Path, int]] = {}
    for line in answer.stdout.splitlines():
        families, path, index = line.split("\t")
        for family in families.split(","):
            found.setdefault(family, (Path(path), int(index)))
    return found
