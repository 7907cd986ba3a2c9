"""Cases of the file format, valid by default."""

from fractions import Fraction

from victim_support.damage.rules.grading import grade_case
from victim_support.damage.rules.reading import read_case
from victim_support.damage.rules.tables import load_tables

WOODEN_SECOND = {
    "屋根": 15, "柱(又は耐力壁)": 15, "床(階段を含む)": 10, "外壁": 10, "内壁": 10,
    "天井": 5, "建具": 15,
}  # fmt: skip
SHALLOW = {
    "detached_house": True,
    "storeys": 2,
    "flooded_above_floor": True,
    "outer_wall_has_degree3_to_5_damage_not_from_soaking": False,
    "opening_has_degree3_to_5_damage_not_from_soaking": False,
}
FORCE = SHALLOW | {
    "outer_wall_has_degree3_to_5_damage_not_from_soaking": True,
    "opening_has_degree3_to_5_damage_not_from_soaking": True,
}


def case(inputs, **header):
    """Return one case: an earthquake, a wooden house, the second survey, the formula."""
    return {
        "id": "例1",
        "disaster_kind": "地震",
        "disaster_date": "2025-09-15",
        "rule_version": "令和7年7月",
        "structure": "木造・プレハブ",
        "survey_round": "第2次",
        "calculation_method": "guideline_formula",
        "inputs": inputs,
    } | header


def tilt(millimetres):
    """Return the tilt of a plumb of 1200 mm, the same at all corners."""
    return {
        "plumb_length_mm": 1200,
        "horizontal_offset_mm_at_four_corners": [millimetres] * 4,
    }


def marks(degree, percent, name="share_percent"):
    return [{"degree": degree, name: percent}]


def graded(inputs, tables=None, **header):
    """Return the result of one case."""
    return grade_case(read_case(case(inputs, **header)), tables or load_tables())


def label(inputs, **header):
    """Return the outcome of one case in words."""
    return graded(inputs, **header).decision.outcome.label


def severity(inputs, **header):
    """Return how heavy the outcome is; 0 for what is no grade."""
    return getattr(graded(inputs, **header).decision.outcome, "severity", 0)


def same(expected, found):
    """Tell whether a value of the sample file is what was calculated, exactly."""
    if isinstance(expected, dict):
        return all(same(value, (found or {}).get(name)) for name, value in expected.items())
    if isinstance(expected, str) or expected is None or found is None:
        return expected == found
    return Fraction(str(expected)) == found
