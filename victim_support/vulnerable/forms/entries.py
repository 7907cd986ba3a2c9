"""The form of one line of the support register with the plan (要支援者の記載)."""

from typing import Any

from wtforms import HiddenField, SelectField, ValidationError

from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    Optional,
    PhoneField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.core.japanese.dates import UNKNOWN, Precision
from victim_support.evacuees.forms.fields import BirthField, choices
from victim_support.shelters.rules.positions import read_position
from victim_support.victims.models import Person
from victim_support.victims.rules import Sex
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.rules.register import Consent, EntryData, PlanState

TEXTS = (
    *("name", "kana", "address", "postal_code", "phone", "district", "reasons"),
    *("number", "note", "supporters", "destination", "route"),
)
"""Texts that the line and the form call alike."""


class EntryForm(DeskForm):
    """One line of the register, and the individual plan."""

    name = NameField("氏名", [required("氏名を入れてください。")])
    kana = NameField("フリガナ")
    birth = BirthField("生年月日")
    sex = SelectField("性別", choices=[("", "わからない"), *choices(Sex)])
    address = LineField(
        "住所又は居所", [required("住所を入れてください。安否を確かめに行くところです。")]
    )
    postal_code = CodeField("郵便番号")
    district = LineField("行政区")
    phone = PhoneField("電話番号その他の連絡先")
    position = LineField("地図の位置(緯度, 経度)")
    reasons = LineField(
        "避難支援等を必要とする事由", [required("要介護4、身体障害1級 などと入れてください。")]
    )
    consent = SelectField(
        "名簿情報の提供への同意", choices=choices(Consent), default=Consent.UNKNOWN.value
    )
    consent_on = WarekiDateField("同意・不同意を聞いた日", [Optional()])
    number = CodeField("名簿の番号")
    note = LineField("備考")
    plan = SelectField("個別避難計画", choices=[("", "わからない"), *choices(PlanState)])
    plan_on = WarekiDateField("計画を作った日", [Optional()])
    supporters = TextField("避難支援等実施者")
    destination = LineField("避難先")
    route = LineField("避難経路")

    def validate_birth(self, field: BirthField) -> None:
        if field.data != UNKNOWN and field.data.precision is not Precision.DAY:
            message = "年月日で入れてください。わからないときは空けておきます。"
            raise ValidationError(message)

    def validate_position(self, field: LineField) -> None:
        if field.data and read_position(field.data, "").latitude is None:
            message = "緯度と経度として読めません。37.0412, 136.9737 のように入れてください。"
            raise ValidationError(message)

    @property
    def entry(self) -> EntryData:
        """Return the line as it was typed."""
        position = read_position(self.position.data or "", "")
        texts = {name: self[name].data or "" for name in TEXTS}
        return EntryData(
            **texts,
            consent_on=self.consent_on.data,
            plan_on=self.plan_on.data,
            register_number="",
            birth=self.birth.data or UNKNOWN,
            sex=Sex(self.sex.data) if self.sex.data else None,
            consent=Consent(self.consent.data),
            latitude=position.latitude,
            longitude=position.longitude,
            plan=PlanState(self.plan.data) if self.plan.data else None,
            is_protected=False,
        )


class NewEntryForm(EntryForm):
    """A line that is written for the first time."""

    idempotency_key = IdempotencyField()


class CorrectEntryForm(EntryForm):
    """A line that is corrected; carries the version that its reader saw."""

    version = HiddenField()


class WithdrawEntryForm(DeskForm):
    """Why somebody is taken off the register."""

    reason = LineField("外す理由", [required("外す理由を入れてください。")])


def values_of_entry(entry: SupportEntry) -> dict[str, Any]:
    """Return what the form shows of a line."""
    has_position = entry.latitude is not None and entry.longitude is not None
    return {name: getattr(entry, name) for name in (*TEXTS, "consent_on", "plan_on")} | {
        "birth": entry.birth,
        "sex": entry.sex or "",
        "consent": entry.consent if entry.consent in set(Consent) else Consent.UNKNOWN.value,
        "plan": entry.plan if entry.plan in set(PlanState) else "",
        "position": f"{entry.latitude}, {entry.longitude}" if has_position else "",
    }


def values_of_person(person: Person) -> dict[str, Any]:
    """Return what the form can take over from a record of the ledger."""
    same = ("name", "kana", "address", "postal_code", "phone")
    return {name: getattr(person, name) for name in same} | {
        "birth": person.birth if person.birth.precision is Precision.DAY else UNKNOWN,
        "sex": person.sex or "",
    }
