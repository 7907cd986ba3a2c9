"""Latitude and longitude out of what lists hold: decimals, degrees, swapped, without a point."""

import re
from dataclasses import dataclass

from victim_support.shelters.rules.cells import is_blank_mark, narrow

LATITUDES = (20.0, 46.0)
LONGITUDES = (122.0, 154.0)
_DEGREES = re.compile(
    r"^(?:北緯|東経|[NE])?\s*(\d{2,3})\s*(?:度|°|º|d|:|\s|\.)\s*(\d{1,2})\s*(?:分|′|'|’|m|:|\s|\.)\s*"
    r"(\d{1,2}(?:\.\d+)?)\s*(?:秒|″|′′|\"|”|''|’’|s)?\s*[NE]?$",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"^(?:北緯|東経|[NE])?\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:度|°)?\s*[NE]?$")
_PAIR = re.compile(r"^[(\[]?\s*([^,;\s/]+)\s*[,;\s/]\s*([^,;\s/]+?)\s*[)\]]?$")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a place is; both parts or neither, and what was repaired or is wrong."""

    latitude: float | None = None
    longitude: float | None = None
    why: str = ""


def read_position(latitude: str, longitude: str) -> Position:
    """Read latitude and longitude; swap them, convert degrees, or say why there is none."""
    if is_empty(latitude) and is_empty(longitude):
        return Position(why="座標がない" if latitude or longitude else "")
    north, how_north = _read_angle(latitude, LATITUDES)
    east, how_east = _read_angle(longitude, LONGITUDES)
    if north is not None and east is not None:
        return Position(north, east, how_north or how_east)
    swapped_north, _ = _read_angle(longitude, LATITUDES)
    swapped_east, _ = _read_angle(latitude, LONGITUDES)
    if swapped_north is not None and swapped_east is not None:
        return Position(swapped_north, swapped_east, "緯度と経度が入れ替わっていたので戻した")
    pair = _PAIR.match(narrow(latitude or longitude))
    if pair and is_empty(longitude if latitude else latitude):
        both = read_position(pair[1], pair[2])
        if both.latitude is not None:
            return Position(both.latitude, both.longitude, "1つの欄から緯度と経度に分けた")
    return Position(why=_why_not(latitude, longitude))


def is_empty(value: str) -> bool:
    """Tell whether a coordinate cell holds nothing."""
    return not value or is_blank_mark(value) or narrow(value) in {"0", "0.0"}


def looks_like(value: str, bounds: tuple[float, float]) -> bool:
    """Tell whether a cell is surely a latitude or longitude: in Japan, with its decimals."""
    plain = narrow(value)
    return _read_angle(value, bounds)[0] is not None and ("." in plain or "度" in plain)


def _read_angle(value: str, bounds: tuple[float, float]) -> tuple[float | None, str]:
    text = narrow(value)
    if found := _DECIMAL.match(text):
        number = float(found[1].replace(",", "."))
        if bounds[0] <= number <= bounds[1]:
            return number, ("小数のコンマを点にした" if "," in found[1] else "")
        return _restore_point(found[1], bounds)
    if found := _DEGREES.match(text):
        degrees, minutes, seconds = (float(part) for part in found.groups())
        number = round(degrees + minutes / 60 + seconds / 3600, 8)
        if minutes < 60 and seconds < 60 and bounds[0] <= number <= bounds[1]:
            return number, "度分秒を10進の度にした"
    return None, ""


def _restore_point(digits: str, bounds: tuple[float, float]) -> tuple[float | None, str]:
    """Put back a lost decimal point; 6 or 7 digits could be packed degrees and are left."""
    if not digits.isdigit() or len(digits) < 8:
        return None, ""
    places = 2 if bounds == LATITUDES else 3
    number = float(f"{digits[:places]}.{digits[places:]}")
    if bounds[0] <= number <= bounds[1]:
        return number, "失われた小数点を補った"
    return None, ""


def _why_not(latitude: str, longitude: str) -> str:
    if is_empty(latitude) or is_empty(longitude):
        return "緯度か経度の片方しかないため、地図には出さない"
    numbers = [_DECIMAL.match(narrow(value)) for value in (latitude, longitude)]
    if all(numbers):
        return "日本の外の座標のため、地図には出さない"
    return "座標を読み取れないため、地図には出さない"
