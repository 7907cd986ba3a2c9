"""Forms of reports: what was told, when, and by whom."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import (
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from victim_support.core import clock
from victim_support.core.context import list_shelters
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    PhoneField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.reports.queries.relief_lines import DERIVED
from victim_support.reports.rules import (
    Crowding,
    Lifeline,
    LifelineState,
    MomentError,
    ReliefKind,
    ReportWay,
    read_as_of,
)
from victim_support.reports.services import Given, Told
from victim_support.victims.rules import Labelled

MOST = 99_999
MOST_MONEY = 10**12
NOT_SAID = ("", "聞いていない")


def _choices(members: type[Labelled]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in members]


class CountField(IntegerField):
    """A number of people or things, in half or full width; empty is unknown, not 0."""

    widget = TextInput()  # a browser's number box refuses full-width digits

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, validators=[Optional(), NumberRange(0, MOST)], **options)


class QuantityField(DecimalField):
    """A number with or without decimals, in half or full width; empty is unknown, not 0."""

    widget = TextInput()

    def __init__(self, label: str, **options: Any) -> None:
        checks = [Optional(), NumberRange(0, MOST_MONEY)]
        super().__init__(label, places=None, validators=checks, **options)


class MomentField(CodeField):
    """A moment as people type it: 18:00, 7/15 18:00; empty is now."""

    @property
    def instant(self) -> datetime:
        """Return the moment.

        Raises:
            MomentError: It is none.
        """
        return read_as_of(self.data, clock.now())

    def pre_validate(self, form: object) -> None:
        super().pre_validate(form)
        try:
            _ = self.instant
        except MomentError as error:
            raise ValidationError(str(error)) from error


class TelephoneRow(Form):
    """One shelter in the headquarters' grid."""

    class Meta(DeskForm.Meta):
        csrf = False

    shelter_id = HiddenField()
    people = CountField("人数")
    caller = LineField("話した方")
    at = MomentField("時刻")
    requests = LineField("要望・困りごと")

    @property
    def has_report(self) -> bool:
        """Tell whether anything was told; a name or a time alone says nothing."""
        return self.people.data is not None or bool(self.requests.data)

    @property
    def told(self) -> Told:
        return Told(
            way=ReportWay.PHONE,
            people=self.people.data,
            caller=self.caller.data or "",
            requests=self.requests.data or "",
        )

    def validate_caller(self, field: LineField) -> None:
        """Ask who said it, for a number nobody stands for cannot be asked back."""
        if self.has_report and not field.data:
            message = "話した方の名前を入れてください。"
            raise ValidationError(message)


class TelephoneForm(DeskForm):
    """Telephone reports of all shelters at once."""

    idempotency_key = IdempotencyField()
    rows = FieldList(FormField(TelephoneRow))

    @property
    def told(self) -> Iterator[tuple[UUID, Told, datetime]]:
        """Yield the rows in which something was told."""
        for entry in self.rows:
            row = entry.form
            if row.has_report:
                yield UUID(row.shelter_id.data), row.told, row.at.instant

    @classmethod
    def of(cls, shelter_ids: Sequence[UUID]) -> "TelephoneForm":
        """Return empty rows for these shelters."""
        return cls(formdata=None, rows=[{"shelter_id": str(each)} for each in shelter_ids])


