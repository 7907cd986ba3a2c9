"""Forms of reception: what the desk typed, as values; messages in Japanese."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
)
from wtforms.validators import NumberRange, Optional, ValidationError

from victim_support.core import clock
from victim_support.core.clock import today
from victim_support.core.forms import (
    CodeField,
    DeskForm,
    IdempotencyField,
    LineField,
    NameField,
    PhoneField,
    TicksField,
    required,
)
from victim_support.core.japanese import BirthError, parse_birth
from victim_support.evacuees.forms.fields import BirthField, NameListField, choices
from victim_support.evacuees.forms.members import MemberForm, ask_for_reading, people_of
from victim_support.evacuees.rules import (
    CorrectionReason,
    GroupKind,
    LeavingReason,
    PresenceKind,
    StayKind,
)
from victim_support.evacuees.services import Asked
from victim_support.victims.rules import AddressKind, PersonData, Sex

MOST_PEOPLE = 200
PERSON_FIELDS = frozenset(
    {"name", "kana", "birth", "relation", "address", "postal_code", "phone", "name_note"}
)
NOT_CHOSEN = frozenset({LeavingReason.ROLL_CALL, LeavingReason.CHANGED})
"""Reasons that the program gives itself."""
COUNTED, ARRIVED = "counted", "arrived"
LEAVE, BACK = "leave", "back"
ACTS = {
    LEAVE: ("出る（退所）", "L"),
    PresenceKind.OUT.value: ("一時外出", "O"),
    PresenceKind.OVERNIGHT.value: ("外泊", "N"),
    BACK: ("もどった", "B"),
}
"""What the leaving page records, with its key."""
_KANA = re.compile("[ぁ-ゖァ-ヺーｦ-ﾟ・\\s]+")
_TIME = re.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]")


class ArrivalForm(DeskForm):
    """What is asked once of all who came together."""

    idempotency_key = IdempotencyField()
    kind = RadioField("泊まる所", choices=choices(StayKind), default=StayKind.SHELTER.value)
    phone = PhoneField("電話")
    sheet_number = CodeField("用紙の番号")
    place = LineField("いる所（避難所の外のとき）")
    plate = LineField("車のナンバー")
    companions = IntegerField("いっしょにいる人数", validators=[Optional(), NumberRange(1, 99)])
    counted = RadioField(
        "人数に",
        choices=[(COUNTED, "数え済み"), (ARRIVED, "いま来た")],
        validators=[Optional()],
    )

    def check_counted(self, unnamed: int) -> bool:
        """Refuse a form that does not say whether its people were counted, while it matters."""
        if unnamed > 0 and not self.counted.data:
            self.counted.errors = ["人数に数え済みか、いま来たかを選んでください。"]
            return False
        return True


class NewHouseholdForm(ArrivalForm):
    """A household that the register does not show, or people who came along."""

    members = FieldList(FormField(MemberForm), min_entries=1, max_entries=MOST_PEOPLE)

    def validate_members(self, field: Any) -> None:
        if not self.people():
            message = "代表の方の氏名かフリガナを入れてください。"
            raise ValidationError(message)
        ask_for_reading(field)

    def people(self) -> list[tuple[PersonData, Asked]]:
        """Return the people and what was asked, line by line, without the lines left empty."""
        return people_of([entry.form for entry in self.members])


class KnownHouseholdForm(NewHouseholdForm):
    """A household found in the register or the ledger, with people who came along."""

    household = HiddenField(validators=[required()])

    def validate_members(self, field: Any) -> None:
        """Accept that nobody came along."""
        ask_for_reading(field)


class HeadCountForm(DeskForm):
    """A head count (点呼): how many people are here, named or not."""

    idempotency_key = IdempotencyField()
    people = IntegerField(
        "人数", validators=[required("人数を入れてください。"), NumberRange(0, 99999)]
    )


class GroupForm(ArrivalForm):
    """A home, dormitory or bus: one contact, many people, staff apart."""

    people: Sequence[PersonData] = ()
    group_kind = RadioField(
        "どのような団体ですか",
        choices=[(kind.value, kind.label) for kind in GroupKind if kind is not GroupKind.ALONE],
        default=GroupKind.FACILITY.value,
    )
    label = LineField("施設・団体の名前", validators=[required()])
    contact_name = LineField("連絡する方")
    listed = HiddenField()
    """The name by which residents were listed."""
    residents = TicksField("おいでになった方（台帳から）", choices=[])
    staff_count = IntegerField("職員の人数", validators=[Optional(), NumberRange(0, 9999)])
    names = NameListField(
        "名簿（1行に1人。氏名、フリガナ、年齢か生年月日の順に、読点かタブで区切る）"
    )

    def validate_names(self, field: NameListField) -> None:
        """Refuse a list that is too long or whose lines cannot be read, and say which."""
        lines = [
            (number, line)
            for number, line in enumerate((field.data or "").splitlines(), start=1)
            if line.strip()
        ]
        if len(lines) > MOST_PEOPLE:
            message = (
                f"一度に{MOST_PEOPLE}人までです（いま{len(lines)}人）。"
                f"{lines[MOST_PEOPLE][0]}行目からは、この受付のあとに分けて入れてください。"
            )
            raise ValidationError(message)
        self.people = [_person_in_list(line, number) for number, line in lines]
        if not self.people and not self.residents.data:
            message = "台帳から選ぶか、1人以上の氏名を入れてください。"
            raise ValidationError(message)


class UnnamedForm(ArrivalForm):
    """Somebody who cannot say a name."""

    tag_number = CodeField("札の番号", validators=[required()])
    description = LineField("見た目（年ごろ・服・持ち物）", validators=[required()])
    found = LineField("どこで、だれが見つけたか")
    sex = RadioField("性別", choices=choices(Sex), validators=[Optional()])
    birth = BirthField("年ごろ")


class WhereToForm(DeskForm):
    """Where somebody goes who leaves."""

    idempotency_key = IdempotencyField()
    reason = RadioField(
        "どちらへ",
        choices=[(r.value, r.label) for r in LeavingReason if r not in NOT_CHOSEN],
        default=LeavingReason.NOT_TOLD.value,
    )
    destination = LineField("くわしい行き先")
    destination_phone = PhoneField("行き先の電話")
    is_followed = BooleanField("物資や連絡をつづける（避難所の外の方として残す）")


class LeavingForm(WhereToForm):
    """Who leaves, goes out or comes back; nothing of it is taken for granted."""

    act = RadioField(
        "どうしますか",
        choices=[(act, word) for act, (word, _key) in ACTS.items()],
        validators=[required("出る・一時外出・外泊・もどった のどれかを選んでください。")],
    )


class UnfoundLeavingForm(WhereToForm):
    """Somebody leaves whom the desk does not find: what is told is kept for the headquarters."""

    name = NameField("氏名", validators=[required("氏名（わかるだけ）を入れてください。")])


class LiftingForm(DeskForm):
    """Why a protection is to be lifted, or why not."""

    idempotency_key = IdempotencyField()
    reason = LineField("理由", validators=[required("理由を入れてください。")])


class SettleDepartureForm(DeskForm):
    """Why a departure that was told is nobody's."""

    how = LineField("合わせない理由", validators=[required("理由を入れてください。")])


