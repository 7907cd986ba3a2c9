"""The form of deciding who lives in a house."""

from wtforms import RadioField

from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    Optional,
    WarekiDateField,
    required,
)
from victim_support.houses.rules import Decision


class LinkForm(DeskForm):
    """Whether a household lives in a house, from when, and how that is known."""

    idempotency_key = IdempotencyField()
    household = CodeField("世帯", validators=[required()])
    decision = RadioField(
        "この世帯は", choices=[(one.value, one.label) for one in Decision], validators=[required()]
    )
    since = WarekiDateField("いつから", validators=[Optional()])
    reason = LineField("どのように確かめたか", validators=[required("確かめ方を入れてください。")])
