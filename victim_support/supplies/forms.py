"""Forms of goods and meals; messages in Japanese, nothing typed is lost."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from victim_support.core.forms import (
    DeskForm,
    LineField,
    PhoneField,
    WarekiDateField,
    required,
)
from victim_support.operations.forms import KeptForm, choices
from victim_support.supplies.queries import Carried, Item, Place
from victim_support.supplies.rules import (
    DietKind,
    HandoutUnit,
    ItemCategory,
    MealTime,
    PlaceKind,
    RequestState,
    SupplyOrigin,
    pieces_of,
)
from victim_support.supplies.services import RequestedLine

MOST = 9_999_999
WORD_LINES = 3
"""So many lines of a request are for goods that the list does not have."""


def _count(label: str, least: int = 0) -> IntegerField:
    return IntegerField(label, validators=[Optional(), NumberRange(least, MOST)])


class OfferedField(SelectField):
    """A choice of what is known only when the page is made."""

    def __init__(self, label: str = "", message: str = "", **options: Any) -> None:
        super().__init__(label, validate_choice=False, choices=[], **options)
        self.message = message
        self.offered: set[str] = set()

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Let one of these values be chosen, by its words."""
        self.choices = list(pairs)
        self.offered = {value for value, _words in pairs}

    def pre_validate(self, _form: object) -> None:
        """Refuse what is not offered."""
        if self.data not in self.offered:
            raise ValidationError(self.message)


class ItemsForm(KeptForm):
    """A form that asks for one kind of goods."""

    item = OfferedField("品目", "品目を選んでください。一覧にないときは「品目と拠点」で加えます。")

    def offer(self, items: Sequence[Item]) -> None:
        """Let one of these be chosen."""
        self.item.offer([(str(one.id), f"{one.name}（{one.unit}）") for one in items])


class ReceiveForm(ItemsForm):
    """Goods that came."""

    cases = _count("箱の数")
    per_case = _count("1箱の入数", 1)
    pieces = _count("ばらの数")
    expires_on = WarekiDateField("期限")
    origin = RadioField(
        "どこから", choices=choices(SupplyOrigin), default=SupplyOrigin.NATIONAL_PUSH.value
    )
    note = LineField("メモ（差出人・便など）")

    def check(self) -> bool:
        """Ask for a number, in cases or pieces, and how many are in a case."""
        if not (self.cases.data or self.pieces.data):
            self.pieces.errors = ["箱の数か、ばらの数を入れてください。"]
            return False
        if self.cases.data and not self.per_case.data:
            message = "1箱にいくつ入っているかを入れてください。箱に書いてある数です。"
            self.per_case.errors = [message]
            return False
        return True

    def total(self) -> int:
        """Return the pieces in all."""
        return pieces_of(self.cases.data, self.pieces.data, self.per_case.data)


class CountForm(ItemsForm):
    """What was counted, or thrown away."""

    pieces = IntegerField("数", validators=[required("数を入れてください。"), NumberRange(0, MOST)])
    act = RadioField(
        "どうしますか",
        choices=[
            ("count", "数え直した（棚卸）。いまある数"),
            ("loss", "捨てた・なくした。減らす数"),
        ],
        default="count",
    )
    note = LineField("理由・メモ")

    def validate_note(self, field: LineField) -> None:
        """Ask why goods were thrown away."""
        if self.act.data == "loss" and not field.data:
            message = "なぜ捨てたか、なくしたかを書いてください。"
            raise ValidationError(message)


class _Line(Form):
    """One line of a list of goods."""

    class Meta(DeskForm.Meta):
        csrf = False


class WantedForm(_Line):
    """One kind of goods of the list that is asked for."""

    item = HiddenField()
    quantity = _count("数")


class WordsForm(_Line):
    """Goods that the list does not have."""

    words = LineField("品名")
    quantity = _count("数")
    unit = LineField("単位")


class RequestForm(KeptForm):
    """What a shelter asks for: 基本8品目 first, then the others, then words."""

    wanted = FieldList(FormField(WantedForm))
    others = FieldList(FormField(WordsForm), min_entries=WORD_LINES, max_entries=WORD_LINES)
    people = _count("対象の人数")
    wanted_on = WarekiDateField("いつまでに")
    is_urgent = BooleanField("急ぎ（今日中に要る）")
    note = LineField("事情・届け先の注意")

    def validate_others(self, _field: object) -> None:
        """Ask for at least one line, and for a number with every word."""
        if not self.lines():
            message = "ほしい物の数を1つ以上入れてください。"
            raise ValidationError(message)
        if any(one.words.data and not one.quantity.data for one in self._others()):
            message = "品名を書いた行に、数を入れてください。"
            raise ValidationError(message)

    def lines(self) -> list[RequestedLine]:
        """Return what is asked for."""
        listed = [
            RequestedLine(entry.form.quantity.data, item_id=UUID(entry.form.item.data))
            for entry in self.wanted
            if entry.form.quantity.data
        ]
        worded = [
            RequestedLine(one.quantity.data, words=one.words.data or "", unit=one.unit.data or "")
            for one in self._others()
            if one.words.data and one.quantity.data
        ]
        return listed + worded

    def _others(self) -> list[WordsForm]:
        return [entry.form for entry in self.others]


