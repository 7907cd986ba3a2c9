"""Forms of presence; messages in Japanese."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    PhoneField,
    required,
)
from victim_support.evacuees.rules import StayKind
from victim_support.presence.rules import parse_number

MOST_SHEETS = 20


class CardNumberField(CodeField):
    """A whole number of a card, as scanned or typed."""

    number: str | None = None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no number, and say what to do."""
        super().pre_validate(form)
        self.number = parse_number(self.data or "")
        if self.data and self.number is None:
            message = "札の番号と合いません。札に書いてある8文字を、もう一度入れてください。"
            raise ValidationError(message)


class StockForm(DeskForm):
    """How many sheets of blank cards."""

    sheets = IntegerField(
        "枚数（A4の1枚に10札）",
        default=1,
        validators=[
            required("枚数を入れてください。"),
            NumberRange(1, MOST_SHEETS, f"1〜{MOST_SHEETS}枚にしてください。"),
        ],
    )


class TieForm(DeskForm):
    """Which blank card is given to whom."""

    idempotency_key = IdempotencyField()
    card_number = CardNumberField(
        "手元の札の番号", validators=[required("札を読み取るか、番号を入れてください。")]
    )


class PagingForm(DeskForm):
    """Whom to call, and where to."""

    idempotency_key = IdempotencyField()
    card_number = CardNumberField("札の番号", validators=[required("札の番号を入れてください。")])
    place = LineField("来てほしい所", default="受付")


class MoveForm(DeskForm):
    """Where somebody lives now."""

    idempotency_key = IdempotencyField()
    kind = RadioField(
        "いる所",
        choices=[(kind.value, kind.label) for kind in StayKind if kind is not StayKind.VISIT],
    )
    shelter = SelectField("避難所（外の方は、物資を取りに来る避難所）")
    place = LineField("いる所の場所（避難所の外のとき）")
    plate = LineField("車のナンバー")
    companions = IntegerField(
        "いっしょにいる人数",
        validators=[Optional(), NumberRange(1, 99, "1〜99の数字にしてください。")],
    )
    phone = PhoneField("そこの電話")
