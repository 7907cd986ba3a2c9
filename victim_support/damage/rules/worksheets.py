"""The worksheets of the screen (計算で確かめる): every survey, and what each asks for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from victim_support.damage.rules import CalculationMethod, StructureKind, SurveyHazard, SurveyRound

DEGREES = "ⅠⅡⅢⅣⅤ"
RATE_ONLY = ("基礎", "設備")  # entered as one number, without degrees
FOUNDATION, EQUIPMENT = RATE_ONLY


class Section(StrEnum):
    """What a worksheet asks for, in this order."""

    APPEARANCE = "appearance"
    DIRECT = "direct"
    DEPTH = "depth"
    AREA = "area"
    EXTERIOR = "exterior"
    TILT = "tilt"
    PILES = "piles"
    GROUND_FIRST = "ground_first"
    GROUND_SECOND = "ground_second"
    SIMPLIFIED = "simplified"
    PICTURES = "pictures"
    FLOORS = "floors"
    PARTS = "parts"
    FOUNDATION = "foundation"
    COLUMNS = "columns"
    MUD = "mud"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One survey of the guideline: which tables apply, and what is asked for."""

    key: str
    label: str
    hazard: SurveyHazard
    structure: StructureKind
    round: SurveyRound
    sections: frozenset[Section]
    method: CalculationMethod = CalculationMethod.DIRECT
    kind: str | None = None

    @property
    def chooses_method(self) -> bool:
        """Tell whether both methods of calculation are there for it."""
        return Section.PARTS in self.sections

    @property
    def asks_points(self) -> bool:
        """Tell whether its paper has points of the foundation, not the band of the loss."""
        return self.round is not SurveyRound.FIRST

    @property
    def appearance(self) -> str:
        """Return the row of the findings that are seen from outside."""
        return f"{self.hazard.value}_{self.structure.value}"


def _sheet(key: str, label: str, sections: str, kind: str | None = None, **more: Any) -> Sheet:
    hazard = SurveyHazard(more.pop("hazard", key.split("_", maxsplit=1)[0]))
    is_first = any(word in key for word in ("_first", "pictures", "simplified", "depth", "area"))
    single = SurveyRound.SINGLE if hazard is SurveyHazard.WIND else SurveyRound.SECOND
    non_wooden = "non_wooden" in key or key in {
        "earthquake_columns_first",
        "earthquake_walls_first",
    }
    return Sheet(
        key=key,
        label=label,
        hazard=hazard,
        structure=StructureKind.NON_WOODEN if non_wooden else StructureKind.WOODEN,
        round=SurveyRound.FIRST if is_first else single,
        sections=frozenset(Section(name) for name in sections.split()),
        kind=kind,
        **more,
    )


_SHEET = CalculationMethod.SHEET
SHEETS = (
    _sheet(
        "earthquake_wooden_first",
        "地震 木造・プレハブ 第1次(調査票A)",
        "appearance tilt parts foundation",
        "A",
    ),
    _sheet(
        "earthquake_wooden_pictures",
        "地震 木造・プレハブ 第1次(調査票B)",
        "appearance tilt pictures",
        "B",
        method=_SHEET,
    ),
    _sheet(
        "earthquake_wooden_simplified",
        "地震 木造・プレハブ 第1次(調査票C)",
        "appearance tilt simplified foundation",
        "C",
    ),
    _sheet(
        "earthquake_wooden_second",
        "地震 木造・プレハブ 第2次",
        "appearance tilt floors parts foundation columns",
    ),
    _sheet(
        "earthquake_columns_first",
        "地震 非木造 第1次 ア(柱又は梁)",
        "appearance tilt piles parts",
    ),
    _sheet("earthquake_walls_first", "地震 非木造 第1次 イ(外壁)", "appearance tilt piles parts"),
    _sheet(
        "earthquake_non_wooden_second",
        "地震 非木造 第2次",
        "appearance tilt piles floors parts columns",
    ),
    _sheet("flood_wooden_depth", "水害 木造・プレハブ 第1次(浸水深)", "appearance depth"),
    _sheet("flood_area", "水害 四隅の住家による一括判定", "area"),
    _sheet(
        "flood_wooden_second",
        "水害 木造・プレハブ 第2次",
        "appearance tilt floors parts foundation columns mud",
    ),
    _sheet("flood_non_wooden_second", "水害 非木造", "appearance tilt piles floors parts columns"),
    _sheet(
        "wind_wooden_second",
        "風害 木造・プレハブ",
        "appearance exterior tilt floors parts foundation columns",
    ),
    _sheet(
        "wind_non_wooden_second", "風害 非木造", "appearance exterior tilt floors parts columns"
    ),
    _sheet("ground_wooden_first", "地盤被害 木造・プレハブ 第1次", "appearance tilt ground_first"),
    _sheet("ground_non_wooden_first", "地盤被害 非木造 第1次", "appearance tilt ground_first"),
    _sheet(
        "ground_wooden_second",
        "地盤被害 木造・プレハブ 第2次",
        "appearance tilt ground_second",
        method=_SHEET,
    ),
    _sheet(
        "ground_non_wooden_second",
        "地盤被害 非木造 第2次",
        "appearance tilt ground_second",
        method=_SHEET,
    ),
    _sheet("direct", "損害割合、損壊部分の割合から", "direct", hazard=SurveyHazard.EARTHQUAKE),
)
