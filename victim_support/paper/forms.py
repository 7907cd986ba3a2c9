"""Forms of paper: print cards, type one in, say who took a roster, take others' rosters in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wtforms import FieldList, Form, FormField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from victim_support.core import clock
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    required,
)
from victim_support.core.mapping.forms import ImportForm
from victim_support.evacuees.forms.fields import BirthField
from victim_support.evacuees.forms.members import ask_for_reading, people_of
from victim_support.evacuees.rules import STAY_KEYS, StayKind
from victim_support.evacuees.services import Asked
from victim_support.paper.rules import (
    ABSENT_ON_CARD,
    PEOPLE_ON_CARD,
    parse_moment,
    parse_sheet,
)
from victim_support.paper.services import Absent
from victim_support.shelters.queries import shelter_choices
from victim_support.victims.rules import (
    NEED_KEYS,
    RELATIONS,
    AnswerKind,
    AnswerValue,
    PersonData,
    Sex,
    StatementKind,
)

MOST_SHEETS = 500
ANSWER_MARKS = {"1": AnswerValue.YES, "2": AnswerValue.NO, "0": None}
_SEX_KEYS = {str(number): sex for number, sex in enumerate(Sex, start=1)}
_RELATION_KEYS = {str(number % 10): relation for number, relation in enumerate(RELATIONS, start=1)}
_ABSENT_KEYS = {"R": StatementKind.RESCUE, "U": StatementKind.UNREACHABLE}


class KeyedField(CodeField):
    """One choice by its key on the card, or by its word."""

    def __init__(self, label: str, keys: Mapping[str, str], **options: Any) -> None:
        super().__init__(label, **options)
        self.keys = keys

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        typed = self.data or ""
        words = {getattr(value, "label", value): value for value in self.keys.values()}
        self.data = self.keys.get(typed.upper()) or words.get(typed)
        if typed and self.data is None:
            raise ValueError(f"{'、'.join(self.keys)} のどれかを入れてください。")

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.data or ""


class NeedsField(CodeField):
    """Needs by the letters that stand beside the boxes of the card, such as ``MK``."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        letters = [letter for letter in (self.data or "").upper() if letter.isalnum()]
        wrong = [letter for letter in letters if letter not in NEED_KEYS]
        self.data = [NEED_KEYS[letter].value for letter in letters if letter in NEED_KEYS]
        if wrong:
            raise ValueError(f"{'、'.join(NEED_KEYS)} の字で入れてください。")

    def pre_validate(self, _form: object) -> None:
        """Accept what was read; there is no line to check any more."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""


class LineForm(Form):
    """One person of the card, in its order."""

    class Meta(DeskForm.Meta):
        csrf = False

    name = NameField("氏名")
    kana = NameField("フリガナ")
    relation = KeyedField("続柄", _RELATION_KEYS, validators=[Optional()])
    birth = BirthField("生年月日・年齢")
    sex = KeyedField("性別", _SEX_KEYS, validators=[Optional()])
    town = LineField("町名")
    street = LineField("番地")
    postal_code = CodeField("郵便番号")
    phone = PhoneField("電話")
    needs = NeedsField("急ぎ")


class AbsentForm(Form):
    """Somebody of the family who has not come."""

    class Meta(DeskForm.Meta):
        csrf = False

    name = NameField("まだ来ていない方")
    kind = KeyedField("R 要救助・U 連絡がとれない", _ABSENT_KEYS, validators=[Optional()])
    place = LineField("いると思われる所")


class CardForm(DeskForm):
    """A household card, in the order of the paper."""

    idempotency_key = IdempotencyField()
    sheet_number = CodeField("用紙の番号", validators=[required("用紙の番号を入れてください。")])
    written_at = CodeField("書いた時刻", validators=[required()])
    members = FieldList(FormField(LineForm), min_entries=PEOPLE_ON_CARD, max_entries=PEOPLE_ON_CARD)
    stay = KeyedField("泊まる所", {key: kind.value for key, kind in STAY_KEYS.items()})
    answers = CodeField("書いた方の回答")
    absent = FieldList(
        FormField(AbsentForm), min_entries=ABSENT_ON_CARD, max_entries=ABSENT_ON_CARD
    )
    counted = RadioField(
        "点呼の人数に",
        choices=[("counted", "入っている"), ("arrived", "入っていない(点呼のあとに来た)")],
        validators=[Optional()],
    )

    def validate_sheet_number(self, field: CodeField) -> None:
        if parse_sheet(field.data or "") is None:
            raise ValidationError(
                "このシステムの用紙の番号ではありません。打ちまちがいを確かめてください。"
                "ほかの様式の紙は「受付」の「新しい方」で入力します。"
            )

    def validate_written_at(self, field: CodeField) -> None:
        if self.moment is None:
            raise ValidationError("21:30 か 7/15 21:30 のように入れてください。")

    def validate_answers(self, field: CodeField) -> None:
        if field.data and (len(field.data) > len(AnswerKind) or set(field.data) - {*ANSWER_MARKS}):
            raise ValidationError("4つまで、する=1、しない=2、なし=0 で 1122 のように続けます。")

    def validate_members(self, field: Any) -> None:
        if not self.people():
            raise ValidationError("代表の方の氏名かフリガナを入れてください。")
        ask_for_reading(field)

    def validate_absent(self, field: Any) -> None:
        for entry in field:
            if entry.form.name.data and not entry.form.kind.data:
                entry.form.kind.errors = ["R(要救助)か U(連絡がとれない)を入れてください。"]
                raise ValidationError("まだ来ていない方の欄に、R か U を入れてください。")

    @property
    def number(self) -> str:
        """Return the number of the sheet as it is kept."""
        return parse_sheet(self.sheet_number.data or "") or ""

    @property
    def moment(self) -> datetime | None:
        """Return when the card was written."""
        return parse_moment(self.written_at.data or "", clock.local(clock.now()))

    @property
    def kind(self) -> StayKind:
        """Return where the household stays; the shelter when the card does not say."""
        return StayKind(self.stay.data) if self.stay.data else StayKind.SHELTER

    def people(self) -> list[tuple[PersonData, Asked]]:
        """Return the people of the card with their needs, without its empty lines."""
        lines: Any = [entry.form for entry in self.members]
        return people_of(lines)

    def answers_given(self) -> dict[AnswerKind, AnswerValue]:
        """Return what the writer answered, question by question."""
        pairs = zip(AnswerKind, self.answers.data or "", strict=False)
        return {kind: value for kind, mark in pairs if (value := ANSWER_MARKS.get(mark))}

    def missing(self) -> list[Absent]:
        """Return who of the family has not come."""
        return [
            Absent(one.name.data, StatementKind(one.kind.data), one.place.data or "")
            for one in (entry.form for entry in self.absent)
            if one.name.data and one.kind.data
        ]


class RunForm(DeskForm):
    """How many blank cards to print."""

    idempotency_key = IdempotencyField()
    count = IntegerField(
        "枚数",
        validators=[required(), NumberRange(1, MOST_SHEETS)],
        default=50,
    )


class TakingForm(DeskForm):
    """How many sheets a printed roster has, and who keeps them."""

    sheets = IntegerField("枚数", validators=[required(), NumberRange(1, 9999)])
    taken_by = NameField("持つ人", validators=[required("持つ人の名前を入れてください。")])


class RosterImportForm(ImportForm):
    """Take a roster in that others kept: of which shelter, at what time, by whom."""

    shelter_id = SelectField("避難所", validators=[required("避難所を選んでください。")])
    at = CodeField("名簿の時点", validators=[required("名簿の時点を入れてください。")])
    made_by = LineField("名簿を作った人・団体")
    counted = RadioField(
        "名簿の方は、点呼の人数に",
        choices=[("counted", "入っている"), ("arrived", "入っていない")],
        default="counted",
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        places = [(choice.key, choice.name) for choice in shelter_choices()]
        self.shelter_id.choices = [("", "選んでください"), *places]

    def validate_at(self, field: CodeField) -> None:
        if self._moment is None:
            raise ValidationError("21:30 か 7/15 21:30 のように入れてください。")

    @property
    def options(self) -> dict[str, Any]:
        """Return what was answered, for the steps of the import."""
        moment = self._moment
        return {
            "shelter_id": self.shelter_id.data,
            "at": moment.isoformat() if moment else "",
            "made_by": self.made_by.data or "",
            "counted": self.counted.data == "counted",
        }

    @property
    def _moment(self) -> datetime | None:
        return parse_moment(self.at.data or "", clock.local(clock.now()))
