"""One row of a shelter list, understood and repaired."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from victim_support.shelters.rules.capacity import Capacity, read_capacity
from victim_support.shelters.rules.cells import (
    is_blank_mark,
    narrow,
    read_flag,
    read_people,
    read_phone,
    undo_date,
    whole,
    without_condition,
)
from victim_support.shelters.rules.columns import HAZARD_COLUMNS, Column, Layout
from victim_support.shelters.rules.identity import kind_of, municipality_of, read_common_id
from victim_support.shelters.rules.moments import JAPAN, has_year, read_moment
from victim_support.shelters.rules.places import (
    find_place,
    is_city_name,
    is_municipality,
    is_prefecture_name,
    read_code,
    whole_address,
)
from victim_support.shelters.rules.positions import Position, is_empty, read_position
from victim_support.shelters.rules.records import Count, Notes, ShelterRecord
from victim_support.shelters.rules.vocabulary import Hazard, ShelterKind

_CODE_COLUMNS = (Column.LOCATION_CODE, Column.CITY_CODE, Column.PUBLISHER_CODE)
_HAZARD_WORDS = {
    Hazard.FLOOD: "洪水|水害|外水",
    Hazard.LANDSLIDE: "土砂|崖|がけ|土石流|地滑り|地すべり",
    Hazard.STORM_SURGE: "高潮",
    Hazard.EARTHQUAKE: "地震",
    Hazard.TSUNAMI: "津波",
    Hazard.FIRE: "火事|火災",
    Hazard.INLAND_FLOOD: "内水",
    Hazard.VOLCANO: "火山|噴火",
}
_ALL_HAZARDS = re.compile(r"全災害|すべて|全て|全種別")
_FIELDS = {
    "name_kana": Column.KANA,
    "accepts": Column.ACCEPTS,
    "other_matters": Column.OTHER_MATTERS,
    "district": Column.DISTRICT,
    "area": Column.AREA,
    "note": Column.NOTE,
}
_GIVEN: dict[str, tuple[Column, ...]] = {
    "name_kana": (Column.KANA,),
    "address": (Column.ADDRESS, Column.TOWN, Column.BLOCK),
    "position": (Column.LATITUDE, Column.LONGITUDE, Column.POSITION),
    "elevation": (Column.ELEVATION,),
    "phone": (Column.PHONE,),
    "hazards": (*HAZARD_COLUMNS, Column.HAZARDS),
    "capacity": (Column.CAPACITY, Column.CAPACITY_INDOOR, Column.CAPACITY_OUTDOOR),
    "overlaps_other_kind": (Column.OVERLAP,),
    "accepts": (Column.ACCEPTS,),
    "other_matters": (Column.OTHER_MATTERS,),
    "district": (Column.DISTRICT,),
    "area": (Column.AREA,),
    "note": (Column.NOTE,),
}


def fields_given(layout: Layout) -> frozenset[str]:
    """Return the fields a file speaks of; only these may change what is known of a shelter."""
    spoken = {field for field, columns in _GIVEN.items() if any(map(layout.has, columns))}
    return frozenset(spoken | {"name", "kind"})


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one file.

    Attributes:
        layout: What the columns mean.
        places: Where the columns of each meaning stand.
        municipality: 6-digit code that counts when a row names no municipality.
        given: Fields that the file speaks of.
        numbers_are_ids: The column NO holds lasting municipal IDs.
        id_width: Digits of all municipal IDs, when spreadsheets may have cut their zeros.
        as_of: Time of the head counts when the file does not say it.
        until: The latest time that a time without its year can be.
    """

    layout: Layout
    places: Mapping[Column, Sequence[int]]
    municipality: str
    given: frozenset[str]
    numbers_are_ids: bool = False
    id_width: int = 0
    as_of: datetime | None = None
    until: datetime | None = None

    def read(self, row: Sequence[str], notes: Notes) -> ShelterRecord:
        """Return the record of one row; what was put right goes to ``notes``."""
        cells = _Cells(self.layout, self.places, row, notes)
        common_id = self._common_id(cells)
        position = self._position(cells)
        capacity = _capacity(cells)
        hazards, doubtful = _hazards(cells)
        address = _address(cells)
        record = ShelterRecord(
            row=notes.row,
            name=_name(cells),
            given=self.given,
            common_id=common_id,
            municipal_id=self._municipal_id(cells),
            municipality=self._municipality(cells, common_id, address),
            kind=_kind(cells, common_id, hazards),
            address=address,
            latitude=position.latitude,
            longitude=position.longitude,
            elevation=_elevation(cells),
            phone=_phone(cells),
            hazards=hazards,
            capacity_indoor=capacity.indoor,
            capacity_outdoor=capacity.outdoor,
            capacity_total=capacity.total,
            capacity_text=whole(cells.first(Column.CAPACITY)),
            overlaps_other_kind=_is_both_kinds(cells),
            counts=tuple(self._counts(cells)),
            **{field: cells.text(column) for field, column in _FIELDS.items()},
        )
        return replace(record, note=" ".join(filter(None, [record.note, *doubtful])))

    def _common_id(self, cells: "_Cells") -> str:
        value = cells.first(Column.COMMON_ID)
        if not value or is_blank_mark(value):
            return ""
        common_id, why = read_common_id(value)
        if why:
            cells.repaired(Column.COMMON_ID, value, common_id, why)
        return common_id

    def _municipal_id(self, cells: "_Cells") -> str:
        column = Column.NUMBER if self.numbers_are_ids else Column.MUNICIPAL_ID
        value = cells.first(column)
        if is_blank_mark(value):
            return ""
        plain = whole(narrow(value))
        if plain.isdigit() and len(plain) < self.id_width:
            plain = plain.zfill(self.id_width)
        if plain != value:
            cells.repaired(column, value, plain, "数値になっていたIDを直した")
        return plain

    def _municipality(self, cells: "_Cells", common_id: str, address: str) -> str:
        prefecture = _prefecture(cells)
        codes = [code for code in _codes(cells, prefecture) if is_municipality(code)]
        city = _city(cells, prefecture) or cells.first(Column.GOVERNMENT)
        if common_id:
            return municipality_of(common_id)
        if codes:
            return codes[0]
        for text in (address, city, cells.first(Column.PREFECTURE_AND_CITY)):
            place = find_place(text, prefecture)
            if place is not None:
                return place.code
        return self.municipality

    def _position(self, cells: "_Cells") -> Position:
        latitude, longitude = cells.first(Column.LATITUDE), cells.first(Column.LONGITUDE)
        if is_empty(latitude) and is_empty(longitude):
            latitude = cells.first(Column.POSITION) or latitude
        position = read_position(latitude, longitude)
        if position.why:
            was = f"{latitude}, {longitude}".strip(", ")
            now = "" if position.latitude is None else f"{position.latitude}, {position.longitude}"
            cells.notes.put_right("緯度、経度", was, now, position.why)
        elif position.latitude is None and "position" in self.given:
            cells.notes.put_right("緯度、経度", "", "", "座標がないため、地図には出さない")
        return position

    def _counts(self, cells: "_Cells") -> Iterator[Count]:
        dated = dict(self.layout.dated_counts)
        moment = self._observed(cells) or self.as_of
        for index, column in enumerate(self.layout.columns):
            value = cells.row[index]
            if column is not Column.PEOPLE or not value or is_blank_mark(value):
                continue
            people = read_people(value)
            observed_at = read_moment(dated[index], self.until) if index in dated else moment
            header = self.layout.header[index]
            if people is None:
                cells.notes.put_right(header, value, "", "人数として読めないため記録していない")
            elif observed_at is None:
                said = cells.first(Column.OBSERVED_AT)
                why = f"時点「{said}」を読めない" if said else "時点がない"
                cells.notes.put_right(header, value, "", f"{why}ため人数は記録していない")
            else:
                yield Count(people, observed_at)

    def _observed(self, cells: "_Cells") -> datetime | None:
        said = cells.first(Column.OBSERVED_AT)
        moment = read_moment(said, self.until)
        if moment is not None and not has_year(said):
            shown = f"{moment.astimezone(JAPAN):%Y/%m/%d %H:%M}"
            why = "年がないので、いちばん近い過去の年にした"
            cells.notes.put_right(Column.OBSERVED_AT.value, said, shown, why)
        return moment


