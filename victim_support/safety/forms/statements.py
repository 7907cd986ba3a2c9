"""Forms of what others say."""

from wtforms import HiddenField, RadioField

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    required,
)
from victim_support.victims.rules import StatementKind


class StatementForm(DeskForm):
    """What somebody says (伝聞) of somebody who has not come."""

    idempotency_key = IdempotencyField()
    household = HiddenField()
    person = HiddenField()
    kind = RadioField(
        "聞いたこと",
        choices=[(kind.value, kind.label) for kind in StatementKind],
        default=StatementKind.RESCUE.value,
    )
    name = NameField(
        "だれのことですか", validators=[required("名前か、わかる呼び方を入れてください。")]
    )
    place = LineField("いると思われる所")
    informant = LineField("話した方", validators=[required("話した方の名前を入れてください。")])
    informant_phone = PhoneField("話した方の電話")
    note = LineField("ようす・けが・人数など")


class SettleForm(DeskForm):
    """How it is known that nothing more is to be done."""

    how = LineField("どのように確かめたか", validators=[required()])
