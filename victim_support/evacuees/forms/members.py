"""The lines of new people: name and town are inherited from the first one."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from victim_support.core.forms import DeskForm, LineField, NameField, PhoneField
from victim_support.core.japanese import BirthValue, plain_kana
from victim_support.core.japanese.dates import UNKNOWN
from victim_support.core.japanese.families import (
    drop_repeated,
    is_parted,
    part_name,
    part_reading,
)
from victim_support.evacuees.forms.fields import BirthField, choices
from victim_support.evacuees.services import Asked
from victim_support.residents.queries import list_families
from victim_support.victims.rules import (
    RELATIONS,
    AddressKind,
    AnswerKind,
    AnswerValue,
    NeedKind,
    PersonData,
    Sex,
    family_name,
    newborn_name,
)

PART_READING = "姓と名の間を空けてください。2人目からの姓の読みになります。"
NO_PHONE = frozenset({"0", "なし", "無し", "無"})
ADDRESS_WORDS = {
    AddressKind.NONE.label: AddressKind.NONE,
    AddressKind.REFUSED.label: AddressKind.REFUSED,
}


def _answer(kind: AnswerKind) -> SelectField:
    return SelectField(kind.label, choices=[("", "未確認"), *choices(AnswerValue)], default="")


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
    family = _answer(AnswerKind.FAMILY)
    acquaintance = _answer(AnswerKind.ACQUAINTANCE)
    wall = _answer(AnswerKind.WALL)
    public = _answer(AnswerKind.PUBLIC)
    own = BooleanField("本人から聞いた")


def people_of(lines: Sequence[MemberForm]) -> list[tuple[PersonData, Asked]]:
    """Read the lines of a new household: name and town are inherited from the first one."""
    people: list[tuple[PersonData, Asked]] = []
    head: PersonData | None = None
    for line in lines:
        data = _person_of(line, head, [person for person, _ in people])
        if data is None:
            continue
        head = head or data
        people.append((data, _asked_in(line)))
    return people


def _asked_in(line: MemberForm) -> Asked:
    """Return what was asked in a line; on paper the answers stand elsewhere."""
    given = {kind: line[kind.value].data for kind in AnswerKind if kind.value in line}
    return Asked(
        needs=frozenset(NeedKind(value) for value in line.needs.data or []),
        answers={kind: AnswerValue(value) for kind, value in given.items() if value},
        is_own="own" in line and bool(line.own.data),
    )


def _person_of(
    line: MemberForm, head: PersonData | None, above: Sequence[PersonData]
) -> PersonData | None:
    name, kana = line.name.data or "", line.kana.data or ""
    name, kana = _of_family(name, kana, head) if head else _parted(name, kana)
    birth: BirthValue = line.birth.data or UNKNOWN
    is_family_only = name in {"", family_name(head.name) if head else ""}
    says_nothing = head is None or (birth == UNKNOWN and not line.phone.data)
    if is_family_only and not kana and says_nothing:
        return None
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


def ask_for_reading(members: Any) -> None:
    """Ask where the family's reading ends when others of the family would be left without it.

    Args:
        members: The field of the lines; it is asked beside the reading of the first person.
    """
    lines = [entry.form for entry in members]
    people = [person for person, _ in people_of(lines)]
    family = family_name(people[0].name) if people else ""
    if not family or not people[0].kana or family_name(people[0].kana):
        return
    whole = plain_kana(people[0].kana)[:2]  # others whose reading begins so are read whole, too
    own = [one.kana for one in people[1:] if family_name(one.name) in {"", family} and one.kana]
    if all(family_name(kana) or plain_kana(kana).startswith(whole) for kana in own):
        return
    head = next(line for line in lines if line.kana.data)
    head.kana.errors = [PART_READING]
    members.errors = [entry.errors for entry in members]


def _parted(name: str, kana: str) -> tuple[str, str]:
    """Return the first person's name with its parts apart: the family inherits from it."""
    if not is_parted(kana) and name and is_parted(name):
        return name, part_reading(name, kana, list_families())
    return (None if is_parted(name) else part_name(name, kana, list_families())) or (name, kana)


def _of_family(name: str, kana: str, head: PersonData) -> tuple[str, str]:
    """Return what was typed behind the family name and its reading, which were there already."""
    if family_name(name) not in {"", family_name(head.name)}:
        return name, kana
    if kana == family_name(head.kana):
        return drop_repeated(name, "")
    return drop_repeated(name, _with_family(kana, head) if kana else "")


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
