"""Forms of reception: what the desk typed, as values; messages in Japanese."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
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
    TextField,
    required,
)
from victim_support.core.japanese import BirthError, BirthValue, parse_birth
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.evacuees.rules import GroupKind, LeavingReason, StayKind
from victim_support.evacuees.services import Details
from victim_support.victims.rules import (
    RELATIONS,
    AddressKind,
    AnswerKind,
    AnswerValue,
    Labelled,
    NeedKind,
    PersonData,
    Sex,
    StatementKind,
    family_name,
    newborn_name,
)

MOST_PEOPLE = 200
PERSON_FIELDS = frozenset(
    {"name", "kana", "birth", "relation", "address", "postal_code", "phone", "name_note"}
)
COUNTED, ARRIVED = "counted", "arrived"
NO_PHONE = frozenset({"0", "なし", "無し", "無"})
ADDRESS_WORDS = {
    AddressKind.NONE.label: AddressKind.NONE,
    AddressKind.REFUSED.label: AddressKind.REFUSED,
}


def choices(members: type[Labelled]) -> list[tuple[str, str]]:
    """Return the choices of a field from an enum."""
    return [(member.value, member.label) for member in members]


class BirthField(StringField):
    """A birth date in any notation, an age, an age band, or nothing (不明)."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data in {None, UNKNOWN} else typed_birth(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = UNKNOWN
        if valuelist:
            try:
                self.data = parse_birth(valuelist[0], today())
            except BirthError as error:
                raise ValueError(str(error)) from error


class MemberForm(Form):
    """One line of a new household: one person."""

    class Meta(DeskForm.Meta):
        csrf = False

    name = NameField("氏名")
    kana = NameField("フリガナ")
    relation = RadioField(
        "続柄", choices=[(word, word) for word in RELATIONS], validators=[Optional()]
    )
    birth = BirthField("生年月日・年齢")
    sex = RadioField("性別", choices=choices(Sex), validators=[Optional()])
    town = LineField("町名")
    street = LineField("番地")
    postal_code = HiddenField()
    phone = PhoneField("電話")
    needs = SelectMultipleField("急ぎ", choices=choices(NeedKind))


class ArrivalForm(DeskForm):
    """What is asked once of all who came together."""

    idempotency_key = IdempotencyField()
    kind = RadioField("泊まる所", choices=choices(StayKind), default=StayKind.SHELTER.value)
    phone = PhoneField("電話")
    sheet_number = CodeField("用紙の番号")
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

    def validate_members(self, _field: object) -> None:
        if not self.people():
            message = "代表の方の氏名かフリガナを入れてください。"
            raise ValidationError(message)

    def people(self) -> list[tuple[PersonData, frozenset[NeedKind]]]:
        """Return the people and their needs, line by line, without the lines left empty."""
        return people_of([entry.form for entry in self.members])


class KnownHouseholdForm(NewHouseholdForm):
    """A household found in the register or the ledger, with people who came along."""

    household = HiddenField(validators=[required()])

    def validate_members(self, _field: object) -> None:
        """Accept that nobody came along."""


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
    staff_count = IntegerField("職員の人数", validators=[Optional(), NumberRange(0, 9999)])
    names = TextField("名簿（1行に1人。氏名、フリガナ、年齢か生年月日の順に、読点かタブで区切る）")

    def validate_names(self, field: TextField) -> None:
        """Refuse a list whose lines cannot be read, and say which."""
        self.people = [
            _person_in_list(line, number)
            for number, line in enumerate((field.data or "").splitlines(), start=1)
            if line.strip()
        ]
        if not self.people:
            message = "1人以上の氏名を入れてください。"
            raise ValidationError(message)


class UnnamedForm(ArrivalForm):
    """Somebody who cannot say a name."""

    tag_number = CodeField("札の番号", validators=[required()])
    description = LineField("見た目（年ごろ・服・持ち物）", validators=[required()])
    found = LineField("どこで、だれが見つけたか")
    sex = RadioField("性別", choices=choices(Sex), validators=[Optional()])
    birth = BirthField("年ごろ")


class LeavingForm(DeskForm):
    """Where somebody goes who leaves."""

    idempotency_key = IdempotencyField()
    reason = RadioField(
        "どちらへ",
        choices=[(r.value, r.label) for r in LeavingReason if r is not LeavingReason.ROLL_CALL],
        default=LeavingReason.NOT_TOLD.value,
    )
    destination = LineField("くわしい行き先")
    destination_phone = PhoneField("行き先の電話")


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
    postal_code = CodeField("郵便番号")
    phone = PhoneField("電話")
    name_note = LineField("見た目・見つけた所など")

    def values(self) -> dict[str, object]:
        """Return what was typed, by field."""
        typed = {field.name: field.data for field in self if field.name in PERSON_FIELDS}
        return typed | {"sex": Sex(self.sex.data) if self.sex.data else None}

    def data_of_person(self) -> PersonData:
        """Return what comparing with the resident register needs."""
        return PersonData(
            name=self.name.data or "",
            kana=self.kana.data or "",
            birth=self.birth.data,
            sex=Sex(self.sex.data) if self.sex.data else None,
        )


