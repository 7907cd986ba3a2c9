"""Forms of judgements: survey, approval, photographs, calculation."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import NumberRange, ValidationError

from victim_support.core.clock import today
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    Optional,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.damage.calculation import NOT_FLOODED, Worksheet, inputs_of
from victim_support.damage.forms.choices import choices_of, chosen
from victim_support.damage.photos import MOST_FILES
from victim_support.damage.rules import (
    GRADES_IN_FORM_ORDER,
    CalculationMethod,
    DamageGrade,
    Inundation,
    JudgementMethod,
    NoGrade,
)
from victim_support.damage.services import Calculated, Survey
from victim_support.damage.waiting import Waiting

DEGREES = "ⅠⅡⅢⅣⅤ"
FLOODING = {NOT_FLOODED: "なし"} | {each.value: each.label for each in Inundation}


def _with_a_grade(form: Any, field: Any) -> None:
    """Ask for the flooding beside every grade: 「なし」 is said, never taken for granted."""
    if chosen(DamageGrade, form.outcome.data) and field.data not in FLOODING:
        raise ValidationError("浸水のありなしを選んでください。")


def inundation_field() -> RadioField:
    """Return the field of the flooding class; the page proposes, a flood has no proposal."""
    return RadioField(
        "浸水", choices=list(FLOODING.items()), validate_choice=False, validators=[_with_a_grade]
    )


def _percent(label: str) -> DecimalField:
    message = "0～100 の数で入れてください。"
    return DecimalField(label, places=None, validators=[Optional(), NumberRange(0, 100, message)])


def _length(label: str) -> DecimalField:
    message = "0～10000 の数で入れてください。"
    limits = NumberRange(0, 10_000, message)
    return DecimalField(label, places=None, validators=[Optional(), limits])


class SurveyForm(DeskForm):
    """What a survey found."""

    idempotency_key = IdempotencyField()
    outcome = RadioField(
        "被害の程度",
        choices=[*choices_of(GRADES_IN_FORM_ORDER), *choices_of(NoGrade)],
        validators=[required("被害の程度を選んでください。")],
    )
    method = SelectField("判定の方法", choices=choices_of(JudgementMethod))
    judged_on = WarekiDateField("判定した日", validators=[required()])
    judged_by = LineField("調査した人・班", validators=[required(), Length(max=100)])
    inundation = inundation_field()
    note = TextField("備考", validators=[Length(max=1000)])

    def validate_judged_on(self, field: Any) -> None:
        """Refuse a day that has not come yet in Japan."""
        if field.data and field.data > today():
            raise ValidationError("先の日付です。判定した日は今日までの日付にしてください。")

    def survey(self) -> Survey:
        """Return what was found."""
        return Survey(
            method=chosen(JudgementMethod, self.method.data) or JudgementMethod.FIRST_SURVEY,
            judged_on=self.judged_on.data or today(),
            judged_by=self.judged_by.data or "",
            grade=chosen(DamageGrade, self.outcome.data),
            no_grade=chosen(NoGrade, self.outcome.data),
            inundation=chosen(Inundation, self.inundation.data),
        )


class JudgementForm(SurveyForm):
    """A round of judgement of a dwelling, with the calculation beside it if there was one."""

    reason = LineField("この回の判定をする理由", validators=[Length(max=200)])
    calculated_grade = HiddenField()
    calculated_percent = HiddenField(validators=[Length(max=40)])
    calculation_method = HiddenField()
    edition = HiddenField(validators=[Length(max=40)])

    def asks_reason(self, last_round: int) -> bool:
        """Refuse another round without a reason; say so beside the field."""
        if last_round and not (self.reason.data or "").strip():
            self.reason.errors = [*self.reason.errors, "2回目からは、理由を入れてください。"]
            return True
        return False

    def calculated(self) -> Calculated | None:
        """Return what the calculation beside the judgement found."""
        if not self.calculated_percent.data and not self.calculated_grade.data:
            return None
        return Calculated(
            grade=chosen(DamageGrade, self.calculated_grade.data),
            percent=self.calculated_percent.data or "",
            method=chosen(CalculationMethod, self.calculation_method.data),
            edition=self.edition.data or "",
        )


class AreaForm(SurveyForm):
    """One judgement for many dwellings of an area (一括判定)."""

    street = LineField("町・丁目・番地のはじめ", validators=[required(), Length(max=100)])
    dwellings = SelectMultipleField("判定する住家")
    every = BooleanField("見つかった住家のすべてに印を付ける")
    reason = LineField("一括で判定する理由", validators=[Length(max=200)])

    def offer(self, dwelling_ids: Sequence[UUID]) -> None:
        """Offer the dwellings found; while none is chosen, nothing else is asked for."""
        self.dwellings.choices = [(str(each), str(each)) for each in dwelling_ids]

    def takes(self, dwelling_id: UUID) -> bool:
        """Tell whether a dwelling found is to be judged."""
        return self.every.data or str(dwelling_id) in (self.dwellings.data or ())

    def validate_reason(self, field: Any) -> None:
        """Ask why so many are judged without a visit."""
        if not (field.data or "").strip():
            raise ValidationError("理由を入れてください(四隅の住家の調査など)。")

    def validate_dwellings(self, field: Any) -> None:
        """Ask for one at least."""
        if not field.data and not self.every.data:
            raise ValidationError("判定する住家に印を付けてください。")


class PhotosForm(DeskForm):
    """Photographs of the damage to a dwelling."""

    idempotency_key = IdempotencyField()
    photos = MultipleFileField("写真のファイル")
    photo_note = LineField("写真のメモ", validators=[Length(max=100)])

    def validate_photos(self, field: Any) -> None:
        """Ask for files, and not for more than a page can wait for."""
        if not field.data:
            raise ValidationError("写真のファイルを選んでください。")
        if len(field.data) > MOST_FILES:
            raise ValidationError(f"一度に{MOST_FILES}枚までです。分けて選んでください。")


class WithdrawPhotoForm(DeskForm):
    """Take a photograph off the page."""


class ApprovalForm(DeskForm):
    """The second person approves."""


class ApprovalsForm(DeskForm):
    """The judgements of the list that are approved in one act."""

    chosen = SelectMultipleField("承認する判定")
    plain = BooleanField("目立つところのない判定のすべてに印を付ける")

    def offer(self, judgement_ids: Sequence[UUID]) -> None:
        """Offer the judgements of the list."""
        self.chosen.choices = [(str(each), str(each)) for each in judgement_ids]

    def takes(self, one: Waiting) -> bool:
        """Tell whether a judgement of the list is to be approved."""
        is_plain = self.plain.data and one.may_decide and not one.outliers
        return is_plain or str(one.judgement.id) in (self.chosen.data or ())

    def validate_chosen(self, field: Any) -> None:
        """Ask for one at least."""
        if not field.data and not self.plain.data:
            raise ValidationError("承認する判定に印を付けてください。")


class RecuseForm(DeskForm):
    """An officer does not decide on a dwelling."""


class ReturnForm(DeskForm):
    """The second person sends a judgement back."""

    reason = LineField("差し戻す理由", validators=[required(), Length(max=200)])


class SharesForm(Form):
    """How much of one part has which degree of damage (損傷程度)."""

    first = _percent("Ⅰ")
    second = _percent("Ⅱ")
    third = _percent("Ⅲ")
    fourth = _percent("Ⅳ")
    fifth = _percent("Ⅴ")


class CalculationForm(DeskForm):
    """The worksheet of the calculation; its parts are those of the chosen survey."""

    edition = SelectField("運用指針の版")
    height = DecimalField(
        "下げ振りの長さ (mm)",
        default=Decimal(1200),
        places=None,
        validators=[required(), NumberRange(1, 10_000, "1～10000 の数で入れてください。")],
    )
    corners = FieldList(_length("四隅の水平距離 (mm)"), min_entries=4, max_entries=4)
    shares = FieldList(FormField(SharesForm))
    rates = FieldList(_percent("損傷率 (%)"))
    has_mud = BooleanField("布基礎・べた基礎の床下に泥がある")
    is_beam = BooleanField("床・梁の損傷率は、梁のもの")
    acknowledged = BooleanField("未確認の値を使うことを確かめました")

    def validate_corners(self, field: Any) -> None:
        """Ask for all four corners, for their mean counts."""
        if 0 < sum(1 for each in field.data if each is not None) < 4:
            raise ValidationError("四隅の4つの値を入れてください。")

    def offer(self, sheet: Worksheet, editions: Sequence[str], current: str) -> None:
        """Give every part of the survey its row, and offer the editions."""
        self.edition.choices = [(name, f"{name}版") for name in editions]
        if self.edition.data is None:
            self.edition.data = current
        for fields, names in ((self.shares, sheet.parts), (self.rates, sheet.rates)):
            while len(fields) < len(names):
                fields.append_entry()
        for part, row in zip(sheet.parts, self.shares, strict=False):
            for degree, cell in zip(DEGREES, row.form, strict=True):
                cell.label.text = f"{part} {degree}"

    def inputs(self, sheet: Worksheet) -> dict[str, Any]:
        """Return the numbers in the file format of ``damage grade``."""
        shares = {
            part: dict(zip(DEGREES, [cell.data for cell in row.form], strict=True))
            for part, row in zip(sheet.parts, self.shares, strict=False)
        }
        rates = dict(zip(sheet.rates, self.rates.data, strict=False))
        found = inputs_of(shares, rates, self.corners.data, self.height.data)
        if sheet.has_mud and self.has_mud.data:
            found["foundation"] = {**found.get("foundation", {}), "mud_under_floor": True}
        if sheet.has_beams:
            found["floor_beam_rate_is_from"] = "梁" if self.is_beam.data else "床"
        return found
