"""Forms of the queue: the day, slips to print, a window, who came."""

from typing import Any

from wtforms import IntegerField, RadioField, ValidationError
from wtforms.validators import NumberRange

from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    Optional,
    required,
)
from victim_support.counter.rules.queue import MOST, OPENS_AT, PER_HOUR, CallOutcome, read_time
from victim_support.counter.services.queue import DayPlan
from victim_support.damage.forms import choices_of


class DayForm(DeskForm):
    """How the day goes: the last number handed out, when it opens, how many an hour."""

    handed_to = IntegerField(
        "配った最後の番号(数字だけ)",
        validators=[Optional(), NumberRange(0, 9999, "0〜9999の数にしてください。")],
    )
    opens_at = CodeField("始まる時刻", default=OPENS_AT, validators=[Length(max=5)])
    per_hour = IntegerField(
        "1時間に受け付ける人数(全部の窓口で)",
        default=PER_HOUR,
        validators=[Optional(), NumberRange(1, 500, "1〜500の数にしてください。")],
    )
    district = LineField("今日の対象の地区", validators=[Length(max=60)])

    def validate_opens_at(self, field: Any) -> None:
        """Refuse what is no time of day."""
        hour, _, minute = (field.data or OPENS_AT).partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            raise ValidationError("9:00 のように入れてください。")

    def plan(self) -> DayPlan:
        """Return what was said of the day."""
        time = read_time(self.opens_at.data)
        return DayPlan(
            handed_to=self.handed_to.data,
            opens_at=f"{time.hour}:{time.minute:02d}",
            per_hour=self.per_hour.data,
            district=self.district.data or "",
        )


class StockForm(DeskForm):
    """How many slips are printed."""

    idempotency_key = IdempotencyField()
    count = IntegerField(
        "印刷する枚数",
        default=48,
        validators=[
            required("枚数を入れてください。"),
            NumberRange(1, MOST, f"1〜{MOST}枚にしてください。"),
        ],
    )


class CallForm(DeskForm):
    """The window to which the next number is called."""

    idempotency_key = IdempotencyField()
    window = LineField(
        "窓口", validators=[required("窓口の番号か名前を入れてください。"), Length(max=20)]
    )


class OneForm(DeskForm):
    """One more number is handed out."""

    idempotency_key = IdempotencyField()


class SettleForm(DeskForm):
    """Whether somebody came to a called number."""

    outcome = RadioField("結果", choices=choices_of(CallOutcome), validators=[required()])
