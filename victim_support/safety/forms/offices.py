"""Forms of enquiries of police, fire service and hospitals, and of what is given outside."""

from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    TextField,
    TicksField,
    required,
)
from victim_support.evacuees.forms.fields import choices
from victim_support.safety.forms.enquiries import SoughtForm
from victim_support.safety.rules import CallBack, Ground, Item, Means, Office
from victim_support.safety.services import Asked

NOBODY_TOLD = "氏名かフリガナ、または特徴を入れてください。"


class OfficeForm(SoughtForm):
    """Which office asks for whom, and the call back to a number that was looked up here."""

    idempotency_key = IdempotencyField()
    office = RadioField(
        "機関", choices=choices(Office), validators=[required("機関を選んでください。")]
    )
    organisation = LineField(
        "機関の名称と部署", validators=[required("機関の名称と部署を入れてください。")]
    )
    asker_name = NameField("担当者の氏名", validators=[required("担当者の氏名を入れてください。")])
    called_number = PhoneField(
        "折り返した番号",
        description="相手が告げた番号ではなく、こちらで調べた代表番号です。",
        validators=[required("こちらで調べて折り返した番号を入れてください。")],
    )
    number_found_in = LineField(
        "番号を調べたもの",
        description="庁内の名簿、電話帳、公式の案内など",
        validators=[required("番号を何で調べたかを入れてください。")],
    )
    call_back = RadioField(
        "折り返しの結果",
        choices=choices(CallBack),
        validators=[required("折り返しの結果を選んでください。")],
    )
    ground = SelectField("求めの根拠", choices=choices(Ground), default=Ground.LIFE.value)
    purpose = LineField("照会の理由", validators=[required("照会の理由を入れてください。")])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a name or for marks to look for."""
        is_valid = super().validate(extra_validators)
        if self.name.data or self.kana.data or self.marks.data:
            return is_valid
        self.name.errors = [*self.name.errors, NOBODY_TOLD]
        return False

    def asked(self) -> Asked:
        """Return what was said."""
        return Asked(
            asker_name=self.asker_name.data or "",
            office=Office(self.office.data),
            organisation=self.organisation.data or "",
            called_number=self.called_number.data or "",
            number_found_in=self.number_found_in.data or "",
            call_back=CallBack(self.call_back.data),
            ground=Ground(self.ground.data),
            purpose=self.purpose.data or "",
            **self.sought(),
        )


class ProvisionForm(DeskForm):
    """What was given to whom, on which ground, and who decided it."""

    idempotency_key = IdempotencyField()
    person = HiddenField()
    recipient = LineField("渡した相手", validators=[required("渡した相手を入れてください。")])
    items = TicksField(
        "渡した事項",
        choices=choices(Item),
        validators=[required("渡した事項を選んでください。")],
    )
    people = IntegerField(
        "何人分", default=1, validators=[NumberRange(1, 1_000_000, "1以上の数を入れてください。")]
    )
    ground = SelectField("根拠", choices=choices(Ground), default=Ground.LIFE.value)
    means = SelectField("方法", choices=choices(Means))
    decided_by = NameField("決めた方", validators=[required("提供を決めた方を入れてください。")])
    purpose = LineField("使う目的", validators=[required("相手が使う目的を入れてください。")])
    note = TextField("備考", validators=[Optional()])
