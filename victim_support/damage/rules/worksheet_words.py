"""What was entered for a calculation, in the office's words, for the internal sheet."""

from collections.abc import Iterator, Mapping
from typing import Any

YES, NO = "はい", "いいえ"
LABELS = {
    "affected_lengths_m": "基礎の不陸・移動・流出の長さ(m)",
    "all_houses_wooden_detached_1_or_2_storeys": "木造・プレハブの戸建ての1～2階建てだけ",
    "appearance_findings": "外観",
    "area_sample_survey": "四隅の住家",
    "column_points": "柱の点数",
    "columns": "柱",
    "count": "本",
    "crack_positions_m": "基礎のひび割れの位置(m)",
    "cracks_0_3mm_or_wider": "基礎のひび割れ(か所)",
    "damaged": "損傷した柱",
    "damaged_stones": "損傷した束石(個)",
    "depth_above_floor_m_at_shallowest_point": "床上の浸水深(m)",
    "destroyed_floor_area_percent_of_total_floor_area": "損壊部分の延床面積の割合(%)",
    "detached_house": "一戸建て",
    "equipment_loss_rate_percent": "設備の損傷率(%)",
    "equipment_points_main_floor": "設備の点数",
    "equipment_points_other_floor": "その他の階の設備の点数",
    "first_floor_share_of_total_floor_area": "1階の床面積の割合",
    "flooded_above_floor": "床上浸水",
    "floor_beam_rate_is_from": "床・梁の損傷率のもと",
    "force_damage_to_wall_and_opening": "外力(外壁と建具)",
    "foundation": "基礎",
    "foundation_and_columns_tilt_together": "基礎と柱が一体で傾く",
    "foundation_loss_rate_band_upper_percent": "基礎の損傷率の区分(%)",
    "foundation_points": "基礎の点数",
    "foundation_stones": "束石",
    "four_corner_houses_depth_m": "浸水深(m)",
    "horizontal_offset_mm_at_four_corners": "四隅の水平距離(mm)",
    "horizontal_offset_xy_mm_at_four_corners": "四隅の2方向の水平距離(mm)",
    "house_damage_percent_already_calculated": "損害割合(%)",
    "level_top_breaks": "基礎の天端の破断(か所)",
    "loss_rate_percent": "損傷率(%)",
    "main_floor_area_share": "主たる居住階の床面積の割合",
    "main_floor_equipment_loss_rate_percent": "主たる居住階の設備の損傷率(%)",
    "main_floor_marks": "調査票の印",
    "main_floor_parts": "主たる居住階",
    "main_floor_roof_area_share": "主たる居住階にかかる屋根の割合",
    "max_exposed_height_cm": "最大露出高(cm)",
    "max_settlement_cm": "最大沈下量(cm)",
    "mud_under_floor": "床下の泥",
    "one_household_uses_all_floors": "全部の階を1世帯が使う",
    "opening_has_degree3_to_5_damage_not_from_soaking": "建具の外力の損傷",
    "openings_degree4_or_more_percent": "建具 Ⅳ以上(%)",
    "openings_degree4_or_more_places": "建具 Ⅳ以上(か所)",
    "other_floor_equipment_loss_rate_percent": "その他の階の設備の損傷率(%)",
    "other_floor_marks": "調査票の印(その他の階)",
    "other_floor_parts": "その他の階",
    "other_part_points": "その他の部位の点数",
    "outer_perimeter_length_m": "基礎の外周(m)",
    "outer_wall_degree3_or_more_percent": "外壁 Ⅲ以上(%)",
    "outer_wall_has_degree3_to_5_damage_not_from_soaking": "外壁の外力の損傷",
    "part_points": "部位の点数",
    "parts": "部位",
    "pile_foundation": "基礎ぐい",
    "plumb_length_mm": "下げ振りの長さ(mm)",
    "rain_would_enter": "雨が入る",
    "roof_frame_damaged_and_deformed": "小屋組の損傷と屋根の変形",
    "roof_tiles_shifted_percent": "瓦などのずれ(%)",
    "roof_wall_openings_have_loss_or_breakage": "外装の脱落・破損",
    "sediment_reaches": "堆積した土砂",
    "sediment_uniformly_deposited_in_and_around_house": "土砂が内と周りに一様",
    "seen": "見えた柱(本)",
    "sheet_points": "図の点数",
    "simplified_check": "簡易な判定",
    "spalls": "基礎の剥落(か所)",
    "steel_brace_method": "ブレースによる判定",
    "storeys": "階数",
    "tilt": "傾斜",
    "total": "総数(本)",
    "total_stones": "束石の数(個)",
    "uneven_settlement": "不同沈下",
    "water_may_enter": "水が入るおそれ",
    "whole_house_sunk_to": "住家全体の沈下",
}


def entered(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was entered, line by line: what it is, and its value."""
    return list(_lines(inputs, ""))


def _lines(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        label = f"{before} {LABELS.get(name, name)}".strip()
        if isinstance(value, Mapping):
            yield from _lines(value, label)
        elif value not in (None, [], ""):
            yield label, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "、".join(_text(each) for each in value)
    if isinstance(value, Mapping):
        count = value.get("count")
        share = value.get("share_percent", value.get("band_upper_percent"))
        return f"{value.get('degree')} {f'{share} %' if count is None else f'{count} 本'}"
    return str(value)