class RollCallForm(DeskForm):
    """A roll call (点呼) typed back: when it was held, and how many people were there in all."""

    idempotency_key = IdempotencyField()
    held_at = CodeField("点呼の時刻", validators=[required()])
    people = IntegerField(
        "点呼の人数（氏名のない方も入れて）", validators=[Optional(), NumberRange(0, 99999)]
    )

    def validate_held_at(self, field: CodeField) -> None:
        """Refuse what is no time of day."""
        if not _TIME.fullmatch(field.data or ""):
            message = "21:30 のように入れてください。"
            raise ValidationError(message)

    def instant(self, now: datetime) -> datetime:
        """Return when the roll call was held: the last time the clock showed this."""
        hour, minute = (int(part) for part in str(self.held_at.data).split(":"))
        shown = clock.local(now)
        held = shown.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if held > shown:
            return held - timedelta(days=1)
        return min(held + timedelta(seconds=59), shown)


class PersonForm(DeskForm):
    """Corrections of one person; carries the version that its reader saw."""

    version = HiddenField(validators=[required()])
    name = NameField("氏名")
    kana = NameField("フリガナ")
    birth = BirthField("生年月日・年齢")
    sex = RadioField("性別", choices=choices(Sex), validators=[Optional()])
    relation = LineField("続柄")
    address = LineField("住所")
    address_kind = RadioField("住所の有無", choices=choices(AddressKind), validators=[Optional()])
    postal_code = CodeField("郵便番号")
    phone = PhoneField("電話")
    name_note = LineField("見た目・見つけた所など")
    why = RadioField(
        "訂正の理由",
        choices=choices(CorrectionReason),
        default=CorrectionReason.TOLD.value,
        validators=[Optional()],
    )

    @property
    def reason(self) -> str:
        """Return the reason as the history keeps it."""
        return f"訂正: {CorrectionReason(self.why.data).label}" if self.why.data else "訂正"

    def words_of(self, fields: Sequence[str]) -> str:
        """Return what to say of the fields that were corrected: which, never what they hold."""
        labels = "、".join(self[name].label.text for name in fields)
        return f"{labels}を直しました。" if labels else "変わったところはありませんでした。"

    def values(self) -> dict[str, object]:
        """Return what was typed, by field."""
        typed = {field.name: field.data for field in self if field.name in PERSON_FIELDS}
        kind = AddressKind(self.address_kind.data) if self.address_kind.data else None
        return typed | {"sex": Sex(self.sex.data) if self.sex.data else None, "address_kind": kind}

    def data_of_person(self) -> PersonData:
        """Return what comparing with the resident register needs."""
        return PersonData(
            name=self.name.data or "",
            kana=self.kana.data or "",
            birth=self.birth.data,
            sex=Sex(self.sex.data) if self.sex.data else None,
        )


def _person_in_list(line: str, number: int) -> PersonData:
    """Read one line of a pasted list: name, kana and age, by tab, comma or 、."""
    name, *rest = [part.strip() for part in re.split("[\t,，、]", line)]
    kana = next((part for part in rest if _KANA.fullmatch(part)), "")
    born = next((part for part in rest if part and part != kana), "")
    try:
        birth = parse_birth(born, today())
    except BirthError as error:
        message = f"{number}行目: {error}"
        raise ValidationError(message) from error
    return PersonData(name=name, kana=kana, birth=birth, relation="本人")
