"""Forms of running a shelter; messages in Japanese, nothing typed is lost."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from victim_support.core import clock
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    TextField,
    WarekiDateField,
    required,
)
from victim_support.operations.rules import (
    AnimalKind,
    AreaKind,
    CrewKind,
    DiaryKind,
    ParcelKind,
    WishKind,
    WishState,
)
from victim_support.victims.rules import Labelled

MOST = 99999
_TIME = re.compile("([01]?[0-9]|2[0-3]):?([0-5][0-9])")


def choices(members: type[Labelled]) -> list[tuple[str, str]]:
    """Return the choices of a field from an enum."""
    return [(member.value, member.label) for member in members]


class TimeField(CodeField):
    """A time of day, with or without a colon; empty is now."""

    def pre_validate(self, form: object) -> None:
        """Refuse what is no time of day."""
        super().pre_validate(form)
        if self.data and not _TIME.fullmatch(self.data):
            message = "21:30 のように入れてください。空なら今の時刻です。"
            raise ValidationError(message)

    def instant(self, now: datetime) -> datetime:
        """Return the last time the clock showed this; now when it is empty."""
        found = _TIME.fullmatch(self.data or "")
        if found is None:
            return now
        hour, minute = int(found[1]), int(found[2])
        told = clock.local(now).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return told - timedelta(days=1) if told > clock.local(now) else told


class KeptForm(DeskForm):
    """A form that creates something once, however often it is sent."""

    idempotency_key = IdempotencyField()


class AreaForm(KeptForm):
    """An area of the shelter."""

    name = LineField("区画の名前", validators=[required("A、体育館の東 のように入れてください。")])
    kind = RadioField("種類", choices=choices(AreaKind), default=AreaKind.GENERAL.value)
    capacity = IntegerField("入れる人数", validators=[Optional(), NumberRange(0, MOST)])
    square_metres = IntegerField(
        "面積（平方メートル）", validators=[Optional(), NumberRange(1, MOST)]
    )
    note = LineField("メモ")

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the services take it."""
        return {
            "name": self.name.data or "",
            "kind": AreaKind(self.kind.data),
            "capacity": self.capacity.data,
            "square_metres": self.square_metres.data,
            "note": self.note.data or "",
        }


class AreaEditForm(AreaForm):
    """An area put right; carries the version that its reader saw."""

    version = HiddenField()


class PlaceForm(KeptForm):
    """Which area somebody is given, with those who came along."""

    stay = HiddenField()
    area = SelectField("区画", validate_choice=False)
    spot = CodeField("場所の番号")
    together = BooleanField("いっしょに来た方も同じ区画にする", default=True)


class CrewForm(KeptForm):
    """Helpers who came."""

    kind = RadioField("種類", choices=choices(CrewKind), default=CrewKind.STAFF.value)
    label = LineField("所属・団体の名前")
    people = IntegerField(
        "人数", validators=[required("人数を入れてください。"), NumberRange(1, 9999)]
    )
    contact = PhoneField("連絡先の電話")
    eats = BooleanField("この避難所で食事を出す", default=True)
    time = TimeField("来た時刻")


class CrewLeavingForm(DeskForm):
    """How many of some helpers stay."""

    staying = IntegerField("残る人数", default=0, validators=[Optional(), NumberRange(0, 9999)])


class DiaryForm(KeptForm):
    """An entry of the diary."""

    time = TimeField("時刻")
    kind = RadioField("種類", choices=choices(DiaryKind), default=DiaryKind.EVENT.value)
    words = TextField("内容", validators=[required("何があったかを書いてください。")])


class OwnedForm(KeptForm):
    """A form about somebody of the roster, or about a name that was told."""

    stay = HiddenField()
    owner = NameField("名前")
    needs_owner = True

    def validate_owner(self, field: NameField) -> None:
        """Ask for a name when nobody of the roster was chosen."""
        if self.needs_owner and not (self.stay.data or field.data):
            message = "名前を入れるか、「人から始める」で名簿の方を選んでください。"
            raise ValidationError(message)


class AnimalForm(OwnedForm):
    """Animals that came along."""

    owner = NameField("飼い主の名前")
    kind = RadioField("種類", choices=choices(AnimalKind), default=AnimalKind.DOG.value)
    heads = IntegerField(
        "頭数", default=1, validators=[required("頭数を入れてください。"), NumberRange(1, 999)]
    )
    tag = CodeField("札の番号")
    description = LineField("名前・特徴")
    has_cage = BooleanField("ケージがある")
    place = LineField("居る所")


class VehicleForm(OwnedForm):
    """A vehicle on the grounds."""

    owner = NameField("持ち主の名前")
    needs_owner = False
    plate = LineField(
        "車両番号", validators=[required("ナンバープレートのとおりに入れてください。")]
    )
    model = LineField("車種・色")
    place = LineField("とめた所")
    sleepers = IntegerField("車で寝る人数", validators=[Optional(), NumberRange(0, 99)])


class ParcelForm(OwnedForm):
    """Post for somebody."""

    owner = NameField("あて名")
    kind = RadioField("届いた物", choices=choices(ParcelKind), default=ParcelKind.LETTER.value)
    sender = LineField("差出人")
    kept_at = LineField("保管場所")


class HandOverForm(DeskForm):
    """Who took something."""

    to = NameField("受け取った方", validators=[required("受け取った方の名前を入れてください。")])


class WishForm(OwnedForm):
    """What somebody asks for."""

    owner = NameField("申し出た方")
    needs_owner = False
    kind = RadioField("種類", choices=choices(WishKind), default=WishKind.GOODS.value)
    words = TextField("内容", validators=[required("何を求めているかを書いてください。")])
    is_urgent = BooleanField("急ぎ")


class WishStateForm(DeskForm):
    """What came of a wish."""

    state = SelectField("状態", choices=choices(WishState), default=WishState.DONE.value)
    answer = LineField("対応・回答")

    def validate_answer(self, field: LineField) -> None:
        """Ask what was done or why not."""
        ended = {WishState.DONE.value, WishState.DECLINED.value}
        if self.state.data in ended and not field.data:
            message = "どう対応したか、なぜできないかを書いてください。"
            raise ValidationError(message)


class NightOutForm(KeptForm):
    """Nights elsewhere; only for somebody of the roster."""

    stay = HiddenField(validators=[required("「人から始める」で名簿の方を選んでください。")])
    leaves_on = WarekiDateField("出る日")
    returns_on = WarekiDateField("もどる日")
    destination = LineField("行き先")
    phone = PhoneField("連絡のつく電話")
    is_out_now = BooleanField("いま出かける", default=True)

    def validate_returns_on(self, field: WarekiDateField) -> None:
        """Refuse a return before the leaving."""
        if field.data and field.data < self.first_day():
            message = "もどる日が出る日より前です。"
            raise ValidationError(message)

    def first_day(self) -> date:
        """Return the day of leaving; today when it is empty."""
        return self.leaves_on.data or clock.today()


class TransferForm(DeskForm):
    """What the crew of the ambulance is told, and where it went."""

    symptoms = TextField("ようす・症状")
    history = LineField("持病・服薬・アレルギー")
    companion = LineField("付き添い")
    family_told = LineField("家族への連絡")
    hospital = LineField("搬送先の病院")
    left = TimeField("出発した時刻")

    def values(self) -> dict[str, Any]:
        """Return what was typed, by column."""
        names = ("symptoms", "history", "companion", "family_told", "hospital")
        return {name: self[name].data or None for name in names}
