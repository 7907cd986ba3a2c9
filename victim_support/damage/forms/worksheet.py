"""The form of the worksheets (計算で確かめる): one for all surveys; each shows its own sections."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import NumberRange, StopValidation, ValidationError
from wtforms.widgets import TextInput

from victim_support.core.forms import DeskForm, Optional, TicksField
from victim_support.damage.calculation import Worksheet
from victim_support.damage.forms.choices import choices_of
from victim_support.damage.rules import CalculationMethod
from victim_support.damage.rules.worksheets import DEGREES, EQUIPMENT

CORNERS = 4
SUNK_TO = ("床上1m", "床", "基礎の天端下25cm", "基礎の天端下25cm未満")
_YES, _NO = "yes", "no"
_BETWEEN = str.maketrans("、,+", "   ")


class NumbersField(Field):
    """Numbers of one cell: a share, or several of one degree, such as ``10+20``."""

    widget = TextInput()
    data: list[Decimal]

    def __init__(self, label: str, most: int, words: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.most, self.words = most, words

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = []
        text = unicodedata.normalize("NFKC", valuelist[0]) if valuelist else ""
        for part in text.translate(_BETWEEN).split():
            try:
                number = Decimal(part)
            except InvalidOperation:
                raise ValueError(self.words) from None
            if not (number.is_finite() and 0 <= number <= self.most):
                raise ValueError(self.words)
            self.data.append(number)


class YesNoField(RadioField):
    """A question that may stay open; its answer is True, False or None."""

    def __init__(self, label: str, yes: str = "はい", no: str = "いいえ", **options: Any) -> None:
        super().__init__(label, choices=[(_YES, yes), (_NO, no)], validate_choice=False, **options)

    @property
    def answer(self) -> bool | None:
        """Return what was answered."""
        return {_YES: True, _NO: False}.get(self.data or "")


def _number(label: str, most: int, least: int = 0) -> DecimalField:
    message = f"{least}～{most} の数で入れてください。"
    return DecimalField(
        label, places=None, validators=[Optional(), NumberRange(least, most, message)]
    )


def _percent(label: str) -> DecimalField:
    return _number(label, 100)


def _count(label: str, most: int = 10_000, least: int = 0) -> IntegerField:
    message = f"{least}～{most} の整数で入れてください。"
    return IntegerField(label, validators=[Optional(), NumberRange(least, most, message)])


def _four(label: str, most: int) -> "FieldList[Any]":
    return FieldList(_number(label, most), min_entries=CORNERS, max_entries=CORNERS)


def _share(label: str) -> NumbersField:
    return NumbersField(
        label, 100, "0～100 の数で入れてください(同じ損傷程度に2つあれば 10+20)。", default=list
    )


def _height_of_a_tilt(form: Any, field: Any) -> None:
    """Ask for the length of the plumb where a tilt was measured."""
    if all(each is None for each in (*form.corners.data, *form.across.data)):
        field.errors[:] = []
        raise StopValidation
    if not (field.raw_data and field.raw_data[0].strip()):
        field.errors[:] = []
        raise StopValidation("入力してください。")
    if field.data is not None and not 1 <= field.data <= 10_000:
        raise StopValidation("1～10000 の数で入れてください。")


class SharesForm(Form):
    """How much of one part has which degree of damage (損傷程度)."""

    first = _share("Ⅰ")
    second = _share("Ⅱ")
    third = _share("Ⅲ")
    fourth = _share("Ⅳ")
    fifth = _share("Ⅴ")


class CalculationForm(DeskForm):
    """The worksheet of the calculation; its parts are those of the chosen survey."""

    edition = SelectField("運用指針の版")
    method = RadioField(
        "計算方法",
        choices=choices_of([CalculationMethod.FORMULA, CalculationMethod.SHEET]),
        default=CalculationMethod.FORMULA.value,
    )
    appearance = TicksField(
        "外観",
    )
    height = DecimalField(
        "下げ振りの長さ (mm)",
        default=Decimal(1200),
        places=None,
        validators=[_height_of_a_tilt],
    )
    corners = _four("四隅の水平距離 (mm)", 10_000)
    across = _four("四隅のもう1方向の水平距離 (mm)", 10_000)
    has_piles = BooleanField("基礎ぐいを用いた住家で、地盤被害がある")
    settlement_cm = _number("最大沈下量 (cm)", 1000)
    exposure_cm = _number("最大露出高 (cm)", 1000)
    exterior_damaged = YesNoField("屋根・外壁・建具などに、脱落や破損", "ある", "ない")
    water_may_enter = YesNoField("住家に水が入るおそれ", "ある", "ない")
    is_detached = YesNoField("一戸建て")
    is_above_floor = YesNoField("浸水", "床上", "床下")
    depth_cm = _number("床上の浸水深(最も浅い部分)(cm)", 2000)
    wall_force = YesNoField("外壁に、浸水によらない損傷(Ⅲ～Ⅴ)", "ある", "ない")
    opening_force = YesNoField("建具に、浸水によらない損傷(Ⅲ～Ⅴ)", "ある", "ない")
    are_all_suitable = YesNoField("区域の住家は、すべて木造・プレハブの戸建ての1～2階建て")
    has_force = YesNoField("外壁と建具に、浸水によらない損傷(外力)", "ある", "ない")
    corner_depths = _four("四隅の住家の床上の浸水深 (cm)", 2000)
    tilts_together = YesNoField("基礎と柱が一体で傾いている")
    sunk_to = SelectField("住家全体の沈下(潜り込み)", validate_choice=False)
    mud_reaches = SelectField("堆積した土砂", validate_choice=False)
    mud_is_even = BooleanField("土砂は、住家の内と周りに一様に堆積している")
    is_uneven = YesNoField("不同沈下", "ある", "ない")
    first_floor_percent = _percent("1階の床面積の、延床面積に占める割合 (%)")
    part_points = FieldList(_number("部位の点数", 100))
    other_points = _number("その他の部位の点数(なければ 0)", 100)
    roof_percent = _percent("屋根: 瓦などのずれの割合 (%)")
    roof_deformed = BooleanField("屋根: 小屋組が損傷し、一部が変形している")
    rain_enters = YesNoField("屋根: 雨が入る状態", "はい", "いいえ")
    wall_percent = _percent("外壁: 損傷程度Ⅲ以上の割合 (%)")
    opening_percent = _percent("建具: 損傷程度Ⅳ以上の割合 (%)")
    opening_places = _count("建具: 損傷程度Ⅳ以上の箇所", 1000)
    pictures = FieldList(SelectField("図の点数", coerce=int, validate_choice=False))
    storeys = _count("階数", 100, 1)
    one_household = YesNoField("全部の階を1世帯が使っている")
    main_percent = _percent("主たる居住階の床面積の割合 (%)")
    main_roof_percent = _percent("主たる居住階にかかる屋根の割合 (%)")
    shares = FieldList(FormField(SharesForm))
    other_shares = FieldList(FormField(SharesForm))
    rates = FieldList(_percent("損傷率 (%)"))
    other_equipment_points = _number("その他の階の設備の点数(調査票の表)", 100)
    main_equipment_percent = _percent("主たる居住階の設備の損傷率(算定式)(%)")
    other_equipment_percent = _percent("その他の階の設備の損傷率(算定式)(%)")
    has_mud = BooleanField("布基礎・べた基礎の床下に泥がある")
    is_beam = BooleanField("床・梁の損傷率は、梁のもの")
    has_braces = BooleanField("鉄骨造のブレースの損傷で判定した")
    perimeter_m = _number("基礎の外周の長さ (m)", 1000)
    cracks = _count("幅 0.3 mm 以上のひび割れ(か所)")
    spalls = _count("剥落(か所)")
    level_breaks = _count("天端の不陸などの破断(か所)")
    crack_positions_m = NumbersField(
        "近いひび割れの位置 (m)", 1000, "0～1000 の数を並べてください。", default=list
    )
    affected_m = NumbersField(
        "不陸・移動・流出の長さ (m)", 1000, "0～1000 の数を並べてください。", default=list
    )
    damaged_stones = _count("損傷した束石(個)")
    total_stones = _count("束石の数(個)", least=1)
    columns_total = _count("柱の総数(本)", least=1)
    columns_seen = _count("見えた柱(本)")
    column_counts = FieldList(_count("損傷した柱(本)"), min_entries=5, max_entries=5)
    percent = _percent("損害割合 (%)")
    area_percent = _percent("損壊部分の延床面積に占める割合 (%)")
    acknowledged = BooleanField("未確認の値を使うことを確かめました")
    has_whole_equipment = False
    """Whether the loss rate of all equipment was told, which excludes those by floor."""

    def validate_corners(self, field: Any) -> None:
        """Ask for all four corners, for their mean counts."""
        if 0 < sum(1 for each in field.data if each is not None) < CORNERS:
            raise ValidationError("四隅の4つの値を入れてください。")

    def validate_corner_depths(self, field: Any) -> None:
        """Ask for all four houses."""
        self.validate_corners(field)

    def validate_other_equipment_points(self, field: Any) -> None:
        """Refuse points where the formula counts, which asks for loss rates."""
        if field.data is not None and not self.is_sheet:
            raise ValidationError("算定式では、設備は階ごとの損傷率の欄に入れてください。")

    def validate_main_equipment_percent(self, field: Any) -> None:
        """Refuse a loss rate by floor where the paper sheet counts, or beside that of all."""
        if field.data is None:
            return
        if self.is_sheet:
            raise ValidationError("調査票の表では、設備は点数の欄に入れてください。")
        if self.has_whole_equipment:
            raise ValidationError("「設備: 損傷率」の欄を空にするか、この欄を空にしてください。")

    def validate_other_equipment_percent(self, field: Any) -> None:
        """Refuse it as that of the main floor."""
        self.validate_main_equipment_percent(field)

    def offer(self, sheet: Worksheet, editions: Sequence[str], current: str) -> None:
        """Give every part of the survey its row, and offer the editions."""
        self.edition.choices = [(name, f"{name}版") for name in editions]
        self.edition.data = self.edition.data or current
        self.appearance.choices = [(each, each) for each in sheet.findings]
        for place in (self.sunk_to, self.mud_reaches):
            place.choices = [("", "なし"), *((each, each) for each in SUNK_TO)]
        rows = ((self.shares, sheet.parts), (self.other_shares, sheet.parts))
        pictures = tuple(sheet.pictures or ())
        more = ((self.rates, sheet.rates), (self.part_points, sheet.points))
        for fields, names in (*rows, *more, (self.pictures, pictures)):
            while len(fields) < len(names):
                fields.append_entry()
        _name_cells(self.shares, sheet.parts, "")
        _name_cells(self.other_shares, sheet.parts, "その他の階の")
        for part, choice in zip(pictures, self.pictures, strict=False):
            points = (sheet.pictures or {})[part]
            choice.label.text = part
            choice.choices = [(point, f"{point} 点") for point in points]
        rates = dict(zip(sheet.rates, self.rates.data, strict=False))
        self.has_whole_equipment = rates.get(EQUIPMENT) is not None
        for fields, names in more:
            for name, cell in zip(names, fields, strict=False):
                cell.label.text = f"{name} {cell.label.text}"

    @property
    def is_sheet(self) -> bool:
        """Tell whether the numbers are marks on the paper sheet."""
        return bool(self.method.data == CalculationMethod.SHEET.value)

    def given(self, sheet: Worksheet) -> dict[str, Any]:
        """Return what was entered by field name; parts by their names, answers as yes and no."""
        found = {field.name: field.data for field in self}
        answers = {f.name: f.answer for f in self if isinstance(f, YesNoField)}
        return (
            found
            | answers
            | {
                "shares": _shares(sheet.parts, self.shares),
                "other_shares": _shares(sheet.parts, self.other_shares),
                "rates": dict(zip(sheet.rates, self.rates.data, strict=False)),
                "part_points": dict(zip(sheet.points, self.part_points.data, strict=False)),
                "pictures": dict(zip(sheet.pictures or (), self.pictures.data, strict=False)),
            }
        )


def _name_cells(rows: "FieldList[Any]", parts: Sequence[str], place: str) -> None:
    for part, row in zip(parts, rows, strict=False):
        for degree, cell in zip(DEGREES, row.form, strict=True):
            cell.label.text = f"{place}{part} {degree}"


def _shares(parts: Sequence[str], rows: "FieldList[Any]") -> dict[str, dict[str, list[Decimal]]]:
    return {
        part: dict(zip(DEGREES, [cell.data for cell in row.form], strict=True))
        for part, row in zip(parts, rows, strict=False)
    }