class ShelterReportForm(DeskForm):
    """Everything one shelter reports (避難所状況報告)."""

    idempotency_key = IdempotencyField()
    people = CountField("避難者の人数（氏名のない方も入れて）")
    households = CountField("世帯数")
    outside = CountField("避難所の外で食事を渡す人数")
    injured = CountField("負傷者")
    ill = CountField("体調不良者")
    crowding = RadioField("混みぐあい", choices=[NOT_SAID, *_choices(Crowding)], default="")
    power = RadioField("電気", choices=[NOT_SAID, *_choices(LifelineState)], default="")
    water = RadioField("水道", choices=[NOT_SAID, *_choices(LifelineState)], default="")
    gas = RadioField("ガス", choices=[NOT_SAID, *_choices(LifelineState)], default="")
    telecom = RadioField("通信", choices=[NOT_SAID, *_choices(LifelineState)], default="")
    toilet = RadioField("トイレ", choices=[NOT_SAID, *_choices(LifelineState)], default="")
    requests = TextField("不足している物・要望・連絡")
    way = RadioField(
        "どのように報告されたか", choices=_choices(ReportWay), default=ReportWay.PHONE.value
    )
    caller = LineField("報告した方", validators=[required("報告した方の名前を入れてください。")])
    caller_phone = PhoneField("折り返しの電話")
    at = MomentField("いつの人数か")

    def validate_requests(self, field: TextField) -> None:
        """Refuse a report that says nothing at all."""
        words = (self.crowding, *(self[line.value] for line in Lifeline), field)
        numbers = (self.people, self.households, self.outside, self.injured, self.ill)
        if not any([*(one.data for one in words), *(one.data is not None for one in numbers)]):
            message = "人数か、ほかの項目のどれかを入れてください。"
            raise ValidationError(message)

    @property
    def told(self) -> Told:
        return Told(
            way=ReportWay(self.way.data),
            people=self.people.data,
            caller=self.caller.data or "",
            caller_phone=self.caller_phone.data or "",
            households=self.households.data,
            outside=self.outside.data,
            injured=self.injured.data,
            ill=self.ill.data,
            crowding=Crowding(self.crowding.data) if self.crowding.data else None,
            lifelines={
                line: LifelineState(self[line.value].data)
                for line in Lifeline
                if self[line.value].data
            },
            requests=self.requests.data or "",
        )


class PublishForm(DeskForm):
    """Freezing a report."""

    idempotency_key = IdempotencyField()
    as_of = MomentField("時点")
    note = LineField("報告先・備考")


class SentForm(DeskForm):
    """That a published report was sent."""

    idempotency_key = IdempotencyField()
    destination = LineField(
        "送った先", validators=[required("送った先を入れてください。")], default="県の防災システム"
    )
    sent_at = MomentField("送った時刻")
    note = LineField("備考")


class DamageForm(DeskForm):
    """Figures of 第4号様式: a number beside each row that somebody counted anew."""

    idempotency_key = IdempotencyField()
    as_of = MomentField("いつの数か")
    told_by = LineField("調べた方・もとの資料")

    @classmethod
    def with_rows(cls, keys: Sequence[str]) -> type["DamageForm"]:
        """Return the form with a field for each row of the form in force."""
        fields = {f"row_{key}": QuantityField(key) for key in keys}
        return type("DamageRowsForm", (cls,), fields)

    @property
    def values(self) -> dict[str, float]:
        """Return the numbers that were typed, by the keys of the rows."""
        typed = {field.name: field.data for field in self if field.name.startswith("row_")}
        return {
            name.removeprefix("row_"): float(value)
            for name, value in typed.items()
            if value is not None
        }


class ReliefForm(DeskForm):
    """What was given or done on one day."""

    idempotency_key = IdempotencyField()
    kind = RadioField(
        "記録の種類",
        choices=[(kind.value, kind.label) for kind in ReliefKind if kind is not ReliefKind.SHELTER],
        default=ReliefKind.MEALS.value,
    )
    day = WarekiDateField("日")
    shelter = SelectField("避難所")
    item = LineField("品目・内容", validators=[required("品目か内容を入れてください。")])
    quantity = QuantityField("数量")
    unit = LineField("単位")
    people = CountField("人数")
    note = LineField("備考・手で入れる理由")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        named = [(choice.key, choice.name) for choice in list_shelters()]
        self.shelter.choices = [("", "避難所によらない"), *named]

    def validate_day(self, field: WarekiDateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > clock.today():
            message = "これから先の日です。"
            raise ValidationError(message)

    def validate_note(self, field: LineField) -> None:
        """Ask why something is typed into a record that the ledger fills."""
        if self.kind.data in DERIVED and not field.data:
            message = "この表は、食事と物資の記録から作ります。手で加える理由を入れてください。"
            raise ValidationError(message)

    @property
    def shelter_id(self) -> UUID | None:
        return UUID(self.shelter.data) if self.shelter.data else None

    @property
    def given(self) -> Given:
        return Given(
            kind=ReliefKind(self.kind.data),
            day=self.day.data or clock.today(),
            item=self.item.data or "",
            quantity=None if self.quantity.data is None else float(self.quantity.data),
            unit=self.unit.data or "",
            people=self.people.data,
            note=self.note.data or "",
        )


class HandoverForm(DeskForm):
    """What the shift that ends has to say to the next."""

    idempotency_key = IdempotencyField()
    taken_by = LineField("引き継ぐ方")
    note = TextField("伝えること")
