"""Forms of bulk issues, of acts with papers, and of the window envelope."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DecimalField, RadioField, SelectMultipleField
from wtforms.validators import NumberRange, ValidationError

from victim_support.batches.rules import HandlingKind, NoticeWay, Window
from victim_support.batches.services import Handling
from victim_support.core.clock import today
from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    Length,
    LineField,
    TextField,
    TicksField,
    WarekiDateField,
    required,
)
from victim_support.core.protections import knowledge
from victim_support.damage.forms import choices_of, chosen

EVERY, TOWNS, NUMBERS = "every", "towns", "numbers"
MAIL, HAND = "mail", "hand"
_BETWEEN = re.compile(r"[\s,、，]+")


class BatchForm(DeskForm):
    """Whose papers are issued in one go, and how they reach people."""

    idempotency_key = IdempotencyField()
    choice = RadioField(
        "選び方",
        choices=[
            (TOWNS, "町で選ぶ"),
            (EVERY, "すべての町"),
            (NUMBERS, "受付票・証明書の番号で選ぶ"),
        ],
        default=TOWNS,
    )
    towns = TicksField(
        "町",
    )
    numbers = TextField("番号")
    with_replacements = BooleanField("新しい判定が出た世帯の差替えも作る")
    delivery = RadioField(
        "渡し方",
        choices=[
            (MAIL, "郵送する(窓あき封筒の送付状を1枚ずつ付ける)"),
            (HAND, "窓口で渡す(送付状なし)"),
        ],
        default=MAIL,
    )
    called = LineField("電話で確かめた本部の職員", validators=[Length(max=50)])

    def offer(self, towns: dict[str, tuple[int, int]]) -> None:
        """Offer the districts, each with how many papers it has."""
        self.towns.choices = [
            (town, f"{town}({first}件" + (f"・差替え{again}件)" if again else ")"))
            for town, (first, again) in towns.items()
        ]

    @property
    def typed_numbers(self) -> list[str]:
        """Return the numbers as typed, each once."""
        return typed(self.numbers.data)

    @property
    def is_mailed(self) -> bool:
        """Tell whether the papers go by post."""
        return bool(self.delivery.data == MAIL)

    def validate_towns(self, field: Any) -> None:
        """Ask for a district when districts are chosen by."""
        if self.choice.data == TOWNS and not field.data:
            raise ValidationError("町に印を付けるか、「すべての町」を選んでください。")

    def validate_numbers(self, field: Any) -> None:
        """Ask for numbers when numbers are chosen by."""
        if self.choice.data == NUMBERS and not typed(field.data):
            raise ValidationError("番号を1行に1つずつ入れてください。")

    def validate_called(self, field: Any) -> None:
        """Ask who was called while the knowledge of protected people is old."""
        if knowledge().is_old and not (field.data or "").strip():
            raise ValidationError(
                "保護の情報が古くなっています。本部へ電話で確かめ、答えた職員の名前を入れてください。"
            )


class ActForm(DeskForm):
    """What was done with papers, and when."""

    idempotency_key = IdempotencyField()
    kind = RadioField("したこと", choices=choices_of(HandlingKind), validators=[required()])
    day = WarekiDateField("日", validators=[required("日を入れてください。")])
    way = RadioField("知らせた方法", choices=choices_of(NoticeWay), validate_choice=False)
    note = LineField("メモ", validators=[Length(max=100)])

    def validate_day(self, field: Any) -> None:
        """Refuse a day that has not come yet."""
        if field.data and field.data > today():
            raise ValidationError("先の日付です。今日までの日付にしてください。")

    def validate_way(self, field: Any) -> None:
        """Ask how people were told."""
        if self.kind.data == HandlingKind.NOTIFIED and chosen(NoticeWay, field.data) is None:
            raise ValidationError("知らせた方法を選んでください。")

    @property
    def handling(self) -> Handling:
        """Return what was done."""
        return Handling(
            kind=chosen(HandlingKind, self.kind.data) or HandlingKind.NOTIFIED,
            day=self.day.data or today(),
            way=chosen(NoticeWay, self.way.data),
            note=self.note.data or "",
        )


class BatchActForm(ActForm):
    """One act with all papers of a bulk issue that are still here."""

    kind = RadioField(
        "したこと",
        choices=choices_of([kind for kind in HandlingKind if kind is not HandlingKind.RETURNED]),
        validators=[required()],
    )


class HeldForm(ActForm):
    """Acts with papers of the list: those that are ticked, or whose numbers are typed."""

    papers = SelectMultipleField("紙", coerce=UUID, validate_choice=False)
    numbers = TextField("番号(読み取るか入力)")

    @property
    def ticked(self) -> list[UUID]:
        """Return the papers that are ticked."""
        return list(self.papers.data or ())

    @property
    def typed_numbers(self) -> list[str]:
        """Return the numbers as typed or scanned, each once."""
        return typed(self.numbers.data)

    def validate_papers(self, field: Any) -> None:
        """Ask which papers are meant."""
        if not field.data and not typed(self.numbers.data):
            raise ValidationError("紙に印を付けるか、番号を入れてください。")


def _measure(label: str, most: int) -> DecimalField:
    message = f"0〜{most}の数で入れてください。"
    return DecimalField(label, places=None, validators=[required(), NumberRange(0, most, message)])


class WindowForm(DeskForm):
    """Where the window of the office's envelope is on the folded sheet."""

    left = _measure("左から (mm)", 200)
    top = _measure("上から (mm)", 99)
    width = _measure("幅 (mm)", 210)
    height = _measure("高さ (mm)", 99)
    point = DecimalField(
        "バーコードの大きさ (ポイント)",
        places=None,
        validators=[required(), NumberRange(8, 11.5, "8〜11.5の数で入れてください。")],
    )

    @property
    def window(self) -> Window:
        """Return the window as typed."""
        return Window(*(float(field.data or 0) for field in self._measures))

    @property
    def _measures(self) -> Sequence[DecimalField]:
        return (self.left, self.top, self.width, self.height, self.point)

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether the measures are right and an address fits into them."""
        check: Any = super().validate
        if not check(extra_validators):
            return False
        problems = self.window.problems()
        for name, words in problems:
            field = self[name]
            field.errors = [*field.errors, words]
        return not problems


def typed(text: str | None) -> list[str]:
    """Return what was typed or scanned, word by word, each once."""
    words: Iterable[str] = _BETWEEN.split(text or "")
    return list(dict.fromkeys(word for word in words if word))