def typed_birth(birth: BirthValue) -> str:
    """Return a birth date as somebody would type it, so that a form shows what it can read."""
    if birth.date is not None:
        return f"{birth.date:%Y/%m/%d}"
    if birth.year is not None:
        return f"{birth.year}/{birth.month}" if birth.month else str(birth.year)
    return str(birth)


def people_of(lines: Sequence[MemberForm]) -> list[tuple[PersonData, frozenset[NeedKind]]]:
    """Read the lines of a new household: name and town are inherited from the first one."""
    people: list[tuple[PersonData, frozenset[NeedKind]]] = []
    head: PersonData | None = None
    for line in lines:
        data = _person_of(line, head, [person for person, _ in people])
        if data is None:
            continue
        head = head or data
        people.append((data, frozenset(NeedKind(value) for value in line.needs.data or [])))
    return people


def details_of(form: MultiDict[str, str], person_ids: Collection[UUID]) -> Details:
    """Read needs, statements and answers of each person from the fields that carry its id."""
    needs: dict[UUID, frozenset[NeedKind]] = {}
    sayings: dict[UUID, StatementKind] = {}
    answers: dict[UUID, Mapping[AnswerKind, AnswerValue]] = {}
    own: set[UUID] = set()
    for person_id in person_ids:
        needs[person_id] = frozenset(
            NeedKind(value) for value in form.getlist(f"needs-{person_id}") if value in _NEEDS
        )
        if (saying := form.get(f"saying-{person_id}", "")) in _SAYINGS:
            sayings[person_id] = StatementKind(saying)
        if given := answers_of(form, str(person_id)):
            answers[person_id] = given
        if form.get(f"own-{person_id}"):
            own.add(person_id)
    return Details(needs=needs, sayings=sayings, answers=answers, own=frozenset(own))


def answers_of(form: MultiDict[str, str], suffix: str) -> dict[AnswerKind, AnswerValue]:
    """Read the four answers of one person; what was not asked is left out."""
    return {
        kind: AnswerValue(value)
        for kind in AnswerKind
        if (value := form.get(f"{kind.value}-{suffix}", "")) in _ANSWERS
    }


def ids_of(form: MultiDict[str, str], name: str) -> list[UUID]:
    """Read the ids in the boxes of one name; what is no id is left out."""
    ids = []
    for text in form.getlist(name):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


_KANA = re.compile("[ぁ-ゖァ-ヺーｦ-ﾟ・\\s]+")
_TIME = re.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]")
_NEEDS = frozenset(kind.value for kind in NeedKind)
_SAYINGS = frozenset(kind.value for kind in StatementKind)
_ANSWERS = frozenset(value.value for value in AnswerValue)


def _person_of(
    line: MemberForm, head: PersonData | None, above: Sequence[PersonData]
) -> PersonData | None:
    name, kana = line.name.data or "", line.kana.data or ""
    birth: BirthValue = line.birth.data or UNKNOWN
    is_family_only = name in {"", family_name(head.name) if head else ""}
    says_nothing = head is None or (birth == UNKNOWN and not line.phone.data)
    if is_family_only and not kana and says_nothing:
        return None
    if head and kana and family_name(name) in {"", family_name(head.name)}:
        kana = _with_family(kana, head)
    if head and is_family_only and _is_newborn(birth):
        name = newborn_name(_mother(above) or head.name)
    elif head and is_family_only:
        name = "" if kana else family_name(head.name)
    kind, town = _town_of(line, head)
    return PersonData(
        name=name,
        kana=kana,
        birth=birth,
        sex=Sex(line.sex.data) if line.sex.data else None,
        address=town + (line.street.data or "") or (head.address if head else ""),
        postal_code=line.postal_code.data or (head.postal_code if head else ""),
        town=town or (head.town if head else ""),
        address_kind=kind or (head.address_kind if head else None),
        phone=_phone_of(line),
        relation=line.relation.data or ("" if head else "本人"),
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


def _town_of(line: MemberForm, head: PersonData | None) -> tuple[AddressKind | None, str]:
    town = line.town.data or ""
    if town in ADDRESS_WORDS:
        return ADDRESS_WORDS[town], ""
    if town or line.street.data:
        return AddressKind.GIVEN, town
    return (head.address_kind if head else None), ""


def _with_family(kana: str, head: PersonData) -> str:
    """Put the family's reading before a given name's, where the family name was inherited."""
    family = family_name(head.kana)
    has_one_part = " " not in kana and "\u3000" not in kana
    return f"{family}\u3000{kana}" if family and has_one_part else kana


def _phone_of(line: MemberForm) -> str:
    phone = line.phone.data or ""
    return "なし" if phone in NO_PHONE else phone


def _is_newborn(birth: BirthValue) -> bool:
    return birth.months is not None or birth.age == 0 or birth.band == 0


def _mother(above: Sequence[PersonData]) -> str:
    return next((person.name for person in reversed(above) if person.sex is Sex.FEMALE), "")