class StepForm(KeptForm):
    """What was done about a request."""

    state = OfferedField("状態", "選択肢から選んでください。")
    origin = SelectField(
        "手配の方法", choices=[("", "―"), *choices(SupplyOrigin)], validators=[Optional()]
    )
    note = LineField("メモ")

    def offer(self, states: Sequence[RequestState]) -> None:
        """Let one of these be chosen."""
        self.state.offer([(state.value, state.label) for state in states])

    def validate_note(self, field: LineField) -> None:
        """Ask why nothing comes."""
        if self.state.data == RequestState.REFUSED and not field.data:
            message = "なぜ対応できないかを書いてください。避難所に見えます。"
            raise ValidationError(message)


class SendForm(KeptForm):
    """Goods on the road."""

    to = OfferedField("届け先", "届け先を選んでください。")
    lines = FieldList(FormField(WantedForm))
    carrier = LineField("運ぶ人・車両番号")
    phone = PhoneField("運ぶ人の電話")

    def offer(self, places: Sequence[Place]) -> None:
        """Let one of these be where the goods go."""
        self.to.offer([(str(place.id), place.name) for place in places])

    def validate_carrier(self, _field: object) -> None:
        """Ask for at least one number."""
        if not self.pieces():
            message = "送る数を1つ以上入れてください。"
            raise ValidationError(message)

    def pieces(self) -> dict[UUID, int]:
        """Return what goes, by kind of goods."""
        return {
            UUID(entry.form.item.data): entry.form.quantity.data
            for entry in self.lines
            if entry.form.quantity.data
        }


class ArrivalForm(DeskForm):
    """What of a transport arrived."""

    lines = FieldList(FormField(WantedForm))
    note = LineField("差異の理由")

    def arrived(self, carried: Sequence[Carried]) -> dict[Any, int]:
        """Return what arrived, in the order of what was sent."""
        counts = [entry.form.quantity.data or 0 for entry in self.lines]
        return {
            (one.item.id, one.expires_on): count
            for one, count in zip(carried, counts, strict=False)
        }

    def check(self, carried: Sequence[Carried]) -> bool:
        """Ask why it differs from what was sent."""
        is_different = any(
            self.arrived(carried).get((one.item.id, one.expires_on), 0) != one.sent
            for one in carried
        )
        if is_different and not self.note.data:
            self.note.errors = ["送った数と違います。わかることを書いてください（不明でもよい）。"]
            return False
        return True


class ItemForm(KeptForm):
    """Goods that the list does not have."""

    name = LineField("品名", validators=[required()])
    category = SelectField("種類", choices=choices(ItemCategory))
    unit = LineField("単位", validators=[required("食、本、枚、個 のように入れてください。")])
    pieces_per_case = _count("1箱の入数", 1)


class DepotForm(KeptForm):
    """A place that keeps goods."""

    name = LineField("名称", validators=[required()])
    kind = RadioField("種類", choices=choices(PlaceKind), default=PlaceKind.STORE.value)
    address = LineField("住所")
    phone = PhoneField("電話")


class MealForm(KeptForm):
    """How many portions of a meal are ordered."""

    served_on = WarekiDateField("食べる日", validators=[required("食べる日を入れてください。")])
    meal = RadioField("食事", choices=choices(MealTime))
    reason = LineField("変えた理由")
    regular = _count(DietKind.REGULAR.label)
    allergy = _count(DietKind.ALLERGY.label)
    soft = _count(DietKind.SOFT.label)
    baby_food = _count(DietKind.BABY_FOOD.label)
    milk = _count(DietKind.MILK.label)
    halal = _count(DietKind.HALAL.label)
    therapeutic = _count(DietKind.THERAPEUTIC.label)

    def fill(self, portions: dict[DietKind, int]) -> None:
        """Propose what was counted."""
        for kind in DietKind:
            self[kind.value].data = portions.get(kind, 0)

    def portions(self) -> dict[DietKind, int]:
        """Return what is ordered."""
        return {kind: self[kind.value].data or 0 for kind in DietKind}

    def check(self, counted: dict[DietKind, int]) -> bool:
        """Ask why the order differs from what was counted."""
        is_changed = any(self.portions()[kind] != counted.get(kind, 0) for kind in DietKind)
        if is_changed and not self.reason.data:
            self.reason.errors = ["計算した数から変えた理由を書いてください。"]
            return False
        return True


class RoundForm(KeptForm):
    """What is handed out now."""

    label = LineField("配る物", validators=[required("昼食、毛布 のように入れてください。")])
    item = OfferedField("在庫から減らす品目", "品目を選んでください。")
    unit = RadioField("配る単位", choices=choices(HandoutUnit), default=HandoutUnit.PERSON.value)
    portion = IntegerField(
        "1回に渡す数",
        default=1,
        validators=[required("数を入れてください。"), NumberRange(1, 9999)],
    )
    most = _count("目安の上限（回）", 1)

    def offer(self, items: Sequence[Item]) -> None:
        """Let one of these leave the stock with each portion."""
        goods = [(str(one.id), f"{one.name}（{one.unit}）") for one in items]
        self.item.offer([("", "減らさない"), *goods])
