"""Forms of registers that are handed out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import ValidationError

from victim_support.core import clock
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    TicksField,
    WarekiDateField,
    required,
)
from victim_support.sync.media import Medium
from victim_support.sync.media_forms import FolderForm
from victim_support.sync.statements import Certificate
from victim_support.sync.texts import BadTextError, TextKind, from_text

WHOLE, SOME = "whole", "some"
STICK, LINK = "stick", "link"
LONGEST_TEXT = 1 << 16


class HandForm(FolderForm):
    """What to hand to whom, until when, on which stick."""

    idempotency_key = IdempotencyField()
    target = SelectField("渡す端末", validators=[required("渡す端末を選んでください。")])
    expires_on = WarekiDateField("期限", validators=[required()])
    area = RadioField(
        "範囲",
        choices=[
            (WHOLE, "全町(どの避難所にも、どの地区の人も来ます)"),
            (SOME, "一部の町だけ"),
        ],
        default=WHOLE,
    )
    towns = TicksField(
        "町",
    )
    way = RadioField(
        "渡し方",
        choices=[
            (STICK, "USBに書き出す"),
            (LINK, "許可だけして、端末から同期で受け取ってもらう"),
        ],
        default=STICK,
    )

    def __init__(
        self,
        instance: Path,
        media: Sequence[Medium],
        machines: Sequence[Certificate],
        towns: Sequence[str],
        **values: Any,
    ) -> None:
        super().__init__(instance, media, **values)
        self.target.choices = [
            ("", "選んでください"),
            *((str(each.node), f"{each.name}({each.prefix})") for each in machines),
        ]
        self.towns.choices = [(town, town) for town in towns]

    @property
    def chosen_towns(self) -> list[str]:
        """Return the towns that were chosen; nothing means all."""
        return sorted(self.towns.data or ()) if self.area.data == SOME else []

    @property
    def is_by_link(self) -> bool:
        return bool(self.way.data == LINK)

    def validate_path(self, field: Any) -> None:
        """Ask for a stick only where one is written."""
        if not self.is_by_link:
            super().validate_path(field)

    def validate_expires_on(self, field: WarekiDateField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError("期限は今日より後にしてください。")

    def validate_towns(self, field: Any) -> None:
        if self.area.data == SOME and not field.data:
            raise ValidationError("町を選んでください。")


class WipeForm(DeskForm):
    """Wipe the register here."""

    is_sure = BooleanField(
        "この端末の住民データを消す",
        validators=[required("消してよければ、印を付けてください。")],
    )


class ProofForm(DeskForm):
    """A proof that somebody brings."""

    file = FileField("証明のファイル")

    def read(self) -> bytes | None:
        """Return the proof, or None with an error beside the field."""
        if not self.file.data:
            self.file.errors = ["ファイルを選んでください。"]
            return None
        text: bytes = self.file.data.read(LONGEST_TEXT)
        try:
            return from_text(TextKind.WIPE, text.decode("utf-8", errors="replace"))
        except BadTextError as error:
            self.file.errors = [str(error)]
            return None
