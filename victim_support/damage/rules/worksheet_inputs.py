"""What was entered on a worksheet, as a case of ``damage grade``: screen and command agree."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from victim_support.damage.rules.worksheets import DEGREES, FOUNDATION, Section, Sheet

Given = Mapping[str, Any]


def inputs_of(sheet: Sheet, given: Given, *, is_sheet: bool) -> dict[str, Any]:
    """Return what was entered on a worksheet as the ``inputs`` of a case; what is empty is absent.

    Args:
        sheet: The worksheet.
        given: Its fields by name; those of other worksheets are not looked at.
        is_sheet: The numbers are marks on the paper sheet (調査票の表), not shares (算定式).
    """
    found: dict[str, Any] = {}
    for section in Section:
        if section in sheet.sections:
            found |= _SECTIONS[section](sheet, given, is_sheet)
    return {name: value for name, value in found.items() if value is not None}


def _appearance(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    return {"appearance_findings": list(given["appearance"] or ()) or None}


def _direct(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    return {
        "house_damage_percent_already_calculated": given["percent"],
        "destroyed_floor_area_percent_of_total_floor_area": given["area_percent"],
    }


def _depth(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    force = "_has_degree3_to_5_damage_not_from_soaking"
    return {
        "detached_house": given["is_detached"],
        "storeys": given["storeys"],
        "flooded_above_floor": given["is_above_floor"],
        "depth_above_floor_m_at_shallowest_point": _metres(given["depth_cm"]),
        f"outer_wall{force}": given["wall_force"],
        f"opening{force}": given["opening_force"],
    }


def _area(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    depths = [_metres(each) for each in given["corner_depths"] if each is not None]
    return {
        "area_sample_survey": {
            "all_houses_wooden_detached_1_or_2_storeys": given["are_all_suitable"],
            "force_damage_to_wall_and_opening": given["has_force"],
            "four_corner_houses_depth_m": depths,
        }
    }


def _exterior(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    return {
        "roof_wall_openings_have_loss_or_breakage": given["exterior_damaged"],
        "water_may_enter": given["water_may_enter"],
    }


def _tilt(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    first, second = list(given["corners"]), list(given["across"])
    if all(each is None for each in (*first, *second)):
        return {}
    tilt: dict[str, Any] = {"plumb_length_mm": given["height"]}
    if all(each is None for each in second):
        tilt["horizontal_offset_mm_at_four_corners"] = [each for each in first if each is not None]
    else:
        pairs = [[x or 0, y or 0] for x, y in zip(first, second, strict=True)]
        tilt["horizontal_offset_xy_mm_at_four_corners"] = pairs
    return {"tilt": tilt}


def _piles(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    if not given["has_piles"]:
        return {}
    return {
        "pile_foundation": True,
        "max_settlement_cm": given["settlement_cm"],
        "max_exposed_height_cm": given["exposure_cm"],
    }


def _ground_first(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    mud = given["mud_reaches"] or None
    return {
        "foundation_and_columns_tilt_together": given["tilts_together"],
        "whole_house_sunk_to": given["sunk_to"] or None,
        "sediment_reaches": mud,
        "sediment_uniformly_deposited_in_and_around_house": given["mud_is_even"] if mud else None,
    }


def _ground_second(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    points = {name: value for name, value in given["part_points"].items() if value is not None}
    return {
        "uneven_settlement": given["is_uneven"],
        "whole_house_sunk_to": given["sunk_to"] or None,
        "first_floor_share_of_total_floor_area": _share(given["first_floor_percent"]),
        "part_points": {name: value for name, value in points.items() if name != "柱"} or None,
        "column_points": points.get("柱"),
        "other_part_points": given["other_points"],
    }


def _simplified(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    return {
        "simplified_check": {
            "roof_tiles_shifted_percent": given["roof_percent"],
            "roof_frame_damaged_and_deformed": bool(given["roof_deformed"]),
            "rain_would_enter": given["rain_enters"],
            "outer_wall_degree3_or_more_percent": given["wall_percent"],
            "openings_degree4_or_more_percent": given["opening_percent"],
            "openings_degree4_or_more_places": given["opening_places"],
        }
    }


def _pictures(_sheet: Sheet, given: Given, _is_sheet: bool) -> dict[str, Any]:
    return {"sheet_points": {name: value or 0 for name, value in given["pictures"].items()}}


def _floors(_sheet: Sheet, given: Given, is_sheet: bool) -> dict[str, Any]:
    if not _is_by_floor(given, is_sheet=is_sheet):
        return {}
    return {
        "storeys": given["storeys"],
        "one_household_uses_all_floors": given["one_household"],
        "main_floor_area_share": _share(given["main_percent"]),
        "main_floor_roof_area_share": _share(given["main_roof_percent"]),
    }


def _parts(sheet: Sheet, given: Given, is_sheet: bool) -> dict[str, Any]:
    by_floor = Section.FLOORS in sheet.sections and _is_by_floor(given, is_sheet=is_sheet)
    name = "band_upper_percent" if is_sheet else "share_percent"
    main, others = _marks(given["shares"], name), _marks(given["other_shares"], name)
    if is_sheet:
        found: dict[str, Any] = {"main_floor_marks": main} | _points(sheet, given, by_floor)
        return found | ({"other_floor_marks": others} if by_floor else {})
    found = {"main_floor_parts": main, "other_floor_parts": others} if by_floor else {"parts": main}
    rates = {n: r for n, r in given["rates"].items() if r is not None and n != FOUNDATION}
    found["equipment_loss_rate_percent"] = rates or None
    if by_floor:
        found |= _equipment_of_floors(given)
    if not sheet.structure.value.startswith("non"):
        return found
    return found | {
        "floor_beam_rate_is_from": ("梁" if given["is_beam"] else "床")
        if "床・梁" in given["shares"]
        else None,
        "steel_brace_method": bool(given["has_braces"]) or None,
    }


def _points(sheet: Sheet, given: Given, by_floor: bool) -> dict[str, Any]:
    """Return the numbers of the paper sheet without degrees: equipment, foundation."""
    equipment = [n for n in given["rates"] if n != FOUNDATION]
    found: dict[str, Any] = {
        "equipment_points_main_floor": _sum(given["rates"][name] for name in equipment)
    }
    if by_floor:
        others = given["other_equipment_points"]
        found["equipment_points_other_floor"] = others
    foundation = given["rates"].get(FOUNDATION)
    of = "foundation_points" if sheet.asks_points else "foundation_loss_rate_band_upper_percent"
    found[of] = foundation
    if Section.MUD in sheet.sections:
        found["mud_under_floor"] = bool(given["has_mud"])
    return found


def _foundation(_sheet: Sheet, given: Given, is_sheet: bool) -> dict[str, Any]:
    if is_sheet:
        return {}
    if given["total_stones"] is not None:
        stones = {"damaged_stones": given["damaged_stones"] or 0}
        return {"foundation_stones": stones | {"total_stones": given["total_stones"]}}
    found = {
        "loss_rate_percent": given["rates"].get(FOUNDATION),
        "outer_perimeter_length_m": given["perimeter_m"],
        "cracks_0_3mm_or_wider": given["cracks"],
        "spalls": given["spalls"],
        "level_top_breaks": given["level_breaks"],
        "crack_positions_m": given["crack_positions_m"] or None,
        "affected_lengths_m": given["affected_m"] or None,
    }
    found = {name: value for name, value in found.items() if value is not None}
    return {"foundation": found or None}


def _mud(_sheet: Sheet, given: Given, is_sheet: bool) -> dict[str, Any]:
    if is_sheet or not given["has_mud"] or given["total_stones"] is not None:
        return {}
    measured = _foundation(_sheet, given, is_sheet)["foundation"] or {}
    return {"foundation": measured | {"mud_under_floor": True}}


def _columns(_sheet: Sheet, given: Given, is_sheet: bool) -> dict[str, Any]:
    if is_sheet or given["columns_total"] is None:
        return {}
    counts = zip(DEGREES, given["column_counts"], strict=True)
    return {
        "columns": {
            "total": given["columns_total"],
            "seen": given["columns_seen"],
            "damaged": [{"degree": d, "count": count} for d, count in counts if count],
        }
    }


_SECTIONS = {
    Section.APPEARANCE: _appearance,
    Section.DIRECT: _direct,
    Section.DEPTH: _depth,
    Section.AREA: _area,
    Section.EXTERIOR: _exterior,
    Section.TILT: _tilt,
    Section.PILES: _piles,
    Section.GROUND_FIRST: _ground_first,
    Section.GROUND_SECOND: _ground_second,
    Section.SIMPLIFIED: _simplified,
    Section.PICTURES: _pictures,
    Section.FLOORS: _floors,
    Section.PARTS: _parts,
    Section.FOUNDATION: _foundation,
    Section.COLUMNS: _columns,
    Section.MUD: _mud,
}


def _is_by_floor(given: Given, *, is_sheet: bool) -> bool:
    """Tell whether the parts, or by the formula the equipment, were entered floor by floor."""
    rates = () if is_sheet else _equipment_of_floors(given).values()
    return any(each is not None for each in (given["main_percent"], *rates))


def _equipment_of_floors(given: Given) -> dict[str, Decimal | None]:
    """Return the loss rates of equipment by floor, of the formula: shares of all equipment."""
    return {
        "main_floor_equipment_loss_rate_percent": given["main_equipment_percent"],
        "other_floor_equipment_loss_rate_percent": given["other_equipment_percent"],
    }


def _marks(shares: Mapping[str, Given], name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the marks of the parts that have any; two of one degree are two marks."""
    found = {
        part: [
            {"degree": degree, name: share}
            for degree, each in by_degree.items()
            for share in each or ()
            if share
        ]
        for part, by_degree in shares.items()
    }
    return {part: marks for part, marks in found.items() if marks}


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    given = [value for value in values if value is not None]
    return sum(given, Decimal(0)) if given else None


def _metres(centimetres: Decimal | None) -> Decimal | None:
    return None if centimetres is None else centimetres / 100


def _share(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / 100
