"""Forms of erasures."""

from typing import Any

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    TicksField,
    required,
)


class AskForm(DeskForm):
    """Ask that values of a record be erased."""

    items = TicksField(
        "消す項目",
        validators=[required("消す項目を選んでください。")],
    )
    reason = LineField("理由", validators=[required(), Length(max=200)])
    ground = LineField("根拠(法令・決定)", validators=[required(), Length(max=200)])
    idempotency_key = IdempotencyField()

    def __init__(self, choices: dict[str, str], **values: Any) -> None:
        super().__init__(**values)
        self.items.choices = list(choices.items())

    @property
    def chosen(self) -> list[str]:
        """Return the names of the chosen fields."""
        return list(self.items.data or ())


class RefuseForm(DeskForm):
    """Refuse an order."""

    reason = LineField("認めない理由", validators=[required(), Length(max=200)])