@dataclass(frozen=True, slots=True)
class _Cells:
    layout: Layout
    places: Mapping[Column, Sequence[int]]
    row: Sequence[str]
    notes: Notes

    def first(self, column: Column) -> str:
        """Return the first filled cell of a meaning."""
        return next(iter(self.all(column)), "")

    def all(self, column: Column) -> list[str]:
        return [self.row[at] for at in self.places.get(column, ()) if self.row[at]]

    def text(self, column: Column) -> str:
        """Return free text; a mark for nothing is nothing."""
        value = " ".join(self.first(column).split())
        return "" if is_blank_mark(value) else value

    def repaired(self, column: Column, was: str, now: object, why: str) -> None:
        index = self.layout.columns.index(column)
        self.notes.put_right(self.layout.header[index], was, now, why)


def _name(cells: _Cells) -> str:
    value = cells.first(Column.NAME)
    name = re.sub(r"\s*[\r\n]+\s*", " ", value)
    if name != value:
        cells.repaired(Column.NAME, value, name, "名称の中の改行を空白にした")
    return name


def _codes(cells: _Cells, prefecture: str) -> list[str]:
    found = []
    for column in _CODE_COLUMNS:
        for value in cells.all(column):
            code, why = read_code(value, prefecture)
            if why:
                cells.repaired(column, value, code, why)
            found.append(code)
    return found


def _prefecture(cells: _Cells) -> str:
    named = cells.first(Column.PREFECTURE)
    if is_prefecture_name(named):
        return named
    place = find_place(cells.first(Column.ADDRESS) or cells.first(Column.PREFECTURE_AND_CITY))
    return place.prefecture if place else ""


