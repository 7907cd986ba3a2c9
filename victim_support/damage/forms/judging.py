"""Forms of judgements: survey, approval, photographs, calculation."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import ValidationError

from victim_support.core.clock import today
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.damage.calculation import NOT_FLOODED
from victim_support.damage.forms.choices import choices_of, chosen
from victim_support.damage.photos import MOST_FILES
from victim_support.damage.rules import (
    GRADES_IN_FORM_ORDER,
    DamageGrade,
    Inundation,
    JudgementMethod,
    NoGrade,
)
from victim_support.damage.rules.outliers import Outlier
from victim_support.damage.services import Survey
from victim_support.damage.waiting import Waiting

LONGEST_CASE = 20_000
FLOODING = {NOT_FLOODED: "なし"} | {each.value: each.label for each in Inundation}


class _WithAGrade:
    """Ask for the flooding beside every grade: 「なし」 is said, never taken for granted."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if chosen(DamageGrade, form.outcome.data) and field.data not in FLOODING:
            raise ValidationError("浸水のありなしを選んでください。")


def inundation_field() -> RadioField:
    """Return the field of the flooding class; the page proposes, a flood has no proposal."""
    return RadioField(
        "浸水",
        choices=list(FLOODING.items()),
        validate_choice=False,
        validators=[_WithAGrade()],
        description="浸水がなければ「なし」を選びます。程度を決めないときは、選ばなくてもかまいません。",
    )


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
    case = HiddenField(validators=[Length(max=LONGEST_CASE)])
    """The calculation beside it, as a case of ``damage grade``."""
    acknowledged = HiddenField()

    def asks_reason(self, last_round: int) -> bool:
        """Refuse another round without a reason; say so beside the field."""
        if last_round and not (self.reason.data or "").strip():
            self.reason.errors = [*self.reason.errors, "2回目からは、理由を入れてください。"]
            return True
        return False


class AreaForm(SurveyForm):
    """One judgement for many dwellings of an area (一括判定)."""

    street = LineField("町・丁目・番地のはじめ", validators=[required(), Length(max=100)])
    dwellings = SelectMultipleField("判定する住家")
    seen = SelectMultipleField("判定のない住家", validate_choice=False)
    """What the page listed and nobody has judged: another round is ticked one by one."""
    every = BooleanField("判定のない住家のすべてに印を付ける")
    reason = LineField("一括で判定する理由", validators=[Length(max=200)])

    def offer(self, dwelling_ids: Sequence[UUID]) -> None:
        """Offer the dwellings found; while none is chosen, nothing else is asked for."""
        self.dwellings.choices = [(str(each), str(each)) for each in dwelling_ids]

    def takes(self, dwelling_id: UUID) -> bool:
        """Tell whether a dwelling found is to be judged."""
        key = str(dwelling_id)
        is_plain = self.every.data and key in (self.seen.data or ())
        return is_plain or key in (self.dwellings.data or ())

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


NOTED = "未確認の値を使う計算があることを承知しました"


class ApprovalForm(DeskForm):
    """The second person approves."""

    noted = BooleanField(NOTED)


class ApprovalsForm(DeskForm):
    """The judgements of the list that are approved in one act."""

    chosen = SelectMultipleField("承認する判定", validate_choice=False)
    seen = SelectMultipleField("一覧で見た判定", validate_choice=False)
    """What the page listed: what has come since is approved by nobody who has not seen it."""
    plain = BooleanField("目立つところのない判定のすべてに印を付ける")
    photoless = BooleanField("目立つところが「写真がない」だけの判定のすべてに印を付ける")
    noted = BooleanField(NOTED)

    def takes(self, one: Waiting) -> bool:
        """Tell whether a judgement of the list is to be approved."""
        key = str(one.judgement.id)
        wholes = {(): self.plain.data, (Outlier.NO_PHOTO,): self.photoless.data}
        is_meant = one.may_decide and wholes.get(one.outliers)
        return (is_meant and key in (self.seen.data or ())) or key in (self.chosen.data or ())

    def decided(self, listed: Sequence[Waiting]) -> int:
        """Return how many of those ticked somebody has decided on meanwhile."""
        return len(set(self.chosen.data or ()) - {str(one.judgement.id) for one in listed})

    def validate_chosen(self, field: Any) -> None:
        """Ask for one at least."""
        if not (field.data or self.plain.data or self.photoless.data):
            raise ValidationError("承認する判定に印を付けてください。")


class RecuseForm(DeskForm):
    """An officer does not decide on a dwelling."""


class ReturnForm(DeskForm):
    """The second person sends a judgement back."""

    reason = LineField("差し戻す理由", validators=[required(), Length(max=200)])
