"""One surveyed dwelling as the calculation reads it: what was seen, in exact numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from victim_support.damage.rules import CalculationMethod, StructureKind, SurveyHazard, SurveyRound

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Mark:
    """A share of a part at a degree (損傷程度); on a sheet the upper edge of its band."""

    degree: str
    percent: Fraction


Parts = Mapping[str, tuple[Mark, ...]]


@dataclass(frozen=True, slots=True)
class Foundation:
    """What was seen of the foundation (基礎); the loss rate comes from one of these."""

    loss_percent: Fraction | None = None
    damaged_m: Fraction | None = None
    perimeter_m: Fraction | None = None
    crack_count: int = 0
    crack_positions_m: tuple[Fraction, ...] = ()
    affected_m: tuple[Fraction, ...] = ()
    damaged_stones: int | None = None
    total_stones: int | None = None
    has_mud: bool = False


@dataclass(frozen=True, slots=True)
class Floors:
    """Storeys and who uses them (２階建等の住家)."""

    storeys: int | None = None
    main_share: Fraction | None = None
    main_roof_share: Fraction | None = None
    one_household: bool | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns counted one by one (柱): rates use those seen when they are more than half."""

    total: int
    seen: int
    damaged: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FormulaInputs:
    """What the exact formula needs (算定式)."""

    parts: Parts | None = None
    main_parts: Parts | None = None
    other_parts: Parts | None = None
    foundation: Foundation | None = None
    equipment_percent: Mapping[str, Fraction] = field(default_factory=dict)
    columns: Columns | None = None
    column_percent: Fraction | None = None
    beam_percent: Fraction | None = None
    main_equipment_percent: Fraction | None = None
    other_equipment_percent: Fraction | None = None
    floor_beam_from: str | None = None
    has_steel_braces: bool = False


@dataclass(frozen=True, slots=True)
class SheetInputs:
    """What was marked on a survey sheet (調査票)."""

    kind: str | None = None
    marks: Parts | None = None
    other_marks: Parts | None = None
    foundation_band: Fraction | None = None
    pictures: Mapping[str, Fraction] | None = None
    points: Mapping[str, Fraction] = field(default_factory=dict)
    other_points: Mapping[str, Fraction] = field(default_factory=dict)
    has_mud: bool | None = None


@dataclass(frozen=True, slots=True)
class Simplified:
    """The three checks of sheet C (簡易な半壊の判定)."""

    roof_percent: Fraction
    has_deformed_roof: bool
    rain_enters: bool
    wall_percent: Fraction
    opening_percent: Fraction
    opening_places: int


@dataclass(frozen=True, slots=True)
class Flood:
    """Depth above the floor at the shallowest point, and force (浸水深、外力)."""

    is_detached: bool | None = None
    is_above_floor: bool | None = None
    depth_m: Fraction | None = None
    wall_force: bool | None = None
    opening_force: bool | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Four corner houses of a flooded area (一括判定)."""

    are_all_suitable: bool
    has_force: bool
    depths_m: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """Settlement, sinking and mud (地盤被害)."""

    tilts_together: bool | None = None
    is_uneven: bool | None = None
    sunk_to: str | None = None
    mud_is_even: bool | None = None
    mud_reaches: str | None = None
    first_floor_share: Fraction | None = None
    part_points: Mapping[str, Fraction] = field(default_factory=dict)
    other_points: Fraction | None = None
    has_piles: bool = False
    settlement_cm: Fraction = Fraction(0)
    exposure_cm: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Exterior:
    """The first question of a wind survey (外装)."""

    is_damaged: bool
    water_may_enter: bool


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was seen at one dwelling."""

    percent: Fraction | None = None
    area_percent: Fraction | None = None
    appearance: tuple[str, ...] = ()
    tilt: Fraction | None = None
    floors: Floors = field(default_factory=Floors)
    formula: FormulaInputs = field(default_factory=FormulaInputs)
    sheet: SheetInputs = field(default_factory=SheetInputs)
    simplified: Simplified | None = None
    flood: Flood = field(default_factory=Flood)
    area: Area | None = None
    ground: Ground = field(default_factory=Ground)
    exterior: Exterior | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One survey of one dwelling, to be graded."""

    id: str
    hazard: SurveyHazard
    day: date
    version: str | None
    structure: StructureKind
    round: SurveyRound
    method: CalculationMethod
    inputs: Inputs