def _city(cells: _Cells, prefecture: str) -> str:
    value = cells.first(Column.CITY)
    place = find_place(value, prefecture)
    if place is None or is_city_name(value) or len(value) <= len(place.city):
        return value
    cells.repaired(Column.CITY, value, place.city, "市区町村の欄に住所まで入っていた")
    return place.city


def _address(cells: _Cells) -> str:
    written = cells.text(Column.ADDRESS)
    if written:
        return written
    prefecture, city = cells.text(Column.PREFECTURE), cells.text(Column.CITY)
    block = cells.text(Column.BLOCK)
    number = undo_date(block)
    if number is not None:
        cells.repaired(Column.BLOCK, block, number, "日付になっていた番地を戻した")
    rest = "".join([cells.text(Column.TOWN), number or block])
    joined = whole_address(prefecture, city, rest) if rest or city else ""
    return " ".join(filter(None, [joined, cells.text(Column.BUILDING)]))


def _kind(cells: _Cells, common_id: str, hazards: tuple[Hazard, ...]) -> ShelterKind | None:
    if common_id:
        return kind_of(common_id)
    said = cells.first(Column.KIND)
    for kind, column, word in (
        (ShelterKind.WELFARE, Column.IS_WELFARE, "福祉"),
        (ShelterKind.DESIGNATED, Column.IS_DESIGNATED, "指定避難所"),
        (ShelterKind.EMERGENCY, Column.IS_EMERGENCY, "緊急避難場所"),
    ):
        if read_flag(cells.first(column)) or word in said:
            return kind
    return _kind_of_list(cells, hazards)


def _is_both_kinds(cells: _Cells) -> bool:
    """Tell whether a place is designated for both, in a column for it or by the kinds named."""
    said = cells.first(Column.KIND)
    both = (
        read_flag(cells.first(Column.IS_DESIGNATED)) or "指定避難所" in said,
        read_flag(cells.first(Column.IS_EMERGENCY)) or "緊急避難場所" in said,
    )
    return bool(read_flag(cells.first(Column.OVERLAP)) or all(both))


def _kind_of_list(cells: _Cells, hazards: tuple[Hazard, ...]) -> ShelterKind | None:
    """Return the kind that the list as a whole is about."""
    has_hazards = any(map(cells.layout.has, (*HAZARD_COLUMNS, Column.HAZARDS)))
    if has_hazards and (hazards or not cells.layout.is_open_list):
        return ShelterKind.EMERGENCY
    if cells.layout.has(Column.ACCEPTS):
        return ShelterKind.WELFARE if cells.text(Column.ACCEPTS) else ShelterKind.DESIGNATED
    return None


def _hazards(cells: _Cells) -> tuple[tuple[Hazard, ...], list[str]]:
    """Return the hazards and, as text for the note, marks that say neither yes nor no."""
    found, doubtful = set(_hazards_in_words(cells.first(Column.HAZARDS))), []
    for column, hazard in HAZARD_COLUMNS.items():
        value = cells.first(column)
        mark = read_flag(value)
        if mark:
            found.add(hazard)
        elif mark is None:
            doubtful.append(f"{hazard.label}: {value}")
            is_conditional = bool(read_flag(without_condition(value)))
            found |= {hazard} if is_conditional else set()
            how = "条件の付いた印。該当とし" if is_conditional else "印を読み取れないため該当とせず"
            now = "該当" if is_conditional else ""
            cells.repaired(column, value, now, f"{how}、備考に残した")
    return tuple(hazard for hazard in Hazard if hazard in found), doubtful


def _hazards_in_words(text: str) -> list[Hazard]:
    if _ALL_HAZARDS.search(text):
        return list(Hazard)
    return [hazard for hazard, words in _HAZARD_WORDS.items() if re.search(words, text)]


def _capacity(cells: _Cells) -> Capacity:
    text = cells.first(Column.CAPACITY)
    capacity = read_capacity(text)
    if capacity.why:
        parts = {"屋内": capacity.indoor, "屋外": capacity.outdoor, "計": capacity.total}
        now = "、".join(f"{name}{number}人" for name, number in parts.items() if number is not None)
        cells.repaired(Column.CAPACITY, text, now, capacity.why)
    indoor = read_capacity(cells.first(Column.CAPACITY_INDOOR)).total
    outdoor = read_capacity(cells.first(Column.CAPACITY_OUTDOOR)).total
    if indoor is None and outdoor is None:
        return capacity
    total = capacity.total if capacity.total is not None else (indoor or 0) + (outdoor or 0)
    return Capacity(indoor, outdoor, total)


def _elevation(cells: _Cells) -> float | None:
    value = cells.first(Column.ELEVATION)
    if not value or is_blank_mark(value):
        return None
    plain = re.sub(r"\s*(?:m|メートル)$", "", narrow(value)).replace(",", "")
    try:
        return float(plain)
    except ValueError:
        cells.repaired(Column.ELEVATION, value, "", "標高として読めない")
        return None


def _phone(cells: _Cells) -> str:
    value = cells.text(Column.PHONE)
    phone, why = read_phone(value)
    if why:
        cells.repaired(Column.PHONE, value, phone, why)
    return phone
