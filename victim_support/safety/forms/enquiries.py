"""Forms of private enquiries (安否照会) and of messages (伝言)."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from victim_support.core.forms import (
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    TextField,
    required,
)
from victim_support.evacuees.forms.fields import BirthField, choices, typed_birth
from victim_support.safety.rules import Channel, IdentityCheck, Relation
from victim_support.safety.services import Asked
from victim_support.victims.rules import Sex

NAME_OR_KANA = "氏名かフリガナのどちらかを入れてください。"


class SoughtForm(DeskForm):
    """Whom somebody asks for, as far as it is known."""

    name = NameField("氏名")
    kana = NameField("フリガナ")
    birth = BirthField(
        "生年月日か年齢",
        description="年齢だけでは1人に決まりません。生年月日、住所、電話のどれかをうかがいます。",
    )
    sex = RadioField("性別", choices=[("", "聞いていない"), *choices(Sex)], default="")
    address = LineField("住所")
    phone = PhoneField("その方の電話")
    marks = LineField("特徴（服装・持ち物・背丈・傷あとなど）")

    def sought(self) -> dict[str, Any]:
        """Return what was typed of the person, a birth date as it can be read again."""
        return {
            "name": self.name.data or "",
            "kana": self.kana.data or "",
            "birth": typed_birth(self.birth.data) if self.birth.raw_data != [""] else "",
            "sex": self.sex.data or "",
            "address": self.address.data or "",
            "phone": self.phone.data or "",
            "marks": self.marks.data or "",
        }

    def _needs_name(self) -> bool:
        if self.name.data or self.kana.data:
            return True
        self.name.errors = [*self.name.errors, NAME_OR_KANA]
        return False


class EnquiryForm(SoughtForm):
    """Who asks for whom, why; and words for that person, before anything else."""

    idempotency_key = IdempotencyField()
    text = TextField("伝言", description="預かったまま、一字一句そのままお渡しします。")
    asker_name = NameField(
        "お尋ねの方の氏名", validators=[required("お尋ねの方の氏名を入れてください。")]
    )
    asker_phone = PhoneField("お尋ねの方の電話")
    asker_address = LineField("お尋ねの方の住所")
    relation = RadioField(
        "その方との関係",
        choices=choices(Relation),
        validators=[required("その方との関係を選んでください。")],
    )
    purpose = LineField("照会の理由", validators=[required("照会の理由を入れてください。")])
    channel = RadioField("受付の方法", choices=choices(Channel), default=Channel.PHONE.value)
    identity = RadioField(
        "お尋ねの方の確認", choices=choices(IdentityCheck), default=IdentityCheck.NONE.value
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the law asks of the asker, and for a name to look for."""
        is_valid = super().validate(extra_validators)
        return self._needs_name() and is_valid

    def asked(self) -> Asked:
        """Return what was said."""
        return Asked(
            asker_name=self.asker_name.data or "",
            asker_address=self.asker_address.data or "",
            asker_phone=self.asker_phone.data or "",
            channel=Channel(self.channel.data),
            identity=IdentityCheck(self.identity.data),
            relation=Relation(self.relation.data),
            purpose=self.purpose.data or "",
            **self.sought(),
        )


class DeliveryForm(DeskForm):
    """To whom a message was handed over, and what that person answered."""

    person = HiddenField()
    reply = LineField("返事", validators=[Optional()])
